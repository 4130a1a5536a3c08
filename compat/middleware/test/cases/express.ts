import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { faultline } from '@faultline/express'
import {
  authenticate,
  passInvalid,
  passProxyError,
  passRateLimited,
  sendProxyError,
} from '@faultline/express/middleware'
import { listen, reserveClosedPort } from '@faultline/test-kit'
import { celebrate, Joi, Segments } from 'celebrate'
import compression from 'compression'
import timeout from 'connect-timeout'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import { doubleCsrf } from 'csrf-csrf'
import express, { type Express, type RequestHandler } from 'express'
import basicAuth from 'express-basic-auth'
import fileUpload from 'express-fileupload'
import proxy from 'express-http-proxy'
import { expressjwt } from 'express-jwt'
import * as OpenApiValidator from 'express-openapi-validator'
import { rateLimit } from 'express-rate-limit'
import { slowDown } from 'express-slow-down'
import { body, validationResult } from 'express-validator'
import { createProxyMiddleware } from 'http-proxy-middleware'
import multer from 'multer'
import passport from 'passport'
import { Strategy } from 'passport-http-bearer'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import serveStatic from 'serve-static'
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

function serve({ options }: Setup, addRoutes: (app: Express) => unknown): Promise<string> {
  const app = faultline(express(), options)
  app.set('env', 'production')
  addRoutes(app)
  return listen(createServer(app))
}

const ok: RequestHandler = (_request, response) => {
  response.json({ ok: true })
}

const start =
  (...handlers: RequestHandler[]) =>
  (setup: Setup): Promise<string> =>
    serve(setup, (app) => app.use('/', ...handlers, ok))

passport.use(new Strategy((_token: string, done: (error: null, user: false) => void) => done(null, false)))

const openApi = {
  openapi: '3.0.3',
  info: { title: 'Case', version: '1' },
  paths: {
    '/': {
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { type: 'object', required: ['model'], properties: { model: { type: 'string' } } },
            },
          },
        },
        responses: { 200: { description: 'OK' } },
      },
    },
  },
}

const postEmpty = (url: string): Promise<Response> => postJson(url, {})

function authenticateBearer({ usesHandler }: Setup): RequestHandler {
  const options = { session: false }
  return usesHandler
    ? authenticate(passport, 'bearer', options)
    : (passport.authenticate('bearer', options) as RequestHandler)
}

function rejectInvalid({ usesHandler }: Setup): RequestHandler {
  if (usesHandler) return passInvalid(validationResult)
  return (request, _response, next) => {
    validationResult(request).throw()
    next()
  }
}

export const expressCases: FrameworkCases = {
  framework: 'Express',
  module: 'express',
  cases: [
    {
      name: 'express-rate-limit',
      failure: 'limit reached',
      handler: 'passRateLimited',
      start: (setup) =>
        start(rateLimit({ limit: 1, ...(setup.usesHandler ? { handler: passRateLimited } : {}) }))(setup),
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: 'express-slow-down',
      failure: 'slowed down; does not fail',
      start: start(slowDown({ delayAfter: 1, delayMs: () => 10 })),
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: 'rate-limiter-flexible',
      failure: 'limit reached; the handler calls `next(rejection)`',
      start: (setup) => {
        const limiter = new RateLimiterMemory({ points: 1, duration: 60 })
        return start((_request, _response, next) => {
          limiter.consume('key').then(() => next(), next)
        })(setup)
      },
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: 'passport',
      failure: 'no credentials',
      handler: 'authenticate',
      start: (setup) => start(authenticateBearer(setup))(setup),
    },
    {
      name: 'passport-http-bearer',
      failure: 'invalid token',
      handler: 'authenticate',
      start: (setup) => start(authenticateBearer(setup))(setup),
      request: (url) => get(url, { authorization: 'Bearer wrong' }),
    },
    {
      name: 'express-basic-auth',
      failure: 'no credentials',
      start: start(basicAuth({ users: { a: 'b' }, challenge: true })),
    },
    {
      name: 'express-jwt',
      failure: 'no token',
      start: start(expressjwt({ secret: 'secret', algorithms: ['HS256'] }) as RequestHandler),
    },
    {
      name: 'http-proxy-middleware',
      failure: 'unreachable upstream',
      handler: 'sendProxyError',
      start: async (setup) => {
        const target = await reserveClosedPort()
        const on = setup.usesHandler ? { on: { error: sendProxyError(setup.options) } } : {}
        return start(createProxyMiddleware({ target, ...on }) as RequestHandler)(setup)
      },
    },
    {
      name: 'express-http-proxy',
      failure: 'unreachable upstream',
      handler: 'passProxyError',
      start: async (setup) =>
        start(
          proxy(await reserveClosedPort(), setup.usesHandler ? { proxyErrorHandler: passProxyError } : {}),
        )(setup),
    },
    {
      name: 'celebrate',
      failure: 'invalid body',
      start: start(
        express.json(),
        celebrate({ [Segments.BODY]: Joi.object({ model: Joi.string().required() }) }),
      ),
      request: postEmpty,
    },
    {
      name: 'express-validator',
      failure: 'invalid body, `validationResult().throw()`',
      handler: 'passInvalid',
      start: (setup) => start(express.json(), body('model').exists(), rejectInvalid(setup))(setup),
      request: postEmpty,
    },
    {
      name: 'express-openapi-validator',
      failure: 'invalid body',
      start: start(
        express.json(),
        ...(OpenApiValidator.middleware({ apiSpec: openApi as never }) as unknown as RequestHandler[]),
      ),
      request: postEmpty,
    },
    {
      name: 'body-parser',
      module: 'express',
      failure: 'malformed JSON',
      start: start(express.json()),
      request: (url) => post(url, 'application/json', '{"a":'),
    },
    {
      name: 'multer',
      failure: 'file too large',
      start: start(multer({ limits: { fileSize: 10 } }).single('file')),
      request: (url) => post(url, FORM_TYPE, createFileForm(100)),
    },
    {
      name: 'express-fileupload',
      failure: 'file too large, `abortOnLimit`',
      start: start(fileUpload({ limits: { fileSize: 10 }, abortOnLimit: true })),
      request: (url) => post(url, FORM_TYPE, createFileForm(100)),
    },
    {
      name: 'csrf-csrf',
      failure: 'no token',
      start: start(
        cookieParser() as RequestHandler,
        doubleCsrf({ getSecret: () => 'secret', getSessionIdentifier: () => 'session' })
          .doubleCsrfProtection as RequestHandler,
      ),
      request: postEmpty,
    },
    {
      name: 'cors',
      failure: 'origin refused by the callback',
      start: start(
        cors({
          origin: (_origin: unknown, done: (error: Error) => void) =>
            done(Object.assign(new Error('Origin'), { status: 403 })),
        }),
      ),
      request: (url) => get(url, { origin: 'https://a.example' }),
    },
    {
      name: 'connect-timeout',
      failure: 'time limit',
      start: (setup) => serve(setup, (app) => app.use(timeout('20ms') as RequestHandler, () => {})),
    },
    {
      name: 'compression',
      failure: 'text error of a handler, compressed',
      start: start(compression({ threshold: 0 }) as RequestHandler, (_request, response) => {
        response.status(403).type('text/plain').send('This key has no access')
      }),
    },
    {
      name: 'serve-static',
      failure: 'missing file',
      start: start(serveStatic(tmpdir(), { fallthrough: false }) as RequestHandler),
      request: (url) => get(`${url}/missing`),
    },
  ],
}
