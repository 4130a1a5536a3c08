import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { CANARY, fetchError, listen, waitUntil } from '@faultline/test-kit'
import { Router } from '@koa/router'
import Koa3, { type Context } from 'koa'
import Koa2 from 'koa2'
import { describe, expect, test } from 'vitest'
import {
  Conflict,
  faultline,
  RateLimitExceeded,
  requestId,
  type ApiError,
  type FaultlineOptions,
} from '../src/index.ts'

const majors = [
  { major: 'Koa 3', Koa: Koa3 },
  { major: 'Koa 2', Koa: Koa2 as unknown as typeof Koa3 },
]

interface Served {
  readonly app: Koa3
  readonly url: string
  /** The errors that the hook received. */
  readonly errors: ApiError[]
  /** The arguments of the event `error`. */
  readonly emitted: Error[]
}

async function serve(
  Koa: typeof Koa3,
  build: (app: Koa3) => void,
  install: 'before' | 'after' = 'before',
): Promise<Served> {
  const app = new Koa()
  const errors: ApiError[] = []
  const emitted: Error[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void errors.push(error) }
  app.on('error', (error: Error) => emitted.push(error))
  if (install === 'before') faultline(app, options)
  build(app)
  if (install === 'after') faultline(app, options)
  const handle = app.callback()
  const url = await listen(createServer((request, response) => void handle(request, response)))
  return { app, errors, emitted, url }
}

