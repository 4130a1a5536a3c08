import { createServer } from 'node:http'
import { CANARY, fetchError, listen } from '@faultline/test-kit'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, test } from 'vitest'
import {
  Conflict,
  faultline,
  RateLimitExceeded,
  requestId,
  type ApiError,
  type FaultlineOptions,
} from '../src/index.ts'

async function serve(
  build: (app: Hono) => void,
  install: 'before' | 'after' = 'before',
): Promise<{ app: Hono; url: string; errors: ApiError[] }> {
  const app = new Hono()
  const errors: ApiError[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void errors.push(error) }
  if (install === 'before') faultline(app, options)
  build(app)
  if (install === 'after') faultline(app, options)
  const listener = getRequestListener(app.fetch)
  const url = await listen(createServer((request, response) => void listener(request, response)))
  return { app, errors, url }
}

const INTERNAL = { status: 500, code: 'INTERNAL_ERROR' }

describe('a thrown value', () => {
  test('that is a typed error is answered with its headers', async () => {
    const { url, errors } = await serve((app) =>
      app.get('/', () => {
        throw new RateLimitExceeded({ retryAfter: 30 })
      }),
    )
    const response = await fetchError(url)
    expect(response).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'retry-after': '30',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(response.text)),
    })
    expect(errors).toHaveLength(1)
  })

  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }

  test.each<[string, () => unknown]>([
    ['an Error', () => new Error(CANARY)],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a string', () => CANARY],
    ['a bigint', () => 10n],
    ['a plain object', () => ({ message: CANARY, status: 200 })],
    ['a frozen error', () => Object.freeze(new Error(CANARY))],
    ['a revoked proxy', revoked],
    ['an error whose status is a string', () => Object.assign(new Error(CANARY), { status: 'abc' })],
  ])('that is %s is an internal error, and its content is not sent', async (_, thrown) => {
    const { url, errors } = await serve((app) => {
      app.use('/mw', async () => {
        throw thrown()
      })
      app.get('/', async () => {
        throw thrown()
      })
    })
    for (const path of ['/', '/mw']) {
      const response = await fetchError(url + path)
      expect(response).toMatchObject(INTERNAL)
      expect(response.text).not.toContain(CANARY)
    }
    expect(errors).toHaveLength(2)
  })

  test('that is an HTTPException keeps its public message and its challenge', async () => {
    const { url } = await serve((app) => {
      app.get('/missing', () => {
        throw new HTTPException(404, { message: 'No such pet' })
      })
      app.get('/server', () => {
        throw new HTTPException(503, { message: CANARY })
      })
      app.get('/who', () => {
        throw new HTTPException(401, {
          res: new Response(CANARY, { headers: { 'www-authenticate': 'Basic realm="x"', 'x-a': CANARY } }),
        })
      })
    })
    const missing = await fetchError(`${url}/missing`)
    expect([missing.status, missing.text.includes('No such pet')]).toEqual([404, true])
    const server = await fetchError(`${url}/server`)
    expect([server.status, server.text.includes(CANARY)]).toEqual([503, false])
    const who = await fetchError(`${url}/who`)
    expect([who.status, who.headers.get('www-authenticate'), who.headers.get('x-a')]).toEqual([
      401,
      'Basic realm="x"',
      null,
    ])
  })
})

describe('requests without a route', () => {
  test('are a 404, or a 405 with the methods', async () => {
    const { url } = await serve((app) => {
      app.use('*', async (_context, next) => next())
      app.get('/pets/:id', (context) => context.json({}))
      app.post('/pets/:id', (context) => context.json({}))
      const inner = new Hono()
      inner.put('/toys', (context) => context.json({}))
      app.route('/v1', inner)
    })
    expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    const wrong = await fetchError(`${url}/pets/7`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    const inner = await fetchError(`${url}/v1/toys?x=1`)
    expect([inner.status, inner.headers.get('allow')]).toEqual([405, 'PUT'])
    const head = await fetch(`${url}/nope`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([404, ''])
  })
})

describe('headers', () => {
  test('of the exchange are kept, and those of the discarded body are removed', async () => {
    const { url } = await serve((app) =>
      app.get('/', (context) => {
        for (const [name, value] of Object.entries({
          'access-control-allow-origin': '*',
          vary: 'Origin',
          'x-request-id': 'mine',
          etag: '"1"',
          'cache-control': 'public',
          'content-encoding': 'gzip',
          'content-length': '9999',
          'content-type': 'text/csv',
        }))
          context.header(name, value)
        throw new Conflict()
      }),
    )
    const { status, headers, text } = await fetchError(url)
    expect(status).toBe(409)
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': '*',
      vary: 'Origin',
      'x-request-id': 'mine',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
    })
    expect([headers.get('etag'), headers.get('content-encoding')]).toEqual([null, null])
  })

  test('of every response carry its id with requestId', async () => {
    const { url } = await serve((app) => {
      app.use(requestId({ trustRequestId: true }))
      app.get('/ok', (context) => context.json({}))
    })
    for (const path of ['/ok', '/nope']) {
      expect(
        (await fetchError(url + path, { headers: { 'x-request-id': 'mine' } })).headers.get('x-request-id'),
      ).toBe('mine')
      expect((await fetchError(url + path)).headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
    }
  })

  test('of every response carry its id on the header that the envelope’s clients read', async () => {
    const { url } = await serve((app) => {
      app.use(requestId({ envelope: 'anthropic', requestIdHeader: 'X-Trace', trustRequestId: true }))
      app.get('/ok', (context) => context.json({}))
    })
    const { headers } = await fetchError(`${url}/ok`, { headers: { 'x-trace': 'mine' } })
    expect([headers.get('x-trace'), headers.get('request-id')]).toEqual(['mine', 'mine'])
  })
})

describe('the installation', () => {
  test('works after the routes, and is rejected twice, without an app and without options', async () => {
    const { app, url } = await serve((hono) => {
      hono.get('/', () => {
        throw new Conflict()
      })
    }, 'after')
    expect(await fetchError(url)).toMatchObject({ status: 409 })
    expect(() => faultline(app, { envelope: 'ai-api' })).toThrow(
      'faultline: already called on this app; call it once per app',
    )
    expect(() => faultline({} as Hono, { envelope: 'ai-api' })).toThrow(
      'faultline: the first argument must be a Hono app, not an object',
    )
    expect(() => faultline(new Hono(), {} as never)).toThrow('option `envelope` is required')
  })

  test('keeps the onError of a mounted app', async () => {
    const { url, errors } = await serve((app) => {
      const inner = new Hono()
      inner.onError((_error, context) => context.json({ mine: true }, 418))
      inner.get('/', () => {
        throw new Error('mine')
      })
      app.route('/inner', inner)
    })
    expect((await fetchError(`${url}/inner`)).text).toBe('{"mine":true}')
    expect(errors).toEqual([])
  })
})
