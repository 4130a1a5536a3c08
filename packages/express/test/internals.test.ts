import { createServer } from 'node:http'
import type { Application, RequestHandler, Router } from 'express'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Conflict, faultline } from '../src/index.ts'
import { sendRequest, formatRequest } from './raw-requests.ts'
import { recordHookCalls, listen, majors, type Express } from './serve.ts'
import { expectError } from './spec.ts'

const ok: RequestHandler = (_request, response) => {
  response.json({ ok: true })
}

const reject: RequestHandler = async () => {
  throw new Conflict()
}

/** Records the lines that console.warn receives. */
function recordWarnings(): unknown[] {
  const warnings: unknown[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(line))
  onTestFinished(() => warn.mockRestore())
  return warnings
}

/** The parts of an app's router that Faultline reads. */
interface RouterInternals {
  stack: { route?: { methods: object } }[]
  params: unknown
}

function readRouter(app: Application): RouterInternals {
  const isExpress4 = 'lazyrouter' in app
  return Reflect.get(app, isExpress4 ? '_router' : 'router') as RouterInternals
}

/** An app with Faultline and one route, and the port that it listens on. */
async function serveApp(express: Express): Promise<{ app: Application; port: number; hookCalls: unknown[] }> {
  const { options, hookCalls } = recordHookCalls()
  const app = faultline(express(), options)
  app.get('/ok', ok)
  app.get('/conflict', () => {
    throw new Conflict()
  })
  const { port } = await listen(createServer(app))
  return { app, port, hookCalls }
}

describe.each(majors)('$major', ({ express }) => {
  test('without router.stack a wrong method is a 404 in the envelope, and one warning is printed', async () => {
    const warnings = recordWarnings()
    const { app, port } = await serveApp(express)
    const router = readRouter(app)
    // Express itself can route by an array-like object.
    router.stack = Object.assign(Object.create({}), router.stack, { length: router.stack.length })
    for (let i = 0; i < 2; i += 1) {
      expectError(await sendRequest(port, formatRequest('POST /ok')), 'endpoint_not_found')
      expectError(await sendRequest(port, formatRequest('GET /conflict')), 'conflict')
    }
    expect(warnings.filter((line) => String(line).includes('404 instead of 405'))).toHaveLength(1)
    expect(warnings).toContainEqual(expect.stringContaining('router.stack is not an array'))
  })

  test('without route.methods a wrong method is a 404 in the envelope, and one warning is printed', async () => {
    const warnings = recordWarnings()
    const { app, port } = await serveApp(express)
    for (const { route } of readRouter(app).stack) {
      if (route === undefined) continue
      // The function of Express itself keeps the methods.
      const name = '_handles_method' in route ? '_handles_method' : '_handlesMethod'
      const handles = Reflect.get(route, name) as (this: object, method: string) => boolean
      Object.assign(route, { methods: undefined, [name]: handles.bind({ methods: route.methods }) })
    }
    for (let i = 0; i < 2; i += 1) {
      expectError(await sendRequest(port, formatRequest('POST /ok')), 'endpoint_not_found')
      expectError(await sendRequest(port, formatRequest('GET /conflict')), 'conflict')
    }
    expect(warnings).toEqual([expect.stringMatching(/route\.methods .* 404 instead of 405/)])
  })
})

const [{ express: express4 }] = majors as [(typeof majors)[0]]

describe('Express 4', () => {
  test('without router.params errors are answered, and one warning names async handlers', async () => {
    const warnings = recordWarnings()
    const { app, port } = await serveApp(express4)
    readRouter(app).params = undefined
    expectError(await sendRequest(port, formatRequest('GET /conflict')), 'conflict')
    expectError(await sendRequest(port, formatRequest('GET /nope')), 'endpoint_not_found')
    expect(warnings).toEqual([
      expect.stringMatching(/router\.params .* the process ends if an async handler rejects/),
    ])
  })

  test('the prototype of its layers is left unchanged, and wrappers of other packages are called', async () => {
    const calls: string[] = []
    const other = express4().get('/', ok)
    const prototype = Object.getPrototypeOf(readRouter(other).stack[0]) as {
      handle_request: (...parameters: unknown[]) => unknown
    }
    const original = prototype.handle_request
    const wrapper = function wrapper(this: { name: string }, ...parameters: unknown[]): unknown {
      calls.push(this.name)
      return original.apply(this, parameters)
    }
    prototype.handle_request = wrapper
    onTestFinished(() => {
      prototype.handle_request = original
    })
    const { options, hookCalls } = recordHookCalls()
    const router = express4.Router()
    router.get('/', function inRouter(request, response, next) {
      return reject(request, response, next)
    })
    const app = faultline(express4().use('/v1', router), options)
    const { port } = await listen(createServer(app))
    expectError(await sendRequest(port, formatRequest('GET /v1')), 'conflict')
    expect(hookCalls).toHaveLength(1)
    expect(prototype.handle_request).toBe(wrapper)
    expect(calls).toEqual(expect.arrayContaining(['router', 'bound dispatch', 'inRouter']))
  })

  test.each<[string, () => Router | Application, string?]>([
    ['a router', () => express4.Router().get('/', reject)],
    [
      'a route with several handlers',
      () => express4.Router().get('/', (_request, _response, next) => next(), reject),
    ],
    ['a mounted app', () => express4().get('/', reject)],
    ['an app in a router', () => express4.Router().use(express4().get('/', reject))],
    ['an app in an app in an app', () => express4().use(express4().use(express4().get('/', reject)))],
    ['a param callback of a mounted app', () => express4().param('id', reject).get('/:id', ok), '/7'],
    [
      'an error handler',
      () =>
        express4()
          .get('/', () => {
            throw new Error('planted')
          })
          .use(async (_error: unknown, _request: unknown, _response: unknown, _next: unknown) => {
            throw new Conflict()
          }),
    ],
  ])(
    'the rejection of %s is answered, mounted before or after the installation',
    async (_name, create, path = '') => {
      const { options, hookCalls } = recordHookCalls()
      const app = express4().use('/before', create())
      faultline(app, options).use('/after', create())
      const { port } = await listen(createServer(app))
      expectError(await sendRequest(port, formatRequest(`GET /before${path}`)), 'conflict')
      expectError(await sendRequest(port, formatRequest(`GET /after${path}`)), 'conflict')
      expect(hookCalls.map(({ error }) => error.code)).toEqual(['conflict', 'conflict'])
    },
  )

  test('handlers that are added while the app serves are covered', async () => {
    const { app, port, hookCalls } = await serveApp(express4)
    expect((await sendRequest(port, formatRequest('GET /ok'))).status).toBe(200)
    app.get('/late', reject)
    expectError(await sendRequest(port, formatRequest('GET /late')), 'conflict')
    expect(hookCalls).toHaveLength(1)
  })

  test('response.locals keeps its value in and after a mounted app', async () => {
    const app = faultline(express4(), recordHookCalls().options)
    app.use((_request, response, next) => {
      response.locals['outer'] = 1
      next()
    })
    app.use(
      '/in',
      express4().use((_request, response, next) => {
        response.locals['inner'] = 2
        next()
      }),
    )
    app.use((_request, response) => {
      response.json({ ...response.locals, keys: Object.keys(response).includes('locals') })
    })
    const { port } = await listen(createServer(app))
    const { body } = await sendRequest(port, formatRequest('GET /in'))
    expect(JSON.parse(body)).toEqual({ outer: 1, inner: 2, keys: true })
  })
})
