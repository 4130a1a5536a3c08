import { beforeAll, describe, expect, test } from 'vitest'
import {
  attach,
  Conflict,
  errorHandler,
  faultline,
  notFound,
  requestId,
  type FaultlineOptions,
} from '../../src/index.ts'
import { majors, serve, type Served } from './serve.ts'

const silent = { envelope: 'ai-api', onError: () => {} } satisfies FaultlineOptions

interface Told {
  readonly status: number
  readonly code: string | undefined
  readonly allow: string | null
}

async function ask(url: string, method = 'GET'): Promise<Told> {
  const response = await fetch(url, { method })
  const text = await response.text()
  const code = text === '' ? undefined : (JSON.parse(text) as { error?: { code: string } }).error?.code
  return { status: response.status, code, allow: response.headers.get('allow') }
}

describe.each(majors)('$major: routing', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(express, (app) => {
      const ok = (_request: unknown, response: { json(body: object): void }): void => response.json({})
      app.get('/pets', ok)
      app.post('/pets', ok)
      app.route('/pets/:id').get(ok).delete(ok)
      app.get(/^\/regex\/(\d+)$/, ok)
      app.all('/all', ok)
      app.get('/next', (_request, _response, next) => next())
      app.get('/next-route', (_request, _response, next) => next('route'))
      app.get('/next-router', (_request, _response, next) => next('router'))
      const inner = express.Router({ mergeParams: true })
      inner.put('/toys/:toy', ok)
      inner.get('/', ok)
      const outer = express.Router()
      outer.use('/owners/:owner', inner)
      app.use('/v1', outer)
      const strict = express.Router({ strict: true, caseSensitive: true })
      strict.get('/Exact', ok)
      app.use('/strict', strict)
      const mounted = express()
      mounted.get('/thing', ok)
      app.use('/mounted', mounted)
      const faulted = faultline(express(), silent)
      faulted.get('/thing', ok)
      faulted.get('/fail', () => {
        throw new Conflict()
      })
      app.use('/faulted', faulted)
    })
  })

  test.each([
    ['GET', '/nope'],
    ['GET', '/'],
    ['POST', '/v1/owners'],
    ['GET', '/v1/owners/7/toys'],
    ['GET', '/petshop'],
    ['PROPFIND', '/nope'],
    ['GET', '/strict/exact'],
    ['GET', '/strict/Exact/'],
    ['GET', '/regex/abc'],
    ['GET', '/next'],
    ['GET', '/next-route'],
    ['GET', '/next-router'],
    ['GET', '//pets//'],
  ])('%s %s is a 404', async (method, path) => {
    expect(await ask(served.url + path, method)).toEqual({
      status: 404,
      code: 'ENDPOINT_NOT_FOUND',
      allow: null,
    })
  })

  test.each([
    ['DELETE', '/pets', 'GET, HEAD, POST'],
    ['DELETE', '/pets?x=1', 'GET, HEAD, POST'],
    ['POST', '/pets/7', 'DELETE, GET, HEAD'],
    ['POST', '/regex/12', 'GET, HEAD'],
    ['GET', '/v1/owners/7/toys/8', 'PUT'],
    ['POST', '/v1/owners/7', 'GET, HEAD'],
    ['POST', '/strict/Exact', 'GET, HEAD'],
    ['POST', '/faulted/thing', 'GET, HEAD'],
    ['POST', '/next', 'GET, HEAD'],
    ['PROPFIND', '/pets', 'GET, HEAD, POST'],
  ])('%s %s is a 405 that allows %s', async (method, path, allow) => {
    expect(await ask(served.url + path, method)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED', allow })
  })

  test('every path that a 405 is told of takes what it allows', async () => {
    for (const path of ['/pets', '/pets/7', '/v1/owners/7/toys/8', '/strict/Exact', '/faulted/thing']) {
      const { allow } = await ask(served.url + path, 'PATCH')
      for (const method of allow!.split(', ')) expect((await ask(served.url + path, method)).status).toBe(200)
    }
  })

  test('a mounted app’s routes can’t be seen from above, so another method is a 404', async () => {
    expect(await ask(`${served.url}/mounted/thing`, 'POST')).toMatchObject({ status: 404 })
  })

  test('a mounted app with faultline of its own leaves its errors to the app above', async () => {
    const before = served.heard.length
    expect(await ask(`${served.url}/faulted/fail`)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect(served.heard.length).toBe(before + 1)
  })

  test('Express still answers OPTIONS, and HEAD of a GET', async () => {
    const options = await ask(`${served.url}/regex/12`, 'OPTIONS').catch(() => undefined)
    const response = await fetch(`${served.url}/pets`, { method: 'OPTIONS' })
    expect([
      options === undefined || options.status < 300,
      response.status,
      response.headers.get('allow')?.replaceAll(' ', ''),
    ]).toEqual([true, 200, 'GET,HEAD,POST'])
    expect((await fetch(`${served.url}/pets`, { method: 'HEAD' })).status).toBe(200)
    expect(await ask(`${served.url}/nope`, 'OPTIONS')).toMatchObject({ status: 404 })
  })

  test('HEAD of a failure has the headers of its GET, and no body', async () => {
    const [head, get] = await Promise.all([
      fetch(`${served.url}/nope`, { method: 'HEAD' }),
      fetch(`${served.url}/nope`),
    ])
    expect(head.status).toBe(404)
    expect(await head.text()).toBe('')
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  })
})

