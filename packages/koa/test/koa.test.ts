import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Router } from '@koa/router'
import Koa3, { type Context } from 'koa'
import Koa2 from 'koa2'
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
const majors = [
  { major: 'Koa 3', Koa: Koa3 },
  { major: 'Koa 2', Koa: Koa2 as unknown as typeof Koa3 },
]
const closers: (() => void)[] = []

afterAll(() => {
  for (const close of closers) close()
})

interface Served {
  readonly app: Koa3
  readonly url: string
  /** What the hook heard. */
  readonly heard: ApiError[]
  /** What `app.on('error')` heard. */
  readonly emitted: Error[]
}

async function serve(
  Koa: typeof Koa3,
  build: (app: Koa3) => void,
  install: 'before' | 'after' = 'before',
): Promise<Served> {
  const app = new Koa()
  const heard: ApiError[] = []
  const emitted: Error[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void heard.push(error) }
  app.on('error', (error: Error) => emitted.push(error))
  if (install === 'before') faultline(app, options)
  build(app)
  if (install === 'after') faultline(app, options)
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { app, heard, emitted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function ask(
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

describe.each(majors)('$major', ({ Koa }) => {
  const fail = (thrown: () => unknown) => (app: Koa3) => {
    app.use(async () => {
      throw thrown()
    })
  }

  test('a typed error is answered, with its headers', async () => {
    const { url, heard, emitted } = await serve(
      Koa,
      fail(() => new RateLimitExceeded({ retryAfter: 30 })),
    )
    const answer = await ask(url)
    expect(answer).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' })
    expect(answer.headers.get('retry-after')).toBe('30')
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)))
    expect([heard.length, emitted.length]).toEqual([1, 1])
  })

  test('context.throw says what is public, and context.assert', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(async (context: Context) => {
        if (context.path === '/throw') context.throw(404, 'No such pet')
        if (context.path === '/server') context.throw(503, SECRET, { expose: true })
        context.assert(false, 401, 'Who are you?')
      })
    })
    const told = async (path: string): Promise<unknown[]> => {
      const { status, text } = await ask(url + path)
      return [status, (JSON.parse(text) as { error: { message: string } }).error.message]
    }
    expect(await told('/throw')).toEqual([404, 'No such pet'])
    expect(await told('/server')).toEqual([503, 'Service is temporarily unavailable'])
    expect(await told('/')).toEqual([401, 'Who are you?'])
  })

  test('what nothing answers is 404, and is no event', async () => {
    const { url, heard, emitted } = await serve(Koa, () => {})
    expect(await ask(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).not.toBe('0')
    expect([heard.map(({ code }) => code), emitted]).toEqual([
      ['endpoint_not_found', 'endpoint_not_found'],
      [],
    ])
  })

  test.each([true, false])(
    'a path that takes other methods is a 405 that tells them (allowedMethods: %s)',
    async (isTold) => {
      const { url } = await serve(Koa, (app) => {
        const router = new Router({ prefix: '/v1' })
        router.get('/pets/:id', (context) => {
          context.body = {}
        })
        router.post('/pets/:id', (context) => {
          context.body = {}
        })
        app.use(router.routes())
        if (isTold) app.use(router.allowedMethods())
      })
      for (const method of ['DELETE', 'PROPFIND']) {
        const answer = await ask(`${url}/v1/pets/7`, { method })
        expect(answer).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
        expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
      }
      expect(await ask(`${url}/v1/nope`)).toMatchObject({ status: 404 })
      expect((await fetch(`${url}/v1/pets/7`, { method: 'HEAD' })).status).toBe(200)
    },
  )

  test('a failing status without a body is answered, and one with a body is left alone', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use((context) => {
        context.status = 403
        if (context.path === '/own') context.body = { mine: true }
      })
    })
    expect(await ask(url)).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
    expect((await ask(`${url}/own`)).text).toBe('{"mine":true}')
  })

  test('an event stream written by hand is told of its failure', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(async (context) => {
        context.respond = false
        context.res.writeHead(200, { 'Content-Type': 'text/event-stream' })
        context.res.write('data: 1\n\n')
        throw new Conflict()
      })
    })
    expect((await ask(url)).text).toMatch(/^data: 1\n\n\n\nevent: error\ndata: .*CONFLICT.*\n\n$/)
  })

  test('requestId gives every answer its id', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(requestId())
      app.use((context) => {
        if (context.path === '/ok') context.body = {}
      })
    })
    for (const path of ['/ok', '/nope']) {
      const { headers } = await ask(url + path, { headers: { 'x-request-id': 'mine' } })
      expect(headers.get('x-request-id')).toBe('mine')
      expect((await ask(url + path)).headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
    }
  })

  test('requestId gives the id to the header that the envelope’s clients read, too', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(requestId({ envelope: ({ raw }) => (raw.path === '/ok' ? 'anthropic' : 'openai') }))
      app.use((context) => {
        context.body = {}
      })
    })
    const idOf = async (path: string) => {
      const { headers } = await ask(url + path, { headers: { 'x-request-id': 'mine' } })
      return headers.get('request-id')
    }
    expect([await idOf('/ok'), await idOf('/nope')]).toEqual(['mine', null])
  })

  test('a client that leaves is told to the hook as that, once', async () => {
    const { url, heard } = await serve(Koa, (app) => {
      app.use(async (context) => {
        await once(context.req, 'close')
        throw new Error(SECRET)
      })
    })
    const left = new AbortController()
    const asked = fetch(url, { signal: left.signal })
    setTimeout(() => left.abort(), 30)
    await expect(asked).rejects.toThrow(/abort/)
    await expect.poll(() => heard.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('a listener that throws makes no failure of its own', async () => {
    const { app, url } = await serve(
      Koa,
      fail(() => new Conflict()),
    )
    app.on('error', () => {
      throw new Error('listener')
    })
    expect(await ask(url)).toMatchObject({ status: 409 })
  })

  test('a user’s own middleware still catches what is its own', async () => {
    const { url, heard } = await serve(Koa, (app) => {
      app.use(async (context, next) => {
        await next().catch(() => {
          context.body = { mine: true }
        })
      })
      app.use(async () => {
        throw new Error('mine')
      })
    })
    expect((await ask(url)).text).toBe('{"mine":true}')
    expect(heard).toEqual([])
  })

  test('may be installed after the middleware, once, and on an app alone', async () => {
    const { app, url } = await serve(
      Koa,
      fail(() => new Conflict()),
      'after',
    )
    expect(await ask(url)).toMatchObject({ status: 409 })
    expect(() => faultline(app, { envelope: 'ai-api' })).toThrow('faultline() was already called on this app')
    expect(() => faultline({} as Koa3, { envelope: 'ai-api' })).toThrow(
      'faultline: the first argument must be a Koa app',
    )
    expect(() => faultline(new Koa(), {} as never)).toThrow('option `envelope` is required')
  })

  test('hands the hook and the envelope’s function its context', async () => {
    const app = new Koa()
    const seen: unknown[] = []
    faultline(app, {
      envelope: ({ raw }) => {
        seen.push(raw.path)
        return 'a15t'
      },
      onError: (_error, _thrown, { raw, url, method }) => void seen.push(raw.path, url, method),
    })
    const handle = app.callback()
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closers.push(() => server.close())
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=1`)).text()
    expect(seen).toEqual(['/a', '/a', '/a?b=1', 'GET'])
  })
})
