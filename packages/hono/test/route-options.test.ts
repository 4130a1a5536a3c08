import { createServer } from 'node:http'
import { defineRouteOptionsCases, listen, type RouteOptionsApp } from '@faultline/test-kit'
import { getRequestListener } from '@hono/node-server'
import { Hono, type Context, type Handler } from 'hono'
import { expect, test } from 'vitest'
import { Conflict, faultline, faultlineOptions, stream } from '../src/index.ts'

const fail: Handler = () => {
  throw new Conflict()
}

const foreign: Handler = (context) => context.text('no entry', 403)

async function* failAfterOne(): AsyncGenerator<object> {
  yield { planted: 1 }
  throw new Conflict()
}

const failStream = (context: Context): Promise<Response> => stream(context, failAfterOne())

async function serveCases(): Promise<RouteOptionsApp> {
  const hooks: string[] = []
  const app = faultline(new Hono(), { envelope: 'ai-api', onError: () => void hooks.push('app') })
  const mounted = faultline(new Hono(), { envelope: 'anthropic', onError: () => void hooks.push('mounted') })
  mounted.get('/fail', fail)
  const v1 = new Hono().use(faultlineOptions({ envelope: 'openai' }))
  v1.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  v1.get('/in/fail', faultlineOptions({ envelope: 'anthropic' }), fail)
  v1.get('/hook/fail', faultlineOptions({ onError: () => void hooks.push('route') }), fail)
  v1.route('/mounted', mounted)
  app.route('/v1', v1)
  app.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  const listener = getRequestListener(app.fetch)
  return { url: await listen(createServer((request, response) => void listener(request, response))), hooks }
}

defineRouteOptionsCases('Hono', serveCases)

test('a value that is not an Error is answered with the options of the route', async () => {
  const app = faultline(new Hono(), { envelope: 'ai-api', onError: () => {} })
  app.get('/a', faultlineOptions({ envelope: 'openai' }), () => {
    // oxlint-disable-next-line typescript/only-throw-error -- foreign code throws anything
    throw 'text'
  })
  const response = await app.request('/a')
  expect([response.status, await response.json()]).toMatchObject([500, { error: { param: null } }])
})
