import { tmpdir } from 'node:os'
import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import circuitBreaker from '@fastify/circuit-breaker'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import csrf from '@fastify/csrf-protection'
import formbody from '@fastify/formbody'
import httpProxy from '@fastify/http-proxy'
import jwt from '@fastify/jwt'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import staticFiles from '@fastify/static'
import underPressure from '@fastify/under-pressure'
import { faultline, serverOptions } from '@faultline/fastify'
import { createLimitError } from '@faultline/fastify/middleware'
import { reserveClosedPort } from '@faultline/test-kit'
import Fastify, { type FastifyInstance } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll } from 'vitest'
import { z } from 'zod'
import {
  createFileForm,
  FORM_TYPE,
  get,
  getRepeatedly,
  post,
  postJson,
  type FrameworkCases,
  type Setup,
} from '../case.ts'

const apps: FastifyInstance[] = []
afterAll(async () => {
  for (const app of apps) await app.close()
})

async function serve({ options }: Setup, add: (app: FastifyInstance) => unknown): Promise<string> {
  const app = Fastify({
    forceCloseConnections: true,
    ...serverOptions(options),
  }) as unknown as FastifyInstance
  apps.push(app)
  await app.register(faultline, options)
  await add(app)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

const start =
  (add: (app: FastifyInstance) => unknown) =>
  (setup: Setup): Promise<string> =>
    serve(setup, add)

const ok = async (): Promise<object> => ({ ok: true })

export const fastifyCases: FrameworkCases = {
  framework: 'Fastify',
  module: 'fastify',
  cases: [
    {
      name: '@fastify/rate-limit',
      failure: 'limit reached',
      handler: 'createLimitError',
      start: (setup) =>
        serve(setup, async (app) => {
          await app.register(rateLimit, {
            max: 1,
            ...(setup.usesHandler ? { errorResponseBuilder: createLimitError } : {}),
          })
          app.get('/', ok)
        }),
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: '@fastify/cors',
      failure: 'strict preflight without its headers',
      start: start(async (app) => {
        await app.register(cors, { strictPreflight: true })
        app.get('/', ok)
      }),
      request: (url) => fetch(url, { method: 'OPTIONS', headers: { accept: 'application/json' } }),
    },
    {
      name: '@fastify/multipart',
      failure: 'file too large',
      start: start(async (app) => {
        await app.register(multipart, { limits: { fileSize: 10 } })
        app.post('/', async (request) => {
          const file = await request.file()
          await file?.toBuffer()
          return { ok: true }
        })
      }),
      request: (url) => post(url, FORM_TYPE, createFileForm(100)),
    },
    {
      name: '@fastify/jwt',
      failure: 'no token',
      start: start(async (app) => {
        await app.register(jwt, { secret: 'secret' })
        app.get('/', { onRequest: (request) => request.jwtVerify() }, ok)
      }),
    },
    {
      name: '@fastify/basic-auth',
      failure: 'no credentials',
      start: start(async (app) => {
        await app.register(basicAuth, { validate: async () => new Error('Unknown'), authenticate: true })
        app.get('/', { onRequest: app.basicAuth }, ok)
      }),
    },
    {
      name: '@fastify/bearer-auth',
      failure: 'unknown key',
      start: start(async (app) => {
        await app.register(bearerAuth, { keys: new Set(['key']) })
        app.get('/', ok)
      }),
      request: (url) => get(url, { authorization: 'Bearer wrong' }),
    },
    {
      name: '@fastify/csrf-protection',
      failure: 'no token',
      start: start(async (app) => {
        await app.register(cookie)
        await app.register(csrf)
        app.post('/', { onRequest: (request, reply, done) => app.csrfProtection(request, reply, done) }, ok)
      }),
      request: (url) => postJson(url, {}),
    },
    {
      name: '@fastify/http-proxy',
      failure: 'unreachable upstream',
      start: async (setup) => {
        const upstream = await reserveClosedPort()
        return serve(setup, (app) => app.register(httpProxy, { upstream }))
      },
    },
    {
      name: '@fastify/static',
      failure: 'missing file',
      start: start((app) => app.register(staticFiles, { root: tmpdir() })),
      request: (url) => get(`${url}/missing.txt`),
    },
    {
      name: '@fastify/compress',
      failure: 'body that cannot be decompressed',
      start: start(async (app) => {
        await app.register(compress)
        app.post('/', ok)
      }),
      request: (url) =>
        fetch(url, {
          method: 'POST',
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            'content-encoding': 'gzip',
          },
          body: 'not gzip',
        }),
    },
    {
      name: '@fastify/under-pressure',
      failure: 'unhealthy',
      start: start(async (app) => {
        await app.register(underPressure, { healthCheck: async () => false, healthCheckInterval: 50_000 })
        app.get('/', ok)
      }),
    },
    {
      name: '@fastify/circuit-breaker',
      failure: 'open circuit',
      start: start(async (app) => {
        await app.register(circuitBreaker, { threshold: 1, resetTimeout: 10_000 })
        app.after(() =>
          app.get('/', { preHandler: app.circuitBreaker() }, (request, reply) => {
            void reply.send(new Error('boom'))
          }),
        )
      }),
      request: (url) => getRepeatedly(url, 3),
    },
    {
      name: '@fastify/formbody',
      failure: 'body too large',
      start: start(async (app) => {
        await app.register(formbody, { bodyLimit: 10 })
        app.post('/', ok)
      }),
      request: (url) => post(url, 'application/x-www-form-urlencoded', `a=${'x'.repeat(100)}`),
    },
    {
      name: 'fastify-type-provider-zod',
      failure: 'invalid body',
      start: start((app) => {
        app.setValidatorCompiler(validatorCompiler)
        app.post('/', { schema: { body: z.object({ model: z.string() }) } }, ok)
      }),
      request: (url) => postJson(url, {}),
    },
    {
      name: 'Ajv',
      module: 'fastify',
      failure: 'invalid body',
      start: start((app) => app.post('/', { schema: { body: { type: 'object', required: ['model'] } } }, ok)),
      request: (url) => postJson(url, {}),
    },
  ],
}
