import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import type { Application, RequestHandler } from 'express'
import createError from 'http-errors'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { InternalError, RateLimitExceeded, UpstreamError } from '../src/index.ts'
import { sendRequest, formatRequest, open } from './raw-requests.ts'
import { majors, serve, type Express, type Options, type Served } from './serve.ts'
import { expectError, expectValid, modes } from './spec.ts'

/** Serves one handler at all paths. */
function serveOne(express: Express, handler: RequestHandler, overrides?: Partial<Options>): Promise<Served> {
  return serve(
    express,
    (app) => {
      app.get('/ok', (_request, response) => {
        response.json({ ok: true })
      })
      app.use(handler)
    },
    overrides,
  )
}

const planted = (): Error => new Error('planted')

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(majors)('$major', ({ major, express }) => {
  describe('headers that the failed handler has set', () => {
    const kept = {
      'access-control-allow-origin': 'https://a.example',
      'access-control-expose-headers': 'x-a',
      'content-security-policy': "default-src 'none'",
      'set-cookie': 'a=1',
      'strict-transport-security': 'max-age=1',
      vary: 'Origin',
      'x-ratelimit-remaining': '0',
      'x-request-id': 'id-1',
    }
    const gone = {
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=60',
      'content-disposition': 'attachment; filename=planted',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-length': '9999',
      'content-range': 'bytes 0-1/planted',
      'content-type': 'text/csv',
      etag: '"planted"',
      expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      location: '/planted',
    }
    const failing =
      (error: () => Error, more: object = {}): RequestHandler =>
      (_request, response) => {
        response.status(201).set({ ...kept, ...gone, ...more })
        response.statusMessage = 'planted'
        throw error()
      }

    test('Retry-After is kept if the error does not have its own', async () => {
      const promise = { 'retry-after': '120' }
      const bare = await serveOne(
        express,
        failing(() => createError(503), promise),
      )
      expect((await sendRequest(bare.port, formatRequest('GET /'))).headers['retry-after']).toBe('120')
      const own = await serveOne(
        express,
        failing(() => new RateLimitExceeded({ retryAfter: 7 }), promise),
      )
      expect((await sendRequest(own.port, formatRequest('GET /'))).headers['retry-after']).toBe('7')
    })

    test('cookies are dropped with the option dropCookies', async () => {
      const served = await serveOne(express, failing(planted), { dropCookies: true })
      const response = await sendRequest(served.port, formatRequest('GET /'))
      expectError(response, 'internal_error')
      expect(response.headers['set-cookie']).toBeUndefined()
    })

    test.each(['abc', 1000])('a status of %s is internal_error', async (status) => {
      const served = await serveOne(express, (_request, response) => {
        response.status(status as number).json({})
      })
      expectError(await sendRequest(served.port, formatRequest('GET /')), 'internal_error')
    })

    test('a status of 404.5 is internal_error in Express 5, and the handler’s own 404 in Express 4', async () => {
      // Express 4 prints a deprecation warning.
      vi.spyOn(process.stderr, 'write').mockReturnValue(true)
      const served = await serveOne(express, (_request, response) => {
        response.status(404.5).json({ own: true })
      })
      const response = await sendRequest(served.port, formatRequest('GET /'))
      if (major === 'Express 5') expectError(response, 'internal_error')
      else expect(response).toMatchObject({ status: 404, body: '{"own":true}' })
    })
  })

  describe('an error after the head was sent', () => {
    const half: RequestHandler = (_request, response) => {
      response.type('json').write('{"half":')
      throw planted()
    }

    test.each([
      ['stream', half],
      [
        'stream of a known length',
        ((_request, response) => {
          response.type('json').set('content-length', '100').write('{"half":')
          throw planted()
        }) as RequestHandler,
      ],
      [
        'stream that fails later',
        (async (_request, response) => {
          response.type('json').write('{"half":')
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
          throw planted()
        }) as RequestHandler,
      ],
    ])('%s: the connection is destroyed, and the response is not complete', async (_name, handler) => {
      const served = await serveOne(express, handler)
      const client = await open(served.port)
      const response = await client.send(formatRequest('GET /')).response()
      expect(response).toMatchObject({ status: 200, complete: false })
      expect(JSON.stringify(response)).not.toContain('planted')
      expect(served.hookCalls).toMatchObject([{ error: { code: 'internal_error' } }])
    })

    const events: RequestHandler = (_request, response) => {
      response.type('text/event-stream').write('data: {"n":1}\n\ndata: {"half":')
      throw new UpstreamError({ message: 'The upstream said no' })
    }

    test.each(modes)('sse: ends with an error event in $id', async ({ id }) => {
      const served = await serveOne(express, events, { envelope: id as 'ai-api' })
      const client = await open(served.port)
      const response = await client.send(formatRequest('GET /')).response()
      expect(response).toMatchObject({ status: 200, complete: true })
      const [first, second, error] = response.body.split('\n\n')
      expect([first, second]).toEqual(['data: {"n":1}', 'data: {"half":'])
      expect(response.body.endsWith('\n\n')).toBe(true)
      const [, data] = /^(?:event: error\n)?data: (.+)$/.exec(error!) ?? []
      // An event may have more in its data than the body; it is read as the body is.
      const { envelope } = modes.find((mode) => mode.id === id)!
      expectValid(id, envelope.render(envelope.parse({ body: data })!).body)
      expect(served.hookCalls).toMatchObject([{ error: { code: 'upstream_error' } }])
      expect(await client.send(formatRequest('GET /ok')).response()).toMatchObject({ status: 200 })
    })

    test('sse: the error event does not contain a secret', async () => {
      const served = await serveOne(express, (_request, response) => {
        response.set('content-type', 'Text/Event-Stream; charset=utf-8').flushHeaders()
        throw planted()
      })
      const { body, complete } = await sendRequest(served.port, formatRequest('GET /'))
      expect([complete, body.includes('planted'), body.includes('INTERNAL_ERROR')]).toEqual([
        true,
        false,
        true,
      ])
    })

    test('a response before next() is kept, and the hook is not called', async () => {
      const served = await serveOne(express, (_request, response, next) => {
        response.json({ first: true })
        next()
      })
      expect(await sendRequest(served.port, formatRequest('GET /'))).toMatchObject({
        status: 200,
        body: '{"first":true}',
      })
      expect(served.hookCalls).toEqual([])
    })

    // An uncaught exception fails the test run.
    test('of a handler that pipes a source into the response and then throws is answered', async () => {
      const served = await serve(express, (app) => {
        app.get('/ok', (_request, response) => void response.json({ ok: true }))
        app.get('/', (_request, response) => {
          const source = new Readable({ read() {} })
          source.push('first')
          setTimeout(() => source.push('second'), 30)
          setTimeout(() => source.push(null), 40)
          source.pipe(response)
          throw planted()
        })
        // Without a further route, Express defers the failure until the source has written its first chunk.
        app.get('/later', (_request, response) => void response.end())
      })
      const response = await fetch(`http://127.0.0.1:${served.port}/`)
      expect(await response.json()).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
      // The source goes on for a while.
      await new Promise((resolve) => {
        setTimeout(resolve, 80)
      })
      expect(served.hookCalls).toHaveLength(1)
      const next = await fetch(`http://127.0.0.1:${served.port}/ok`)
      expect(next.status).toBe(200)
    })

    // `source.pipe(response)` is a gap: Express is not notified of its error. With `pipeline` it is.
    test.each([
      ['pipe', false],
      ['pipe-late', true],
    ])('%s: the error of a pipeline is not reported as a disconnected client', async (_name, isLate) => {
      const served = await serveOne(express, (_request, response, next) => {
        const source = new Readable({
          read() {
            if (isLate) this.push('{"half":')
            setImmediate(() => this.destroy(planted()))
          },
        })
        pipeline(source, response, (error) => error && next(error))
      })
      const client = await open(served.port)
      client.send(formatRequest('GET /'))
      await client.closed()
      expect(client.rest).not.toMatch(/planted|\r\n0\r\n\r\n/)
      await vi.waitFor(() => expect(served.hookCalls).toHaveLength(1))
      expect(served.hookCalls[0]?.error.code).toBe('internal_error')
    })
  })

  describe('a file', () => {
    let root: string
    let served: Served

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), 'faultline-planted-'))
      writeFileSync(join(root, 'a.txt'), 'content')
      writeFileSync(join(root, '.env'), 'planted')
      mkdirSync(join(root, 'dir'))
      served = await serve(express, (app: Application) => {
        app.use('/static', express.static(root))
        app.use('/strict', express.static(root, { fallthrough: false }))
        app.get('/missing', (_request, response) => {
          response.sendFile(join(root, 'missing.txt'))
        })
        app.get('/directory', (_request, response) => {
          response.sendFile(root)
        })
        app.get('/file', (_request, response) => {
          response.sendFile(join(root, 'a.txt'))
        })
      })
    })

    afterAll(() => {
      rmSync(root, { recursive: true })
    })

    test.each([
      ['static-missing', 'GET /static/missing.txt', {}, 'endpoint_not_found'],
      ['static-dir', 'GET /static/dir/', {}, 'endpoint_not_found'],
      ['static-traversal', 'GET /static/..%2f..%2fetc/passwd', {}, 'endpoint_not_found'],
      ['static-nul', 'GET /static/a%00.txt', {}, 'endpoint_not_found'],
      ['static-badpct', 'GET /static/%E0%A4%A', {}, 'endpoint_not_found'],
      ['static-dotfile', 'GET /static/.env', {}, 'endpoint_not_found'],
      ['static-missing, reported', 'GET /strict/missing.txt', {}, 'not_found'],
      ['static-traversal, reported', 'GET /strict/..%2f..%2fetc/passwd', {}, 'permission_denied'],
      ['static-nul, reported', 'GET /strict/a%00.txt', {}, 'invalid_request'],
      ['static-badpct, reported', 'GET /strict/%E0%A4%A', {}, 'invalid_request'],
      ['static-dotfile, reported', 'GET /strict/.env', {}, 'not_found'],
      ['static-precondition', 'GET /static/a.txt', { 'if-match': '"b"' }, 'precondition_failed'],
      ['sendFile of a missing file', 'GET /missing', {}, 'not_found'],
      ['sendFile of a directory', 'GET /directory', {}, 'endpoint_not_found'],
      ['sendFile on a condition', 'GET /file', { 'if-match': '"b"' }, 'precondition_failed'],
    ])('%s: %s %j is %s, and the response does not contain a path', async (_name, line, headers, code) => {
      served.hookCalls.length = 0
      const response = await sendRequest(served.port, formatRequest(line, headers))
      expectError(response, code)
      expect(JSON.stringify(response)).not.toMatch(/planted|a\.txt|missing\.txt|ENOENT/)
      for (const name of ['etag', 'last-modified', 'accept-ranges'])
        expect(response.headers, name).not.toHaveProperty(name)
      expect(served.hookCalls).toHaveLength(1)
    })

    test.each(['/static/a.txt', '/file'])(
      'static-range: the response for %s has its length',
      async (path) => {
        const response = await sendRequest(
          served.port,
          formatRequest(`GET ${path}`, { range: 'bytes=9999-' }),
        )
        expectError(response, 'range_not_satisfiable', 416)
        expect(response.headers['content-range']).toBe('bytes */7')
      },
    )

    test('that exists is sent', async () => {
      expect(await sendRequest(served.port, formatRequest('GET /file'))).toMatchObject({
        status: 200,
        body: 'content',
      })
    })
  })

  describe('the hook', () => {
    const failing: RequestHandler = () => {
      throw planted()
    }

    test('receives the error, the thrown value and the request', async () => {
      const served = await serveOne(express, failing)
      expectError(
        await sendRequest(served.port, formatRequest('GET /a?b=c', { 'x-a': 'd' })),
        'internal_error',
      )
      expect(served.hookCalls).toHaveLength(1)
      const { error, thrown, request } = served.hookCalls[0]!
      expect(error).toBeInstanceOf(InternalError)
      expect(error.cause).toBe(thrown)
      expect(request).toMatchObject({ method: 'GET', url: '/a?b=c' })
      expect([request.header('x-a'), request.raw.query]).toEqual(['d', { b: 'c' }])
    })

    test('receives the complete URL of a request to a router', async () => {
      const served = await serve(express, (app) => app.use('/v1', express.Router().use('/x', failing)))
      expectError(await sendRequest(served.port, formatRequest('GET /v1/x/y')), 'internal_error')
      expect(served.hookCalls[0]?.request.url).toBe('/v1/x/y')
    })

    test.each([
      [
        'throws',
        () => {
          throw new Error('hook')
        },
      ],
      [
        'rejects',
        async () => {
          throw new Error('hook')
        },
      ],
    ])('that %s does not change the response and is reported on the console', async (_name, onError) => {
      const log = vi.spyOn(console, 'error').mockReturnValue()
      const served = await serveOne(express, failing, { onError })
      const client = await open(served.port)
      expectError(await client.send(formatRequest('GET /')).response(), 'internal_error')
      expect(await client.send(formatRequest('GET /ok')).response()).toMatchObject({ status: 200 })
      expect(log).toHaveBeenCalledTimes(1)
      expect(log.mock.calls[0]?.[0]).toMatch(/^Faultline: onError failed: Error: hook/)
    })

    test('is replaced by the console if it is missing: the stack of a 5xx, and nothing for a 4xx', async () => {
      const log = vi.spyOn(console, 'error').mockReturnValue()
      const served = await serveOne(express, failing, { onError: undefined })
      expectError(await sendRequest(served.port, formatRequest('GET /')), 'internal_error')
      expectError(await sendRequest(served.port, formatRequest('DELETE /ok?a')), 'internal_error')
      const missing = await serve(express, () => {}, { onError: undefined })
      expectError(await sendRequest(missing.port, formatRequest('GET /')), 'endpoint_not_found')
      expect(log).toHaveBeenCalledTimes(2)
      expect(log.mock.calls[0]?.[0]).toMatch(
        /^Faultline: GET \/ \(req_\w+\) failed with 500 internal_error: Error: planted\n/,
      )
    })
  })
})
