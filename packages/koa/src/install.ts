import { once } from 'node:events'
import {
  createResponder,
  describeValue,
  formatCauses,
  serializeError,
  type ApiRequest,
  type Responder,
  type ResponderOptions,
  type ResponderOrOptions,
} from '@faultline/core'
import {
  sendError,
  sendNotFound,
  setRequestIdHeaders,
  stream as sendStream,
  type StreamOptions,
  type StreamSource,
} from '@faultline/node'
import { markOnce } from '@faultline/node/platforms'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'
import {
  addFirstMiddleware,
  findAllowedMethods,
  hasFinalHandler,
  isFinalHandler,
  setFinalHandler,
  type FinalHandler,
} from './internals.ts'

/** The options of all adapters. `request.raw` is Koa's context. */
export type FaultlineOptions = ResponderOrOptions<Context>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<Context>

/**
 * Sends the errors of a Koa app, 2 or 3, in one envelope: errors thrown in middleware, bodies that cannot be
 * serialized, streams that fail before their first byte, 404, and 405 with the methods that the path supports according
 * to @koa/router. It replaces Koa's final handler and adds the first middleware, so it may be called before or after
 * other middleware is added.
 *
 * The event `error` of the app is emitted once per error, as without Faultline.
 *
 * @returns The app.
 * @throws TypeError if options are wrong, the first argument is not a Koa app, or `faultline` was already called on the
 * app.
 */
export function faultline<App extends Koa>(app: App, options: FaultlineOptions): App {
  if (!isApp(app))
    throw new TypeError(`faultline: the first argument must be a Koa app, not ${describeValue(app)}`)
  const responder = createResponder(options, ignore)
  if (!markOnce(app, 'installed'))
    throw new TypeError('faultline: already called on this app; call it once per app')
  if (hasFinalHandler(app))
    throw new TypeError('faultline: this app already defines context.onerror; remove its other error handler')
  const handler: FinalHandler = function faultlineFinalHandler(thrown) {
    // Koa calls the handler with null at the end of every response.
    if (thrown !== null && thrown !== undefined) answerError(responder, thrown, this)
  }
  setFinalHandler(app, handler)
  addFirstMiddleware(app, createFirstMiddleware(app, responder, handler))
  return app
}

function isApp(app: Partial<Koa> | null | undefined): boolean {
  return typeof app?.use === 'function' && app.context instanceof Object
}

/** Without `onError`, Koa's own handler of the event `error` logs errors. */
function ignore(): void {}

function createFirstMiddleware(app: Koa, responder: Responder<Context>, handler: FinalHandler): Middleware {
  return async function faultlineMiddleware(context, next) {
    try {
      await next().catch(rejectWithError)
      await waitForFirstByte(context.body)
      answerEmptyResponse(responder, context)
    } catch (thrown) {
      if (isFinalHandler(app, handler)) throw thrown
      answerError(responder, thrown, context)
      context.respond = false
    }
  }
}

/** Koa does not call its final handler for a rejection with an empty value. */
function rejectWithError(thrown: unknown): never {
  throw thrown ?? new Error('Middleware rejected with null or undefined')
}

/** Sends an error once per response, and emits the event `error`. */
function answerError(responder: Responder<Context>, thrown: unknown, context: Context): void {
  if (!markOnce(context, 'answered')) return
  sendError(responder, thrown, context.req, context.res, context)
  emitError(thrown, context)
}

/** Waits until a stream in the body has data, so that an error before it is sent with its own status. */
async function waitForFirstByte(body: unknown): Promise<void> {
  if (!isReadable(body)) return
  await Promise.race([once(body, 'readable'), once(body, 'end'), once(body, 'close')])
}

function isReadable(body: unknown): body is NodeJS.ReadableStream & NodeJS.EventEmitter {
  return body instanceof Object && 'readable' in body && body.readable === true && 'once' in body
}

/** Sends the error response of an error status without a body. Koa starts with 404; its router ends with 405 or 501. */
function answerEmptyResponse(responder: Responder<Context>, context: Context): void {
  const { status, body, req, res } = context
  if (status < 400 || (body ?? null) !== null || context.respond === false || !context.writable) return
  if (status !== 404 && status !== 405 && status !== 501) sendError(responder, { status }, req, res, context)
  else {
    // The router sets an empty header if the path has no route.
    context.remove('Allow')
    sendNotFound(responder, findAllowedMethods(context), req, res, context)
  }
}

/** Emits the event `error`. An error in a listener must not cause a second response. */
function emitError(thrown: unknown, context: Context): void {
  try {
    context.app.emit('error', isError(thrown) ? thrown : new Error('A non-Error value was thrown'), context)
  } catch (error) {
    const { causes = [] } = serializeError(undefined, error)
    console.error(`Faultline: a listener of the event \`error\` failed: ${formatCauses(causes)}`)
  }
}

function isError(thrown: unknown): boolean {
  try {
    return thrown instanceof Error
  } catch {
    // A proxy may not allow reading its prototype.
    return false
  }
}

/**
 * Creates middleware that sets the request id on every response, successful responses included.
 *
 * @param options The adapter's options. With an `envelope`, the id is also set on the header that its clients read.
 */
export function requestId(options: Partial<ResponderOptions<Context>> = {}): Middleware {
  const responder = createResponder<Context>({ envelope: 'ai-api', ...options })
  return function faultlineRequestId(context, next) {
    setRequestIdHeaders(responder, context.req, context.res, context)
    return next()
  }
}

/**
 * Sends a source chunk by chunk with backpressure. The head is sent with the first chunk, so an error before it is
 * answered with its own status. The source is stopped when the client disconnects. Await the call.
 *
 * @throws The error of the source, which Faultline answers if the middleware does not catch it.
 */
export async function stream(context: Context, source: StreamSource, options?: StreamOptions): Promise<void> {
  context.respond = false
  await sendStream(context.res, source, options)
}
