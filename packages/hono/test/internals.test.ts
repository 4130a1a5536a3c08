import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Conflict, faultline, type ApiError } from '../src/index.ts'
import { readCached } from '../src/internals.ts'

function recordWarnings(): unknown[] {
  const warnings: unknown[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(line))
  onTestFinished(() => warn.mockRestore())
  return warnings
}

function createApp(): { app: Hono; errors: ApiError[] } {
  const errors: ApiError[] = []
  const app = new Hono()
  faultline(app, { envelope: 'ai-api', onError: (error) => void errors.push(error) })
  app.get('/text', (context) => context.text('text'))
  app.get('/conflict', () => {
    throw new Conflict()
  })
  return { app, errors }
}

async function listen(app: Hono): Promise<string> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false }) as (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

test('without the cached body of node-server, responses and errors are sent, and one warning is printed', async () => {
  const { Request, Response } = globalThis
  onTestFinished(() => void Object.assign(globalThis, { Request, Response }))
  const warnings = recordWarnings()
  const { app, errors } = createApp()
  // Replaces the global classes with those of node-server.
  getRequestListener(app.fetch, { overrideGlobalObjects: true })
  const NodeServerResponse = globalThis.Response
  globalThis.Response = class extends NodeServerResponse {
    constructor(...parameters: ConstructorParameters<typeof NodeServerResponse>) {
      super(...parameters)
      for (const key of Object.getOwnPropertySymbols(this)) Reflect.deleteProperty(this, key)
    }
  }
  const url = await listen(app)
  for (let i = 0; i < 2; i += 1) {
    expect(await (await fetch(`${url}/text`)).text()).toBe('text')
    const response = await fetch(`${url}/conflict`)
    expect([response.status, await response.json()]).toMatchObject([409, { error: { code: 'CONFLICT' } }])
  }
  expect(errors).toHaveLength(2)
  expect(warnings).toEqual([expect.stringMatching(/cached body .* are sent more slowly/)])
})

test('the cached body of node-server is found', async () => {
  const { Request, Response } = globalThis
  onTestFinished(() => void Object.assign(globalThis, { Request, Response }))
  const warnings = recordWarnings()
  const { app } = createApp()
  getRequestListener(app.fetch, { overrideGlobalObjects: true })
  expect(await (await fetch(`${await listen(app)}/text`)).text()).toBe('text')
  expect(warnings).toEqual([])
})

const setHeader: MiddlewareHandler = async (context, next) => {
  context.header('x-before', 'before')
  await next()
  context.res.headers.set('x-after', 'after')
}

test.each<[string, number, number]>([
  ['/unknown', 404, 0],
  ['/unknown', 404, 1],
  ['/unknown', 404, 2],
  ['/conflict', 409, 1],
])(
  'the body of the response to %s, a %i after %i middlewares, is not a stream',
  async (path, status, count) => {
    const { Request, Response } = globalThis
    onTestFinished(() => void Object.assign(globalThis, { Request, Response }))
    const app = faultline(new Hono(), { envelope: 'ai-api', onError: () => {} })
    for (let i = 0; i < count; i += 1) app.use(setHeader)
    app.get('/conflict', () => {
      throw new Conflict()
    })
    // Replaces the global classes with those of node-server.
    getRequestListener(app.fetch, { overrideGlobalObjects: true })
    const response = await app.fetch(new globalThis.Request(`http://localhost${path}`))
    const body = readCached(response)?.body
    expect([response.status, body]).toEqual([status, expect.stringContaining('"success":false')])
    const expected = count === 0 ? [null, null] : ['before', 'after']
    expect(['x-before', 'x-after'].map((name) => response.headers.get(name))).toEqual(expected)
  },
)

test('the body of the response to an unknown path of a mounted app is not a stream', async () => {
  const { Request, Response } = globalThis
  onTestFinished(() => void Object.assign(globalThis, { Request, Response }))
  const inner = faultline(new Hono(), { envelope: 'ai-api', onError: () => {} })
  const app = new Hono().use(setHeader).route('/inner', inner)
  getRequestListener(app.fetch, { overrideGlobalObjects: true })
  const response = await app.fetch(new globalThis.Request('http://localhost/inner/unknown'))
  expect([response.status, readCached(response)?.body]).toEqual([
    404,
    expect.stringContaining('"success":false'),
  ])
  expect(response.headers.get('x-after')).toBe('after')
})

test('the return value of context.notFound() is ignored after a response', async () => {
  const app = faultline(new Hono(), { envelope: 'ai-api', onError: () => {} })
  app.use(async (context, next) => {
    await next()
    return context.notFound()
  })
  app.get('/text', (context) => context.text('text'))
  const response = await app.fetch(new Request('http://localhost/text'))
  expect([response.status, await response.text()]).toEqual([200, 'text'])
})

test('with another result of router.match, a wrong method is a 404 in the envelope, and one warning is printed', async () => {
  const warnings = recordWarnings()
  const { app, errors } = createApp()
  const { router } = app
  // The router chooses its implementation of match at the first call.
  router.match('GET', '/')
  const match = router.match.bind(router)
  // As if another method than the request's were matched with the handler alone. Hono matches GET itself.
  router.match = (method, path) => {
    const [matches, ...rest] = match(method, path)
    const handlers = matches.map(([[handler], ...others]) => [handler, ...others])
    return (method === 'POST' ? [matches, ...rest] : [handlers, ...rest]) as never
  }
  const url = await listen(app)
  for (let i = 0; i < 2; i += 1) {
    const response = await fetch(`${url}/text`, { method: 'POST' })
    expect([response.status, await response.json()]).toMatchObject([404, { success: false }])
  }
  expect(errors).toHaveLength(2)
  expect(warnings).toEqual([expect.stringMatching(/router\.match .* 404 instead of 405/)])
})
