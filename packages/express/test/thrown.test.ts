import type { NextFunction } from 'express'
import { afterAll, assert, beforeAll, describe, expect, test } from 'vitest'
import { ask, bytesOf, RawClient } from './raw-client.ts'
import { majors, serve, type Served } from './serve.ts'
import { expectError, expectValid, modes, rows } from './spec.ts'
import { control, falsy, SECRET, values, type Thrown } from './thrown-values.ts'
import { Conflict, type EnvelopeId } from '../src/index.ts'

const all = new Map([...values, ...falsy, ...control].map((value) => [value.name, value]))

/** How a value gets to Express. */
const ways: readonly {
  readonly way: string
  readonly path: string
  readonly fail: (value: unknown, next: NextFunction) => unknown
}[] = [
  {
    way: 'thrown by a handler',
    path: '/throw',
    fail(value) {
      throw value
    },
  },
  { way: 'given to next() by a handler', path: '/next', fail: (value, next) => next(value) },
  {
    way: 'rejected with by an async handler',
    path: '/reject',
    fail: async (value) => {
      throw value
    },
  },
  {
    way: 'thrown by middleware',
    path: '/mw/throw',
    fail(value) {
      throw value
    },
  },
  {
    way: 'rejected with by async middleware',
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
    served = await serve(
      express,
      (app) => {
        for (const { path, fail } of ways) {
          const method = path.startsWith('/mw/') ? 'use' : 'get'
          app[method](`${path}/:name`, ({ params }, _response, next) =>
            fail(all.get(params['name'])!.make(), next),
          )
        }
        app.get('/ok', (_request, response) => {
          response.json({ ok: true })
        })
      },
      { envelope: (request) => (request.header('x-envelope') ?? 'ai-api') as EnvelopeId },
    )
  })

  /** Asks for one failure, and for something else behind it on the same connection. */
  async function expectAnswer(
    path: string,
    { name, code, status, message, retryAfter }: Thrown,
  ): Promise<void> {
    served.heard.length = 0
    const client = await RawClient.open(served.port)
    const response = await client.send(bytesOf(`GET ${path}/${encodeURIComponent(name)}`)).response()
    const { error } = expectError(response, code, status)
    if (message !== undefined) expect(error.message).toBe(message)
    expect(response.statusLine).toMatch(/^HTTP\/1\.1 \d{3} [\w' -]*$/)
    expect(response.headers['retry-after']).toBe(retryAfter)
    expect(JSON.stringify(response)).not.toContain(SECRET)
    expect(
      Object.keys(response.headers).filter((header) => /^(?:x-a|x-internal|set-cookie)$/.test(header)),
    ).toEqual([])
    expect(served.heard).toMatchObject([{ error: { code } }])
    expect(await client.send(bytesOf('GET /ok')).response()).toMatchObject({
      status: 200,
      body: '{"ok":true}',
    })
  }

  describe.each(ways)('$way', ({ path }) => {
    const isAsync = path.endsWith('/reject')
    const seen = isAsync ? [...values, ...falsy] : values
    test.each(seen)('$name is answered with $code', (value) => expectAnswer(path, value))

    // Gaps: no adapter sees these. What they come to is a request that no route took.
    const unseen = [...(isAsync ? [] : falsy), ...control]
    test.each(unseen)('$name tells Express to go on', ({ name }) =>
      expectAnswer(path, { ...all.get(name)!, code: 'endpoint_not_found', message: 'Endpoint not found' }),
    )
  })

  test.each(modes)('every value has a valid answer in $id', async ({ id, name, mode }) => {
    const client = await RawClient.open(served.port)
    for (const value of [...values, ...falsy]) {
      const response = await client
        .send(bytesOf(`GET /reject/${encodeURIComponent(value.name)}`, { 'x-envelope': id }))
        .response()
      const row = rows.get(value.code)
      const wire = row?.wire[name]
      const isListed = mode === 'strict' || wire?.documented === true
      if (isListed && wire) expect(response.status, value.name).toBe(wire.status)
      if (!isListed) expect(response.status, value.name).toBe(value.status ?? row!.status)
      expectValid(id, JSON.parse(response.body))
      expect(JSON.stringify(response), value.name).not.toContain(SECRET)
    }
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
    const { port, heard } = await serve(express, (app) => {
      app.param('id', check)
      app.get('/:id', (_request, response) => {
        response.json({ ok: true })
      })
    })
    expectError(await ask(port, bytesOf('GET /7')), 'conflict')
    expect(heard).toHaveLength(1)
  })

  test('an error that was rejected with nothing is told to the hook as an error', async () => {
    served.heard.length = 0
    expect((await fetch(`${served.url}/reject/undefined`)).status).toBe(500)
    expect(served.heard[0]?.thrown).toBeInstanceOf(Error)
  })
})