describe.each(majors)('$major', ({ Koa }) => {
  const fail = (thrown: () => unknown) => (app: Koa3) => {
    app.use(async () => {
      throw thrown()
    })
  }

  test('a typed error is answered with its headers', async () => {
    const { url, errors, emitted } = await serve(
      Koa,
      fail(() => new RateLimitExceeded({ retryAfter: 30 })),
    )
    const response = await fetchError(url)
    expect(response).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' })
    expect(response.headers.get('retry-after')).toBe('30')
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(response.text)))
    expect([errors.length, emitted.length]).toEqual([1, 1])
  })

  test('context.throw and context.assert determine which messages are public', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(async (context: Context) => {
        if (context.path === '/throw') context.throw(404, 'No such pet')
        if (context.path === '/server') context.throw(503, CANARY, { expose: true })
        context.assert(false, 401, 'Who are you?')
      })
    })
    const readMessage = async (path: string): Promise<unknown[]> => {
      const { status, text } = await fetchError(url + path)
      return [status, (JSON.parse(text) as { error: { message: string } }).error.message]
    }
    expect(await readMessage('/throw')).toEqual([404, 'No such pet'])
    expect(await readMessage('/server')).toEqual([503, 'Service is temporarily unavailable'])
    expect(await readMessage('/')).toEqual([401, 'Who are you?'])
  })

  test('a request without a response is a 404, and the event error is not emitted', async () => {
    const { url, errors, emitted } = await serve(Koa, () => {})
    expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).not.toBe('0')
    expect([errors.map(({ code }) => code), emitted]).toEqual([
      ['endpoint_not_found', 'endpoint_not_found'],
      [],
    ])
  })

  test.each([true, false])(
    'a path that supports other methods is a 405 with Allow (allowedMethods: %s)',
    async (usesAllowedMethods) => {
      const { url } = await serve(Koa, (app) => {
        const router = new Router({ prefix: '/v1' })
        router.get('/pets/:id', (context) => {
          context.body = {}
        })
        router.post('/pets/:id', (context) => {
          context.body = {}
        })
        app.use(router.routes())
        if (usesAllowedMethods) app.use(router.allowedMethods())
      })
      for (const method of ['DELETE', 'PROPFIND']) {
        const response = await fetchError(`${url}/v1/pets/7`, { method })
        expect(response).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
        expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
      }
      expect(await fetchError(`${url}/v1/nope`)).toMatchObject({ status: 404 })
      expect((await fetch(`${url}/v1/pets/7`, { method: 'HEAD' })).status).toBe(200)
    },
  )

  test('an error status without a body is answered, and one with a body is left unchanged', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use((context) => {
        context.status = 403
        if (context.path === '/own') context.body = { mine: true }
      })
    })
    expect(await fetchError(url)).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
    expect((await fetchError(`${url}/own`)).text).toBe('{"mine":true}')
  })

  test('an event stream that was written on the response ends with an error event', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(async (context) => {
        context.respond = false
        context.res.writeHead(200, { 'Content-Type': 'text/event-stream' })
        context.res.write('data: 1\n\n')
        throw new Conflict()
      })
    })
    expect((await fetchError(url)).text).toMatch(/^data: 1\n\n\n\nevent: error\ndata: .*CONFLICT.*\n\n$/)
  })

  test.each(['Node', 'web'])(
    'an event stream in the body that fails late ends with the error event: a %s stream',
    async (kind) => {
      if (kind === 'web' && Koa !== Koa3) return
      async function* createEvents(): AsyncGenerator<string> {
        yield 'data: 1\n\ndata: half'
        await new Promise((resolve) => {
          setTimeout(resolve, 20)
        })
        throw new Error(CANARY)
      }
      const { url, errors, emitted } = await serve(Koa, (app) => {
        app.use((context: Context) => {
          context.type = 'text/event-stream'
          const events = Readable.from(createEvents())
          context.body =
            kind === 'web'
              ? Readable.toWeb(Readable.from(events.map((text: string) => Buffer.from(text))))
              : events
        })
      })
      const response = await fetch(url)
      expect(response.status).toBe(200)
      const text = await response.text()
      expect(text).toMatch(/^data: 1\n\nevent: error\ndata: \{"success":false,.*\}\n\n$/)
      expect(text).not.toContain(CANARY)
      expect(errors.map(({ code }) => code)).toEqual(['internal_error'])
      expect(emitted).toHaveLength(1)
    },
  )

  test('an event stream in the body that fails within its first event is answered with an error', async () => {
    const { url, errors } = await serve(Koa, (app) => {
      app.use((context: Context) => {
        context.type = 'text/event-stream'
        context.body = Readable.from(
          (async function* createEvents() {
            yield 'data: half'
            throw new Conflict()
          })(),
        )
      })
    })
    expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect(errors).toMatchObject([{ code: 'conflict' }])
  })

  test('the source of an event stream in the body is destroyed when the client disconnects', async () => {
    const source = new Readable({ read() {} })
    source.push('data: 1\n\n')
    const { url, errors } = await serve(Koa, (app) => {
      app.use((context: Context) => {
        context.type = 'text/event-stream'
        context.body = source
      })
    })
    const controller = new AbortController()
    const response = await fetch(url, { signal: controller.signal })
    await response.body!.getReader().read()
    controller.abort()
    await once(source, 'close')
    await waitUntil(() => errors.length > 0, 'onError is called')
    expect(errors.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  if (Koa === Koa3) {
    const createStream = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('data: 1\n\n'))
          setTimeout(() => {
            controller.enqueue(new TextEncoder().encode('data: 2\n\n'))
            controller.close()
          }, 20)
        },
      })

    test.each([
      ['a web stream', createStream],
      [
        'a Response',
        () => new Response(createStream(), { status: 201, headers: { 'content-type': 'text/event-stream' } }),
      ],
      ['a Response with a length', () => new Response('four', { headers: { 'content-length': '4' } })],
    ])('%s as the body is sent as it is', async (name, createBody) => {
      const { url, errors } = await serve(Koa, (app) => {
        app.use((context: Context) => {
          context.type = 'text/event-stream'
          context.body = createBody()
        })
      })
      const response = await fetch(url)
      const isShort = name.endsWith('length')
      expect([response.status, await response.text()]).toEqual([
        name === 'a Response' ? 201 : 200,
        isShort ? 'four' : 'data: 1\n\ndata: 2\n\n',
      ])
      if (isShort) expect(response.headers.get('content-length')).toBe('4')
      expect(errors).toEqual([])
    })
  }

  test('requestId sets the id on every response', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(requestId({ trustRequestId: true }))
      app.use((context) => {
        if (context.path === '/ok') context.body = {}
      })
    })
    for (const path of ['/ok', '/nope']) {
      const { headers } = await fetchError(url + path, { headers: { 'x-request-id': 'mine' } })
      expect(headers.get('x-request-id')).toBe('mine')
      expect((await fetchError(url + path)).headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
    }
  })

  test('requestId sets the id on the header that the envelope’s clients read as well', async () => {
    const { url } = await serve(Koa, (app) => {
      app.use(
        requestId({
          trustRequestId: true,
          envelope: ({ raw }) => (raw.path === '/ok' ? 'anthropic' : 'openai'),
        }),
      )
      app.use((context) => {
        context.body = {}
      })
    })
    const readId = async (path: string) => {
      const { headers } = await fetchError(url + path, { headers: { 'x-request-id': 'mine' } })
      return headers.get('request-id')
    }
    expect([await readId('/ok'), await readId('/nope')]).toEqual(['mine', null])
  })

  test('a disconnected client calls the hook once with client_closed_request', async () => {
    const { url, errors } = await serve(Koa, (app) => {
      app.use(async (context) => {
        await once(context.req, 'close')
        throw new Error(CANARY)
      })
    })
    const controller = new AbortController()
    const pending = fetch(url, { signal: controller.signal })
    setTimeout(() => controller.abort(), 30)
    await expect(pending).rejects.toThrow(/abort/)
    await expect.poll(() => errors.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('an error in a listener does not change the response', async () => {
    const { app, url } = await serve(
      Koa,
      fail(() => new Conflict()),
    )
    app.on('error', () => {
      throw new Error('listener')
    })
    expect(await fetchError(url)).toMatchObject({ status: 409 })
  })

  test('middleware of the app catches its own errors', async () => {
    const { url, errors } = await serve(Koa, (app) => {
      app.use(async (context, next) => {
        await next().catch(() => {
          context.body = { mine: true }
        })
      })
      app.use(async () => {
        throw new Error('mine')
      })
    })
    expect((await fetchError(url)).text).toBe('{"mine":true}')
    expect(errors).toEqual([])
  })

  test('may be installed after the middleware, once, and only on an app', async () => {
    const { app, url } = await serve(
      Koa,
      fail(() => new Conflict()),
      'after',
    )
    expect(await fetchError(url)).toMatchObject({ status: 409 })
    expect(() => faultline(app, { envelope: 'ai-api' })).toThrow(
      'faultline: already called on this app; call it once per app',
    )
    expect(() => faultline({} as Koa3, { envelope: 'ai-api' })).toThrow(
      'faultline: the first argument must be a Koa app, not an object',
    )
    expect(() => faultline(new Koa(), {} as never)).toThrow('option `envelope` is required')
  })

  test('passes the context to the hook and to an envelope function', async () => {
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
    const url = await listen(createServer((request, response) => void handle(request, response)))
    await (await fetch(`${url}/a?b=1`)).text()
    expect(seen).toEqual(['/a', '/a', '/a?b=1', 'GET'])
  })
})
