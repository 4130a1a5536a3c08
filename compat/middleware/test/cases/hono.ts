import { createServer } from 'node:http'
import { faultline } from '@faultline/hono'
import { throwInvalid, throwRateLimited } from '@faultline/hono/middleware'
import { arktypeValidator } from '@hono/arktype-validator'
import { getRequestListener } from '@hono/node-server'
import { sValidator } from '@hono/standard-validator'
import { vValidator } from '@hono/valibot-validator'
import { createRoute, OpenAPIHono, z as openApiZ } from '@hono/zod-openapi'
import { zValidator } from '@hono/zod-validator'
import { listen } from '@faultline/test-kit'
import { type } from 'arktype'
import { Hono, type Handler, type MiddlewareHandler } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import { basicAuth } from 'hono/basic-auth'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { jwt } from 'hono/jwt'
import { timeout } from 'hono/timeout'
import { validator } from 'hono/validator'
import * as v from 'valibot'
import { z } from 'zod'
import {
  FORM_TYPE,
  get,
  getRepeatedly,
  post,
  postJson,
  TRUNCATED_FORM,
  type FrameworkCases,
  type Setup,
} from '../case.ts'

function serveApp(app: { fetch: Hono['fetch'] }): Promise<string> {
  const listener = getRequestListener(app.fetch)
  return listen(createServer((request, response) => void listener(request, response)))
}

const ok: Handler = (context) => context.json({ ok: true })

const start =
  (...middleware: MiddlewareHandler[]) =>
  ({ options }: Setup): Promise<string> => {
    const app = faultline(new Hono(), options)
    for (const each of middleware) app.use('/', each)
    app.all('/', ok)
    return serveApp(app)
  }

const hook = ({ usesHandler }: Setup): typeof throwInvalid | undefined =>
  usesHandler ? throwInvalid : undefined

const schema = z.object({ model: z.string() })
const postEmpty = (url: string): Promise<Response> => postJson(url, {})

function startOpenApi({ options, usesHandler }: Setup): Promise<string> {
  const app = faultline(new OpenAPIHono(usesHandler ? { defaultHook: throwInvalid } : {}), options)
  const route = createRoute({
    method: 'post',
    path: '/',
    request: {
      body: {
        required: true,
        content: { 'application/json': { schema: openApiZ.object({ model: openApiZ.string() }) } },
      },
    },
    responses: { 200: { description: 'OK' } },
  })
  app.openapi(route, (context) => context.text(''))
  return serveApp(app as never)
}

export const honoCases: FrameworkCases = {
  framework: 'Hono',
  module: 'hono',
  cases: [
    {
      name: 'hono-rate-limiter',
      failure: 'limit reached',
      handler: 'throwRateLimited',
      start: (setup) => {
        const handler = setup.usesHandler ? { handler: throwRateLimited } : {}
        return start(rateLimiter({ windowMs: 60_000, limit: 1, keyGenerator: () => 'key', ...handler }))(
          setup,
        )
      },
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: '@hono/zod-validator',
      failure: 'invalid body',
      handler: 'throwInvalid',
      start: (setup) => start(zValidator('json', schema, hook(setup)))(setup),
      request: postEmpty,
    },
    {
      name: '@hono/standard-validator',
      failure: 'invalid body',
      handler: 'throwInvalid',
      start: (setup) => start(sValidator('json', schema, hook(setup)))(setup),
      request: postEmpty,
    },
    {
      name: '@hono/zod-openapi',
      failure: 'invalid body',
      handler: 'throwInvalid',
      start: startOpenApi,
      request: postEmpty,
    },
    {
      name: '@hono/valibot-validator',
      failure: 'invalid body',
      handler: 'throwInvalid',
      start: (setup) =>
        start(vValidator('json', v.object({ model: v.string() }), hook(setup)) as MiddlewareHandler)(setup),
      request: postEmpty,
    },
    {
      name: '@hono/arktype-validator',
      failure: 'invalid body',
      handler: 'throwInvalid',
      start: (setup) =>
        start(arktypeValidator('json', type({ model: 'string' }), hook(setup)) as MiddlewareHandler)(setup),
      request: postEmpty,
    },
    {
      name: 'hono/basic-auth',
      module: 'hono',
      failure: 'no credentials',
      start: start(basicAuth({ username: 'a', password: 'b' })),
    },
    {
      name: 'hono/bearer-auth',
      module: 'hono',
      failure: 'unknown token',
      start: start(bearerAuth({ token: 'token' })),
      request: (url) => get(url, { authorization: 'Bearer wrong' }),
    },
    {
      name: 'hono/jwt',
      module: 'hono',
      failure: 'no token',
      start: start(jwt({ secret: 'secret', alg: 'HS256' })),
    },
    {
      name: 'hono/csrf',
      module: 'hono',
      failure: 'foreign origin',
      start: start(csrf()),
      request: (url) =>
        fetch(url, {
          method: 'POST',
          headers: {
            accept: 'application/json',
            origin: 'https://a.example',
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: 'a=1',
        }),
    },
    {
      name: 'hono/body-limit',
      module: 'hono',
      failure: 'body too large',
      start: start(bodyLimit({ maxSize: 10 })),
      request: (url) => postJson(url, { a: 'x'.repeat(100) }),
    },
    {
      name: 'hono/timeout',
      module: 'hono',
      failure: 'time limit',
      start: start(timeout(20), async () => {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }),
    },
    {
      name: 'hono/validator',
      module: 'hono',
      failure: 'broken form',
      start: start(validator('form', (value) => value)),
      request: (url) => post(url, FORM_TYPE, TRUNCATED_FORM),
    },
  ],
}
