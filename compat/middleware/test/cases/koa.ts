import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { faultline } from '@faultline/koa'
import { throwRateLimited } from '@faultline/koa/middleware'
import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import { Router } from '@koa/router'
import { listen, reserveClosedPort } from '@faultline/test-kit'
import Koa, { type Middleware } from 'koa'
import basicAuth from 'koa-basic-auth'
import { koaBody } from 'koa-body'
import compress from 'koa-compress'
import jwt from 'koa-jwt'
import passport from 'koa-passport'
import proxy from 'koa-proxies'
import rateLimit from 'koa-ratelimit'
import serveStatic from 'koa-static'
import { Strategy } from 'passport-http-bearer'
import {
  createFileForm,
  FORM_TYPE,
  get,
  getRepeatedly,
  post,
  TRUNCATED_FORM,
  type FrameworkCases,
  type Setup,
} from '../case.ts'

function serve({ options }: Setup, middleware: readonly Middleware[]): Promise<string> {
  const app = faultline(new Koa(), options)
  app.silent = true
  for (const each of middleware) app.use(each)
  const handle = app.callback()
  return listen(createServer((request, response) => void handle(request, response)))
}

const start =
  (...middleware: Middleware[]) =>
  (setup: Setup): Promise<string> =>
    serve(setup, [...middleware, ok])

function ok(context: Koa.Context): void {
  context.body = { ok: true }
}

passport.use(new Strategy((_token: string, done: (error: null, user: false) => void) => done(null, false)))

const router = new Router()
router.get('/', (context) => {
  context.body = { ok: true }
})

export const koaCases: FrameworkCases = {
  framework: 'Koa',
  module: 'koa',
  cases: [
    {
      name: 'koa-ratelimit',
      failure: 'limit reached',
      handler: 'throwRateLimited',
      start: (setup) =>
        start(
          rateLimit({
            driver: 'memory',
            db: new Map(),
            max: 1,
            id: () => 'key',
            ...(setup.usesHandler ? { onLimited: throwRateLimited } : {}),
          }) as Middleware,
        )(setup),
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: 'koa-body',
      failure: 'truncated form',
      start: start(koaBody({ multipart: true })),
      request: (url) => post(url, FORM_TYPE, TRUNCATED_FORM),
    },
    {
      name: '@koa/bodyparser',
      failure: 'malformed JSON',
      start: start(bodyParser()),
      request: (url) => post(url, 'application/json', '{"a":'),
    },
    {
      name: '@koa/multer',
      failure: 'file too large',
      start: start(multer({ limits: { fileSize: 10 } }).single('file') as Middleware),
      request: (url) => post(url, FORM_TYPE, createFileForm(100)),
    },
    { name: 'koa-jwt', failure: 'no token', start: start(jwt({ secret: 'secret' }) as Middleware) },
    {
      name: 'koa-basic-auth',
      failure: 'no credentials',
      start: start(basicAuth({ name: 'a', pass: 'b' }) as Middleware),
    },
    {
      name: 'koa-passport',
      failure: 'invalid token',
      start: start(
        passport.initialize() as Middleware,
        passport.authenticate('bearer', { session: false }) as Middleware,
      ),
      request: (url) => get(url, { authorization: 'Bearer wrong' }),
    },
    {
      name: 'koa-proxies',
      failure: 'unreachable upstream',
      start: async (setup) =>
        start(proxy('/', { target: await reserveClosedPort(), changeOrigin: true }) as Middleware)(setup),
    },
    {
      name: '@koa/router',
      failure: 'wrong method, `allowedMethods({ throw: true })`',
      start: (setup) =>
        serve(setup, [router.routes(), router.allowedMethods({ throw: true })] as Middleware[]),
      request: (url) => fetch(url, { method: 'DELETE', headers: { accept: 'application/json' } }),
    },
    {
      name: 'koa-static',
      failure: 'malicious path',
      start: start(serveStatic(tmpdir()) as Middleware),
      request: (url) => get(`${url}/%2e%2e%00`),
    },
    {
      name: 'koa-compress',
      failure: 'text error of a handler, compressed',
      start: start(compress({ threshold: 0 }) as Middleware, (context) => {
        context.status = 403
        context.body = 'This key has no access'
      }),
    },
  ],
}
