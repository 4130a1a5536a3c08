import { falsyValues, CANARY, thrownValues, type ThrownValue } from '@faultline/testing'
import type { NextFunction } from 'express'
import { afterAll, assert, beforeAll, describe, expect, test } from 'vitest'
import { Conflict } from '../src/index.ts'
import { sendRequest, formatRequest, open } from './raw-requests.ts'
import { majors, serve, type Served } from './serve.ts'
import { expectError } from './spec.ts'

const all = new Map([...thrownValues, ...falsyValues].map((value) => [value.name, value]))

/** How a value reaches Express, in addition to the ways of the conformance suite. */
const ways: readonly {
  readonly way: string
  readonly path: string
  readonly fail: (value: unknown, next: NextFunction) => unknown
}[] = [
  { way: 'passed to next() by a handler', path: '/next', fail: (value, next) => next(value) },
  {
    way: 'rejected by async middleware',
    path: '/mw/reject',
    fail: async (value) => {
      throw value
    },
  },
]

const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

afterAll(() => {
  assert.deepEqual(unhandled, [])
})

describe.each(majors)('$major', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(express, (app) => {
      for (const { path, fail } of ways) {
        const method = path.startsWith('/mw/') ? 'use' : 'get'
        app[method](`${path}/:name`, ({ params }, _response, next) =>
          fail(all.get(params['name'])!.make(), next),
        )
      }
      app.get('/ok', (_request, response) => {
        response.json({ ok: true })
      })
    })
  })

  describe.each(ways)('$way', ({ path }) => {
    const seen = path.endsWith('/reject') ? [...thrownValues, ...falsyValues] : thrownValues
    test.each(seen)('$name is answered with $code', async ({ name, code, status }: ThrownValue) => {
      served.hookCalls.length = 0
      const client = await open(served.port)
      const response = await client.send(formatRequest(`GET ${path}/${encodeURIComponent(name)}`)).response()
      expectError(response, code, status)
      expect(JSON.stringify(response)).not.toContain(CANARY)
      expect(served.hookCalls).toMatchObject([{ error: { code } }])
      expect(await client.send(formatRequest('GET /ok')).response()).toMatchObject({ status: 200 })
    })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Conflict()
      },
    ],
    [
      'rejects',
      async () => {
        throw new Conflict()
      },
    ],
  ])('a callback of app.param that %s is answered like a handler', async (_how, check) => {
    const { port, hookCalls } = await serve(express, (app) => {
      app.param('id', check)
      app.get('/:id', (_request, response) => {
        response.json({ ok: true })
      })
    })
    expectError(await sendRequest(port, formatRequest('GET /7')), 'conflict')
    expect(hookCalls).toHaveLength(1)
  })

  test('a rejection with an empty value reaches the hook as an Error', async () => {
    served.hookCalls.length = 0
    expect((await fetch(`${served.url}/mw/reject/undefined`)).status).toBe(500)
    expect(served.hookCalls[0]?.thrown).toBeInstanceOf(Error)
  })
})
