// The functions of the adapter that accept a responder only, made with `createResponder` of @faultline/core/slim. A bundle
// then has neither the table of envelopes nor, unless it is passed, the recognition of errors of libraries.
import type { Responder } from '@faultline/core'
import { requireResponder } from '@faultline/core/slim'
import type { Application, ErrorRequestHandler, Request, RequestHandler } from 'express'
import { createErrorHandler, createNotFoundHandler, install } from './install.ts'

/** Like `faultline` of `@faultline/express`. @throws TypeError if the second argument is not a responder. */
export function faultline<App extends Application>(app: App, responder: Responder<Request>): App {
  return install(app, responder, requireResponder)
}

/** Like `errorHandler` of `@faultline/express`. @throws TypeError if the argument is not a responder. */
export function errorHandler(responder: Responder<Request>): ErrorRequestHandler {
  return createErrorHandler(requireResponder(responder))
}

/** Like `notFound` of `@faultline/express`. @throws TypeError if the argument is not a responder. */
export function notFound(responder: Responder<Request>): RequestHandler {
  return createNotFoundHandler(requireResponder(responder))
}
