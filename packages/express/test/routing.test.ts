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
import { ask, formatRequest } from './ask.ts'
import { hearing, listen, majors, serve, type Served } from './serve.ts'
import { expectError } from './spec.ts'

const ok: RequestHandler = (_request, response) => {
  response.json({ ok: true })
}

const conflict: RequestHandler = () => {
  throw new Conflict()
}

describe.each(majors)('$major', ({ express }) => {
  describe('a path that takes other methods', () => {
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
      ['with a slash behind', 'PUT', '/pets/', 'GET, HEAD, POST'],
      ['in other letters', 'PUT', '/PETS', 'GET, HEAD, POST'],
      ['of app.route', 'POST', '/pets/7', 'DELETE, GET, HEAD, PATCH'],
      ['with a parameter in percent-encoding', 'POST', '/pets/a%2Fb', 'DELETE, GET, HEAD, PATCH'],
      ['of a regular expression', 'POST', '/files/a/b.txt', 'GET, HEAD'],
      ['of several paths', 'GET', '/or', 'PUT'],
      ['HEAD where there is no GET', 'HEAD', '/either', 'PUT'],
      ['of a router in a router', 'POST', '/v1/owners/7', 'GET, HEAD'],
      ['of a router in a router, further in', 'GET', '/v1/owners/7/toys/8', 'PUT'],
      ['of a router at several paths', 'GET', '/v3/owners/7/toys/8', 'PUT'],
      ['of a strict router', 'POST', '/strict/Exact', 'GET, HEAD'],
      ['in absolute form', 'PUT', 'http://localhost/pets', 'GET, HEAD, POST'],
    ])('%s: %s %s is method_not_allowed with a true Allow', async (_name, method, path, allow) => {
      const response = await ask(served.port, formatRequest(`${method} ${path}`), method)
      if (method === 'HEAD') expect(response.status).toBe(405)
      else expectError(response, 'method_not_allowed')
      expect(response.headers['allow']).toBe(allow)
    })

    test.each([
      ['a handler that calls next()', 'GET', '/falls'],
      ['a prefix of a path', 'PUT', '/pet'],
      ['a path that goes on', 'PUT', '/pets/7/8'],
      ['a prefix of a router’s path', 'PUT', '/v1/owners'],
      ['a router’s path that goes on in a word', 'PUT', '/v1/ownersx/7'],
      ['other letters in a case-sensitive router', 'POST', '/strict/exact'],
      ['a slash behind in a strict router', 'POST', '/strict/Exact/'],
      ['what a regular expression does not match', 'POST', '/files/a.png'],
    ])('%s: %s %s is endpoint_not_found', async (_name, method, path) => {
      const response = await ask(served.port, formatRequest(`${method} ${path}`))
      expectError(response, 'endpoint_not_found')
      expect(response.headers['allow']).toBeUndefined()
    })

    test('app.all takes them all', async () => {
      for (const method of ['GET', 'PURGE', 'PATCH'])
        expect(await ask(served.port, formatRequest(`${method} /all`))).toMatchObject({ status: 200 })
    })

    test('a guard before the route answers before the method does', async () => {
      expectError(await ask(served.port, formatRequest('PUT /guarded/thing')), 'missing_api_key')
    })

    test('OPTIONS-known is answered by Express', async () => {
      const response = await ask(served.port, formatRequest('OPTIONS /pets'))
      expect(response.status).toBe(200)
      expect(response.headers['allow']?.split(/, ?/).toSorted()).toEqual(['GET', 'HEAD', 'POST'])
      expect(served.heard.filter(({ request }) => request.method === 'OPTIONS')).toEqual([])
    })

    test('semicolon: a path may hold one', async () => {
      expect(await ask(served.port, formatRequest('GET /pets/7;a=1'))).toMatchObject({ status: 200 })
    })
  })

  describe('leaving', () => {
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
      expectError(await ask(served.port, formatRequest(`GET /${how}`)), 'endpoint_not_found')
    })

    test('goes on where there is something to go on to', async () => {
      expect(await ask(served.port, formatRequest('GET /on'))).toMatchObject({ status: 200 })
      expect(await ask(served.port, formatRequest('GET /v1/left'))).toMatchObject({ status: 200 })
    })
  })

  describe('a mounted app', () => {
    function withRoutes(mounted: ReturnType<typeof express>): ReturnType<typeof express> {
      mounted.get('/thing', ok)
      mounted.get('/conflict', conflict)
      return mounted
    }

    test('without Faultline has its failures answered by the app that it is mounted in', async () => {
      const served = await serve(express, (app) => app.use('/in', withRoutes(express())))
      expectError(await ask(served.port, formatRequest('GET /in/conflict')), 'conflict')
      expectError(await ask(served.port, formatRequest('GET /in/nope')), 'endpoint_not_found')
      expect(served.heard).toHaveLength(2)
    })

    // Gap: an app is a closed function to the app above, so its routes can't be seen.
    test('without Faultline keeps its methods to itself', async () => {
      const served = await serve(express, (app) => app.use('/in', withRoutes(express())))
      expectError(await ask(served.port, formatRequest('PUT /in/thing')), 'endpoint_not_found')
    })

    test('with Faultline tells its methods, and the outermost app answers, once', async () => {
      const inner = hearing({ envelope: 'a15t' })
      const served = await serve(express, (app) => {
        app.use('/in', faultline(withRoutes(express()), inner.options))
        app.delete('/in/thing', ok)
      })
      const response = await ask(served.port, formatRequest('PUT /in/thing'))
      expectError(response, 'method_not_allowed')
      expect(response.headers['allow']).toBe('DELETE, GET, HEAD')
      expectError(await ask(served.port, formatRequest('GET /in/conflict')), 'conflict')
      expect([served.heard.length, inner.heard.length]).toEqual([2, 0])
    })

    // Gap: its exit is the outer app's, which answers in HTML. Faultline belongs on the outermost app.
    test('with Faultline in an app without it is that app’s to answer', async () => {
      const { options, heard } = hearing()
      const app = express()
        .set('env', 'test')
        .use(faultline(withRoutes(express()), options))
      const { port } = await listen(createServer(app))
      const response = await ask(port, formatRequest('GET /nope'))
      expect(response.status).toBe(404)
      expect(response.headers['content-type']).toMatch(/^text\/html/)
      expect(heard).toEqual([])
    })
  })

  describe('the order of installation', () => {
    test.each(['before', 'after'])('does not matter: %s the routes', async (when) => {
      const { options, heard } = hearing()
      const app = express()
      if (when === 'before') faultline(app, options)
      app.get('/conflict', conflict)
      app.post('/conflict', async () => {
        throw new Conflict()
      })
      if (when === 'after') faultline(app, options)
      const { port } = await listen(createServer(app))
      expectError(await ask(port, formatRequest('GET /conflict')), 'conflict')
      expectError(await ask(port, formatRequest('POST /conflict')), 'conflict')
      expectError(await ask(port, formatRequest('PUT /conflict')), 'method_not_allowed')
      expectError(await ask(port, formatRequest('GET /nope')), 'endpoint_not_found')
      expect(heard).toHaveLength(4)
    })

    test('installing it twice is refused', () => {
      const { options } = hearing()
      const app = faultline(express(), options)
      expect(() => faultline(app, options)).toThrow(
        new TypeError('faultline() was already called on this app'),
      )
    })
  })

  describe('a user’s own error handler', () => {
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
          if (error instanceof Mine) response.status(418).send('mine')
          else if (error instanceof RangeError) next()
          else if (error instanceof Conflict) next(error)
          else throw new Error('error-in-handler planted')
        }) as ErrorRequestHandler)
      })
    })

    test('answers its own errors', async () => {
      served.heard.length = 0
      expect(await ask(served.port, formatRequest('GET /mine'))).toMatchObject({ status: 418, body: 'mine' })
      expect(served.heard).toEqual([])
    })

    test('hands on what is not its own', async () => {
      expectError(await ask(served.port, formatRequest('GET /conflict')), 'conflict')
    })

    test('error-in-handler: has its own failures answered, once', async () => {
      served.heard.length = 0
      const response = await ask(served.port, formatRequest('GET /worse'))
      expectError(response, 'internal_error')
      expect(JSON.stringify(response)).not.toContain('planted')
      expect(served.heard.map(({ thrown }) => (thrown as Error).message)).toEqual([
        'error-in-handler planted',
      ])
    })

    test('that calls next() without the error lets the request go on', async () => {
      expectError(await ask(served.port, formatRequest('GET /falsy')), 'endpoint_not_found')
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
      ['a hook that is none', { envelope: 'ai-api', onError: true }, /`onError` must be a function/],
      ['recognizers that are none', { envelope: 'ai-api', recognizers: [5] }, /`recognizers`/],
      ['errors that are none', { envelope: 'ai-api', errorClasses: [Error] }, /errors: Error is no class/],
      ['a header that is none', { envelope: 'ai-api', requestIdHeader: 'a b' }, /`requestIdHeader`/],
      ['a Retry-After that is none', { envelope: 'ai-api', retryAfter: 0 }, /`retryAfter`/],
    ]

    test.each(wrong)('are refused by name: %s', (_name, options, message) => {
      const given = options as FaultlineOptions
      for (const install of [
        () => faultline(express(), given),
        () => errorHandler(given),
        () => notFound(given),
        () => attach(createServer(), given),
      ]) {
        expect(install).toThrow(TypeError)
        expect(install).toThrow(message)
      }
    })

    test.each([null, undefined, {}, () => {}, 'app'])('are refused with what is no app: %s', (app) => {
      const install = (): unknown => faultline(app as never, { envelope: 'ai-api' })
      expect(install).toThrow(new TypeError('faultline: the first argument must be an Express app'))
    })

    test('leave the app as it was', async () => {
      const app = express()
      expect(() => faultline(app, {} as FaultlineOptions)).toThrow(TypeError)
      const { port } = await listen(createServer(faultline(app, hearing().options)))
      expectError(await ask(port, formatRequest('GET /')), 'endpoint_not_found')
    })
  })

  describe('a single piece', () => {
    test('errorHandler answers what reaches it, and nothing else', async () => {
      const { options, heard } = hearing()
      const app = express().set('env', 'test')
      app.get('/conflict', conflict).use(errorHandler(options))
      const { port } = await listen(createServer(app))
      expectError(await ask(port, formatRequest('GET /conflict')), 'conflict')
      const missing = await ask(port, formatRequest('GET /nope'))
      expect(missing.headers['content-type']).toMatch(/^text\/html/)
      expect(heard).toHaveLength(1)
    })

    test('notFound answers 404 and 405, and lets OPTIONS be', async () => {
      const { options } = hearing()
      const app = express().get('/pets', ok).use(notFound(options))
      const { port } = await listen(createServer(app))
      expectError(await ask(port, formatRequest('GET /nope')), 'endpoint_not_found')
      const wrong = await ask(port, formatRequest('POST /pets'))
      expectError(wrong, 'method_not_allowed')
      expect(wrong.headers['allow']).toBe('GET, HEAD')
      const asked = await ask(port, formatRequest('OPTIONS /pets'))
      expect([asked.status, asked.headers['allow']?.replace(' ', '')]).toEqual([200, 'GET,HEAD'])
    })

    test('requestId puts the id on every answer, the same that failures have', async () => {
      const served = await serve(express, (app) => {
        app.use(requestId())
        app.get('/ok', ok)
        app.get('/conflict', conflict)
      })
      const made = await ask(served.port, formatRequest('GET /ok'))
      expect(made.headers['x-request-id']).toMatch(/^req_[a-z0-9]{24}$/)
      const kept = await ask(served.port, formatRequest('GET /ok', { 'x-request-id': 'id-1' }))
      expect(kept.headers['x-request-id']).toBe('id-1')
      expectError(await ask(served.port, formatRequest('GET /conflict')), 'conflict')
    })

    test('requestId takes a header of another name', async () => {
      const app = express()
        .use(requestId({ requestIdHeader: 'X-Trace' }))
        .get('/ok', ok)
      const { port } = await listen(createServer(app))
      const response = await ask(port, formatRequest('GET /ok', { 'x-trace': 'id-1' }))
      expect([response.headers['x-trace'], response.headers['x-request-id']]).toEqual(['id-1', undefined])
    })
  })
})
