import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterAll, describe, expect, test } from 'vitest'
import {
  Conflict,
  envelopes,
  faultline,
  RateLimitExceeded,
  requestId,
  type ApiError,
  type FaultlineOptions,
} from '../src/index.ts'

const SECRET = 'sk-live-secret'
const closers: (() => void)[] = []

afterAll(() => {
  for (const close of closers) close()
})

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
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { app, errors, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function fetchError(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; code: string | undefined; text: string; headers: Headers }> {
  const response = await fetch(url, init)
  const text = await response.text()
  const error = envelopes['ai-api'].parse({ status: response.status, body: text })
  return {
    status: response.status,
    code: error && envelopes['ai-api'].lookup(error).code,
    text,
    headers: response.headers,
  }
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
    ['an Error', () => new Error(SECRET)],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a string', () => SECRET],
    ['a bigint', () => 10n],
    ['a plain object', () => ({ message: SECRET, status: 200 })],
    ['a frozen error', () => Object.freeze(new Error(SECRET))],
    ['a revoked proxy', revoked],
    ['an error whose status is a string', () => Object.assign(new Error(SECRET), { status: 'abc' })],
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
      expect(response.text).not.toContain(SECRET)
    }
    expect(errors).toHaveLength(2)
  })

  test('that is an HTTPException keeps its public message and its challenge', async () => {
    const { url } = await serve((app) => {
      app.get('/missing', () => {
        throw new HTTPException(404, { message: 'No such pet' })
      })
      app.get('/server', () => {
        throw new HTTPException(503, { message: SECRET })
      })
      app.get('/who', () => {
        throw new HTTPException(401, {
          res: new Response(SECRET, { headers: { 'www-authenticate': 'Basic realm="x"', 'x-a': SECRET } }),
        })
      })
    })
    const missing = await fetchError(`${url}/missing`)
    expect([missing.status, missing.text.includes('No such pet')]).toEqual([404, true])
    const server = await fetchError(`${url}/server`)
    expect([server.status, server.text.includes(SECRET)]).toEqual([503, false])
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
      app.use(requestId())
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
      app.use(requestId({ envelope: 'anthropic', requestIdHeader: 'X-Trace' }))
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
