import { defineRouteOptionsCases, serve, type RouteOptionsApp } from '@faultline/test-kit'
import { Router } from '@koa/router'
import type { RequestListener } from 'node:http'
import Koa, { type Middleware } from 'koa'
import mount from 'koa-mount'
import { expect, test } from 'vitest'
import { Conflict, faultline, faultlineOptions, stream } from '../src/index.ts'

const fail: Middleware = () => {
  throw new Conflict()
}

const foreign: Middleware = (context) => {
  context.status = 403
  context.body = 'no entry'
}

function toListener(app: Koa): RequestListener {
  const callback = app.callback()
  return (request, response) => void callback(request, response)
}

async function* failAfterOne(): AsyncGenerator<object> {
  yield { planted: 1 }
  throw new Conflict()
}

const failStream: Middleware = (context) => stream(context, failAfterOne())

async function serveCases(): Promise<RouteOptionsApp> {
  const hooks: string[] = []
  const app = faultline(new Koa(), { envelope: 'ai-api', onError: () => void hooks.push('app') })
  const mounted = faultline(new Koa(), { envelope: 'anthropic', onError: () => void hooks.push('mounted') })
  mounted.use((context, next) => (context.path === '/fail' ? fail(context, next) : next()))
  const v1 = new Router()
  v1.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  v1.get('/in/fail', faultlineOptions({ envelope: 'anthropic' }), fail)
  v1.get('/hook/fail', faultlineOptions({ onError: () => void hooks.push('route') }), fail)
  const nested = new Koa().use(faultlineOptions({ envelope: 'openai' })).use(mount('/mounted', mounted))
  app.use(mount('/v1', nested.use(v1.routes())))
  const router = new Router()
  router.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  app.use(router.routes())
  return { url: await serve(toListener(app)), hooks }
}

defineRouteOptionsCases('Koa', serveCases)

test('the options of a router apply to its routes only', async () => {
  const router = new Router({ prefix: '/v1' }).use(faultlineOptions({ envelope: 'openai' })).get('/a', fail)
  const app = faultline(new Koa(), { envelope: 'ai-api', onError: () => {} })
  app.use(router.routes()).use(router.allowedMethods()).use(fail)
  const url = await serve(toListener(app))
  expect(await (await fetch(`${url}/v1/a`)).json()).toMatchObject({ error: { param: null } })
  expect(await (await fetch(`${url}/v1/b`)).json()).toMatchObject({ success: false })
})

test('middleware after a mounted app has the options outside that app', async () => {
  const inner = faultline(new Koa(), { envelope: 'anthropic', onError: () => {} })
  inner.use(faultlineOptions({ serviceName: 'inner' }))
  const app = faultline(new Koa(), { envelope: 'ai-api', onError: () => {} })
  app
    .use(faultlineOptions({ envelope: 'openai' }))
    .use(mount('/v1', inner))
    .use(fail)
  const url = await serve(toListener(app))
  expect(await (await fetch(`${url}/v1/a`)).json()).toMatchObject({ error: { param: null } })
})
