import { createServer } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  attach,
  Conflict,
  errorHandler,
  faultline,
  MissingApiKey,
  notFound,
  requestId,
  type FaultlineOptions,
} from '../src/index.ts'
import { sendRequest, formatRequest } from './raw-requests.ts'
import { recordHookCalls, listen, majors, serve, type Served } from './serve.ts'
import { expectError } from './spec.ts'

const ok: RequestHandler = (_request, response) => {
  response.json({ ok: true })
}

const conflict: RequestHandler = () => {
  throw new Conflict()
}

describe.each(majors)('$major', ({ express }) => {
  describe('a path that supports other methods', () => {
    let served: Served

    beforeAll(async () => {
      served = await serve(express, (app) => {
        app.use('/pets', (_request, _response, next) => next())
        app.get('/pets', ok)
        app.post('/pets', ok)
        app.route('/pets/:id').get(ok).delete(ok).patch(ok)
        app.get(/^\/files\/(.+)\.txt$/, ok)
        app.put(['/either', '/or'], ok)
        app.all('/all', ok)
        app.get('/falls', (_request, _response, next) => next())
        const inner = express.Router({ mergeParams: true })
        inner.put('/toys/:toy', ok).get('/', ok)
        const outer = express.Router()
        outer.use('/owners/:owner', inner)
        app.use('/v1', outer).use(['/v2', '/v3'], outer)
        const exact = express.Router({ strict: true, caseSensitive: true })
        exact.get('/Exact', ok)
        app.use('/strict', exact)
        const guarded = express.Router()
        guarded.use(() => {
          throw new MissingApiKey()
        })
        guarded.get('/thing', ok)
        app.use('/guarded', guarded)
      })
    })

    test.each([
      ['wrong-method', 'PATCH', '/pets', 'GET, HEAD, POST'],
      ['wrong-method-DELETE', 'DELETE', '/pets', 'GET, HEAD, POST'],
      ['method-PURGE', 'PURGE', '/pets', 'GET, HEAD, POST'],
      ['method-TRACE', 'TRACE', '/pets', 'GET, HEAD, POST'],
      ['method-QUERY', 'QUERY', '/pets', 'GET, HEAD, POST'],
      ['with a query', 'PUT', '/pets?a=/b', 'GET, HEAD, POST'],
      ['with a trailing slash', 'PUT', '/pets/', 'GET, HEAD, POST'],
      ['in another case', 'PUT', '/PETS', 'GET, HEAD, POST'],
      ['of app.route', 'POST', '/pets/7', 'DELETE, GET, HEAD, PATCH'],
      ['with a parameter in percent-encoding', 'POST', '/pets/a%2Fb', 'DELETE, GET, HEAD, PATCH'],
      ['of a regular expression', 'POST', '/files/a/b.txt', 'GET, HEAD'],
      ['of several paths', 'GET', '/or', 'PUT'],
      ['HEAD without a GET route', 'HEAD', '/either', 'PUT'],
      ['of a router in a router', 'POST', '/v1/owners/7', 'GET, HEAD'],
      ['of a route of a router in a router', 'GET', '/v1/owners/7/toys/8', 'PUT'],
      ['of a router at several paths', 'GET', '/v3/owners/7/toys/8', 'PUT'],
      ['of a strict router', 'POST', '/strict/Exact', 'GET, HEAD'],
      ['in absolute form', 'PUT', 'http://localhost/pets', 'GET, HEAD, POST'],
    ])('%s: %s %s is method_not_allowed with the methods of the path', async (_name, method, path, allow) => {
      const response = await sendRequest(served.port, formatRequest(`${method} ${path}`), method)
      if (method === 'HEAD') expect(response.status).toBe(405)
      else expectError(response, 'method_not_allowed')
      expect(response.headers['allow']).toBe(allow)
    })

    test.each([
      ['a handler that calls next()', 'GET', '/falls'],
      ['a prefix of a path', 'PUT', '/pet'],
      ['a longer path', 'PUT', '/pets/7/8'],
      ['a prefix of a router’s path', 'PUT', '/v1/owners'],
      ['a longer word than a router’s path', 'PUT', '/v1/ownersx/7'],
      ['another case in a case-sensitive router', 'POST', '/strict/exact'],
      ['a trailing slash in a strict router', 'POST', '/strict/Exact/'],
      ['a path that a regular expression does not match', 'POST', '/files/a.png'],
    ])('%s: %s %s is endpoint_not_found', async (_name, method, path) => {
      const response = await sendRequest(served.port, formatRequest(`${method} ${path}`))
      expectError(response, 'endpoint_not_found')
      expect(response.headers['allow']).toBeUndefined()
    })

    test('app.all supports all methods', async () => {
      for (const method of ['GET', 'PURGE', 'PATCH'])
        expect(await sendRequest(served.port, formatRequest(`${method} /all`))).toMatchObject({ status: 200 })
    })

    test('middleware that throws comes before the check of the method', async () => {
      expectError(await sendRequest(served.port, formatRequest('PUT /guarded/thing')), 'missing_api_key')
    })

    test('OPTIONS-known is answered by Express', async () => {
      const response = await sendRequest(served.port, formatRequest('OPTIONS /pets'))
      expect(response.status).toBe(200)
      expect(response.headers['allow']?.split(/, ?/).toSorted()).toEqual(['GET', 'HEAD', 'POST'])
      expect(served.hookCalls.filter(({ request }) => request.method === 'OPTIONS')).toEqual([])
    })

    test('semicolon: a path may contain one', async () => {
      expect(await sendRequest(served.port, formatRequest('GET /pets/7;a=1'))).toMatchObject({ status: 200 })
    })
  })

  describe('leaving a route or a router', () => {
    let served: Served

    beforeAll(async () => {
      served = await serve(express, (app) => {
        app.get('/route', (_request, _response, next) => next('route'), conflict)
        app.get('/router', (_request, _response, next) => next('router'))
        app.get('/router', conflict)
        app.get('/on', (_request, _response, next) => next('route'), conflict)
        app.get('/on', ok)
        const router = express.Router()
        router.get('/left', (_request, _response, next) => next('router'))
        router.get('/left', conflict)
        app.use('/v1', router)
        app.get('/v1/left', ok)
      })
    })

    test.each(['route', 'router'])('by next(%j) ends in endpoint_not_found', async (how) => {
      expectError(await sendRequest(served.port, formatRequest(`GET /${how}`)), 'endpoint_not_found')
    })

    test('continues with the next route', async () => {
      expect(await sendRequest(served.port, formatRequest('GET /on'))).toMatchObject({ status: 200 })
      expect(await sendRequest(served.port, formatRequest('GET /v1/left'))).toMatchObject({ status: 200 })
    })
  })

  describe('a mounted app', () => {
    function withRoutes(mounted: ReturnType<typeof express>): ReturnType<typeof express> {
      mounted.get('/thing', ok)
      mounted.get('/conflict', conflict)
      return mounted
    }

    test('without Faultline leaves its errors to the app that it is mounted in', async () => {
      const served = await serve(express, (app) => app.use('/in', withRoutes(express())))
      expectError(await sendRequest(served.port, formatRequest('GET /in/conflict')), 'conflict')
      expectError(await sendRequest(served.port, formatRequest('GET /in/nope')), 'endpoint_not_found')
      expect(served.hookCalls).toHaveLength(2)
    })

    // Gap: the app above cannot read the routes of a mounted app.
    test('without Faultline does not add its methods to Allow', async () => {
      const served = await serve(express, (app) => app.use('/in', withRoutes(express())))
      expectError(await sendRequest(served.port, formatRequest('PUT /in/thing')), 'endpoint_not_found')
    })

    test('with Faultline answers its own failures, and the methods of both apps are in Allow', async () => {
      const inner = recordHookCalls({ envelope: 'a15t' })
      const served = await serve(express, (app) => {
        app.use('/in', faultline(withRoutes(express()), inner.options))
        app.delete('/in/thing', ok)
      })
      const response = await sendRequest(served.port, formatRequest('PUT /in/thing'))
      expect([response.status, response.headers['allow']]).toEqual([405, 'DELETE, GET, HEAD'])
      expect((await sendRequest(served.port, formatRequest('GET /in/conflict'))).status).toBe(409)
      expect([served.hookCalls.length, inner.hookCalls.length]).toEqual([0, 2])
      expect((await sendRequest(served.port, formatRequest('DELETE /in/thing'))).status).toBe(200)
    })

    test('with Faultline in a Router leaves later routes of the outer app as they are', async () => {
      const served = await serve(express, (app) => {
        const router = express.Router()
        router.use(
          '/in',
          faultline(express().get('/thing', ok), recordHookCalls({ envelope: 'a15t' }).options),
        )
        app.use('/v1', router)
        app.get('/v1/in/later', (request, response) => {
          response.status(409).send(request.app === app ? 'outer' : 'inner')
        })
      })
      const response = await sendRequest(served.port, formatRequest('GET /v1/in/later'))
      expectError(response, 'conflict')
      expect(JSON.parse(response.body)).toMatchObject({ error: { message: 'outer' } })
    })

    test('of two apps that a request passes through, the one with the longest path answers', async () => {
      const admin = recordHookCalls({ envelope: 'a15t' })
      const api = recordHookCalls({ envelope: 'openai' })
      const app = express()
        .set('env', 'test')
        .use(faultline(withRoutes(express()), admin.options))
        .use('/v1', faultline(withRoutes(express()), api.options))
      const { port } = await listen(createServer(app))
      await sendRequest(port, formatRequest('GET /v1/nope'))
      await sendRequest(port, formatRequest('GET /nope'))
      expect([admin.hookCalls, api.hookCalls].map((calls) => calls.map(({ error }) => error.code))).toEqual([
        ['endpoint_not_found'],
        ['endpoint_not_found'],
      ])
    })

    test.each([
      [
        'a page',
        (app: ReturnType<typeof express>) =>
          app.use((_request, response) => void response.status(404).type('html').send('<p>Mine</p>')),
        '<p>Mine</p>',
      ],
      [
        'an empty 404',
        (app: ReturnType<typeof express>) => app.use((_request, response) => void response.status(404).end()),
        '',
      ],
    ])('with Faultline in an app without it leaves %s of that app', async (_name, add, body) => {
      const { options, hookCalls } = recordHookCalls()
      const app = express().use('/in', faultline(withRoutes(express()), options))
      add(app)
      const { port } = await listen(createServer(app))
      const response = await sendRequest(port, formatRequest('GET /in/nope'))
      expect([response.status, response.body]).toEqual([404, body])
      expect(hookCalls).toEqual([])
    })

    test('with Faultline in an app without it leaves paths outside it to that app', async () => {
      const { options, hookCalls } = recordHookCalls()
      const app = express()
        .set('env', 'test')
        .use('/in', faultline(withRoutes(express()), options))
      const { port } = await listen(createServer(app))
      const response = await sendRequest(port, formatRequest('GET /nope'))
      expect([response.status, response.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      expect(hookCalls).toEqual([])
    })
  })

  describe('the order of installation', () => {
    test.each(['before', 'after'])('does not matter: %s the routes', async (when) => {
      const { options, hookCalls } = recordHookCalls()
      const app = express()
      if (when === 'before') faultline(app, options)
      app.get('/conflict', conflict)
      app.post('/conflict', async () => {
        throw new Conflict()
      })
      if (when === 'after') faultline(app, options)
      const { port } = await listen(createServer(app))
      expectError(await sendRequest(port, formatRequest('GET /conflict')), 'conflict')
      expectError(await sendRequest(port, formatRequest('POST /conflict')), 'conflict')
      expectError(await sendRequest(port, formatRequest('PUT /conflict')), 'method_not_allowed')
      expectError(await sendRequest(port, formatRequest('GET /nope')), 'endpoint_not_found')
      expect(hookCalls).toHaveLength(4)
    })

    test('a second call is rejected', () => {
      const { options } = recordHookCalls()
      const app = faultline(express(), options)
      expect(() => faultline(app, options)).toThrow(
        new TypeError('faultline: already called on this app; call it once per app'),
      )
    })
  })

  describe('an error handler of the app', () => {
    class Mine extends Error {}
    let served: Served

    beforeAll(async () => {
      served = await serve(express, (app) => {
        app.get('/mine', () => {
          throw new Mine('mine')
        })
        app.get('/conflict', conflict)
        app.get('/worse', () => {
          throw new Error('planted')
        })
        app.get('/falsy', () => {
          throw new RangeError('planted')
        })
        app.use(((error, _request, response, next) => {
          if (error instanceof Mine) response.status(418).json({ mine: true })
          else if (error instanceof RangeError) next()
          else if (error instanceof Conflict) next(error)
          else throw new Error('error-in-handler planted')
        }) as ErrorRequestHandler)
      })
    })

    test('answers its own errors', async () => {
      served.hookCalls.length = 0
      expect(await sendRequest(served.port, formatRequest('GET /mine'))).toMatchObject({
        status: 418,
        body: '{"mine":true}',
      })
      expect(served.hookCalls).toEqual([])
    })

    test('passes on other errors', async () => {
      expectError(await sendRequest(served.port, formatRequest('GET /conflict')), 'conflict')
    })

    test('error-in-handler: its own errors are answered once', async () => {
      served.hookCalls.length = 0
      const response = await sendRequest(served.port, formatRequest('GET /worse'))
      expectError(response, 'internal_error')
      expect(JSON.stringify(response)).not.toContain('planted')
      expect(served.hookCalls.map(({ thrown }) => (thrown as Error).message)).toEqual([
        'error-in-handler planted',
      ])
    })

    test('that calls next() without the error continues the request', async () => {
      expectError(await sendRequest(served.port, formatRequest('GET /falsy')), 'endpoint_not_found')
    })
  })

  describe('wrong options', () => {
    const wrong: readonly [string, unknown, RegExp][] = [
      ['none', undefined, /options must be an object with an `envelope`/],
      ['null', null, /options must be an object with an `envelope`, not null/],
      ['no envelope', {}, /`envelope` is required/],
      ['an unknown envelope', { envelope: 'acme' }, /"acme".*ai-api/],
      ['an unknown mode', { envelope: 'ai-api:loose' }, /"ai-api:loose"/],
      ['an envelope of the wrong type', { envelope: 5 }, /`envelope` must be/],
      ['an unknown option', { envelope: 'ai-api', onerror() {} }, /unknown option `onerror`.*onError/],
      [
        'a hook that is not a function',
        { envelope: 'ai-api', onError: true },
        /`onError` must be a function/,
      ],
      ['recognizers that are not functions', { envelope: 'ai-api', recognizers: [5] }, /`recognizers`/],
      [
        'errors that are not error classes',
        { envelope: 'ai-api', errorClasses: [Error] },
        /faultline: function Error does not extend ApiError/,
      ],
      ['an invalid header name', { envelope: 'ai-api', requestIdHeader: 'a b' }, /`requestIdHeader`/],
      ['an invalid Retry-After', { envelope: 'ai-api', retryAfter: 0 }, /`retryAfter`/],
    ]

    test.each(wrong)('are rejected by name: %s', (_name, options, message) => {
      const overrides = options as FaultlineOptions
      for (const install of [
        () => faultline(express(), overrides),
        () => errorHandler(overrides),
        () => notFound(overrides),
        () => attach(createServer(), overrides),
      ]) {
        expect(install).toThrow(TypeError)
        expect(install).toThrow(message)
      }
    })

    test.each([
      [null, 'null'],
      [undefined, 'undefined'],
      [{}, 'an object'],
      [() => {}, 'a function'],
      [express, `function ${express.name}`],
      ['app', '"app"'],
      [createServer(), 'an instance of Server'],
      [express.Router(), 'a Router; pass express(), or add errorHandler(options) to the Router'],
    ])('are rejected for a value that is not an app: %o', (app, description) => {
      const install = (): unknown => Reflect.apply(faultline, undefined, [app, { envelope: 'ai-api' }])
      expect(install).toThrow(
        new TypeError(`faultline: the first argument must be an Express app, not ${description}`),
      )
    })

    test('leave the app unchanged', async () => {
      const app = express()
      expect(() => faultline(app, {} as FaultlineOptions)).toThrow(TypeError)
      const { port } = await listen(createServer(faultline(app, recordHookCalls().options)))
      expectError(await sendRequest(port, formatRequest('GET /')), 'endpoint_not_found')
    })
  })

  describe('a single part', () => {
    test('errorHandler answers only the errors that reach it', async () => {
      const { options, hookCalls } = recordHookCalls()
      const app = express().set('env', 'test')
      app.get('/conflict', conflict).use(errorHandler(options))
      const { port } = await listen(createServer(app))
      expectError(await sendRequest(port, formatRequest('GET /conflict')), 'conflict')
      const missing = await sendRequest(port, formatRequest('GET /nope'))
      expect(missing.headers['content-type']).toMatch(/^text\/html/)
      expect(hookCalls).toHaveLength(1)
    })

    test('notFound answers 404 and 405, and leaves OPTIONS to Express', async () => {
      const { options } = recordHookCalls()
      const app = express().get('/pets', ok).use(notFound(options))
      const { port } = await listen(createServer(app))
      expectError(await sendRequest(port, formatRequest('GET /nope')), 'endpoint_not_found')
      const wrong = await sendRequest(port, formatRequest('POST /pets'))
      expectError(wrong, 'method_not_allowed')
      expect(wrong.headers['allow']).toBe('GET, HEAD')
      const asked = await sendRequest(port, formatRequest('OPTIONS /pets'))
      expect([asked.status, asked.headers['allow']?.replace(' ', '')]).toEqual([200, 'GET,HEAD'])
    })

    test('requestId sets the same id on successful responses and on errors', async () => {
      const served = await serve(express, (app) => {
        app.use(requestId({ trustRequestId: true }))
        app.get('/ok', ok)
        app.get('/conflict', conflict)
      })
      const made = await sendRequest(served.port, formatRequest('GET /ok'))
      expect(made.headers['x-request-id']).toMatch(/^req_[a-z0-9]{24}$/)
      const kept = await sendRequest(served.port, formatRequest('GET /ok', { 'x-request-id': 'id-1' }))
      expect(kept.headers['x-request-id']).toBe('id-1')
      expectError(await sendRequest(served.port, formatRequest('GET /conflict')), 'conflict')
    })

    test('requestId uses the header of the option', async () => {
      const app = express()
        .use(requestId({ requestIdHeader: 'X-Trace', trustRequestId: true }))
        .get('/ok', ok)
      const { port } = await listen(createServer(app))
      const response = await sendRequest(port, formatRequest('GET /ok', { 'x-trace': 'id-1' }))
      expect([response.headers['x-trace'], response.headers['x-request-id']]).toEqual(['id-1', undefined])
    })
  })
})