describe.each(majors)('$major: installing', ({ express }) => {
  const routes: Parameters<typeof serve>[1] = (app) => {
    app.get('/fail', () => {
      throw new Conflict()
    })
    app.get('/mine', () => {
      throw new RangeError('mine')
    })
    app.get('/broken-handler', () => {
      throw new SyntaxError('handler')
    })
    app.use(((error, _request, response, next) => {
      if (error instanceof RangeError) response.status(418).json({ mine: true })
      else if (error instanceof SyntaxError) throw new TypeError('the handler itself failed')
      else next(error)
    }) as ReturnType<typeof errorHandler>)
  }

  test.each(['before', 'after'] as const)('%s the routes makes no difference', async (install) => {
    const { url } = await serve(express, routes, { install })
    expect(await ask(`${url}/fail`)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect(await ask(`${url}/nope`)).toMatchObject({ status: 404 })
  })

  test('leaves the user’s own error handlers their own errors, and answers for those that fail', async () => {
    const { url, heard } = await serve(express, routes)
    expect(await (await fetch(`${url}/mine`)).json()).toEqual({ mine: true })
    expect(heard).toEqual([])
    expect(await ask(`${url}/broken-handler`)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' })
    expect(heard.map(({ thrown }) => (thrown as Error).message)).toEqual(['the handler itself failed'])
  })

  test('is refused twice, on what is no app, and with options that are wrong', () => {
    const app = faultline(express(), silent)
    expect(() => faultline(app, silent)).toThrow('faultline: this app has it already')
    expect(() => faultline({} as never, silent)).toThrow(
      'faultline: the first argument must be an Express app',
    )
    expect(() => faultline(undefined as never, silent)).toThrow(
      'faultline: the first argument must be an Express app',
    )
    expect(() => faultline(express(), {} as never)).toThrow('option `envelope` is required')
    expect(() => faultline(express(), { envelope: 'nope' as never })).toThrow('Unknown envelope "nope"')
    expect(() => attach({} as never, silent)).toThrow('attach: the first argument must be a server')
  })

  test('leaves an app that was refused as it was', () => {
    const app = express()
    expect(() => faultline(app, {} as never)).toThrow('envelope')
    expect(() => faultline(app, silent)).not.toThrow()
  })
})

describe.each(majors)('$major: single pieces', ({ express }) => {
  test('errorHandler answers errors, and notFound 404 and 405', async () => {
    const { url } = await serve(
      express,
      (app) => {
        app.get('/fail', () => {
          throw new Conflict()
        })
        app.use(notFound(silent))
        app.use(errorHandler(silent))
      },
      { install: 'not' },
    )
    expect(await ask(`${url}/fail`)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect(await ask(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect(await ask(`${url}/fail`, 'POST')).toEqual({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      allow: 'GET, HEAD',
    })
    expect((await fetch(`${url}/fail`, { method: 'OPTIONS' })).headers.get('allow')).toContain('GET')
  })

  test('errorHandler tells what faultline below it never hears of', async () => {
    const { url, heard } = await serve(express, (app) => {
      app.get('/fail', () => {
        throw new Conflict()
      })
      app.use(errorHandler({ envelope: 'compresr', onError: () => {} }))
    })
    expect(await ask(`${url}/fail`)).toMatchObject({ status: 409, code: 'conflict' })
    expect(heard).toEqual([])
  })

  test('requestId gives every answer an id, the one that came in or a new one', async () => {
    const { url } = await serve(
      express,
      (app) => {
        app.use(requestId())
        app.get('/', (_request, response) => response.json({}))
      },
      { install: 'before' },
    )
    const id = async (path: string, sent?: string): Promise<string | null> =>
      (await fetch(url + path, sent === undefined ? {} : { headers: { 'x-request-id': sent } })).headers.get(
        'x-request-id',
      )
    expect(await id('/')).toMatch(/^req_[a-z0-9]{24}$/)
    expect(await id('/', 'mine.1')).toBe('mine.1')
    expect(await id('/nope', 'mine.1')).toBe('mine.1')
    expect(await id('/', 'a'.repeat(65))).toMatch(/^req_/)
    expect(await id('/', 'a b')).toMatch(/^req_/)
  })

  test('requestId takes another header', async () => {
    const { url } = await serve(express, (app) => {
      app.use(requestId({ requestIdHeader: 'X-Trace' }))
      app.get('/', (_request, response) => response.json({}))
    })
    expect((await fetch(url, { headers: { 'x-trace': 't-1' } })).headers.get('x-trace')).toBe('t-1')
  })
})
