import {
  createResponder,
  createRoutingError,
  describeValue,
  type ApiRequest,
  type Responder,
  type ResponderOptions,
  type ResponderOrOptions,
} from '@faultline/core'
import {
  createErrorResponse,
  guardResponse,
  isEventStream,
  reportIfClientClosed,
  stream as createStreamResponse,
  WebRequest,
  type StreamOptions,
  type StreamSource,
} from '@faultline/core/web'
import type { Context, Env, Hono, MiddlewareHandler, Schema } from 'hono'
import { hasRoute, isNode, markInstalled, mayStream, probeResponse } from './internals.ts'

/** The options of all adapters. `request.raw` is the fetch Request. */
export type FaultlineOptions = ResponderOrOptions<Request>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<Request>

/** The bindings of @hono/node-server: Node's own request and response. */
interface Bindings {
  readonly incoming?: { removeAllListeners(name: 'data'): { resume(): unknown } }
  readonly outgoing?: { destroy(error: Error): unknown; once(name: 'finish', listener: () => void): unknown }
}

/**
 * Sends the errors of a Hono app in one envelope: values thrown in handlers and middleware, 404, and 405 with the
 * methods that the path supports. It wraps the app's `fetch`, so it may be called before or after the routes are added.
 * A mounted app with its own `onError` keeps it.
 *
 * @returns The app.
 * @throws TypeError if options are wrong, the first argument is not a Hono app, or `faultline` was already called on the
 * app.
 */
export function faultline<E extends Env, S extends Schema, P extends string>(
  app: Hono<E, S, P>,
  options: FaultlineOptions,
): Hono<E, S, P> {
  if (typeof app?.fetch !== 'function')
    throw new TypeError(`faultline: the first argument must be a Hono app, not ${describeValue(app)}`)
  const responder = createResponder(options)
  if (!markInstalled(app)) throw new TypeError('faultline: already called on this app; call it once per app')
  const { fetch } = app
  app.fetch = async function faultlineFetch(request, env, executionContext) {
    if (isNode) probeResponse(app)
    const bindings = toBindings(env)
    try {
      return await guard(responder, await fetch(request, env, executionContext), request, bindings)
    } catch (thrown) {
      // Hono calls `onError` for instances of Error only.
      resumeRequest(bindings)
      return createErrorResponse(responder, thrown, request, undefined, bindings.outgoing)
    }
  }
  app.onError(function faultlineErrorHandler(thrown, context) {
    return answerError(responder, thrown, context)
  })
  app.notFound(function faultlineNotFound(context) {
    const { method, path } = context.req
    return answerError(
      responder,
      createRoutingError(method, (name) => hasRoute(app, path, name)),
      context,
    )
  })
  return app
}

function toBindings(env: unknown): Bindings {
  return env instanceof Object ? env : {}
}

/** Guards a response whose body may fail while it is sent. */
function guard(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  { outgoing }: Bindings,
): Response | Promise<Response> {
  const needsGuard = isNode ? mayStream(response) : isEventStream(response)
  if (!needsGuard) return response
  return guardResponse(responder, response, request, outgoing && ((error) => outgoing.destroy(error)))
}

/** Adds the headers that were set on the context, as Hono does for every response that a context creates. */
function answerError(responder: Responder<Request>, thrown: unknown, context: Context): Response {
  const { raw } = context.req
  const bindings = toBindings(context.env)
  if (reportIfClientClosed(responder, thrown, raw, bindings.outgoing)) return context.body(null)
  const previous = new Headers(context.res.headers)
  const { status, headers, body } = responder.respond(thrown, new WebRequest(raw, previous))
  for (const [name, value] of previous)
    if (responder.shouldDropHeader(name, value)) context.header(name, undefined)
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
  resumeRequest(bindings)
  return context.body(body, status as 400)
}

/** A partially read body stays paused in @hono/node-server, which would block the next request of the connection. */
function resumeRequest({ incoming, outgoing }: Bindings): void {
  outgoing?.once('finish', () => incoming?.removeAllListeners('data').resume())
}

/**
 * Creates middleware that sets the request id on every response, successful responses included.
 *
 * @param options The adapter's options. With an `envelope`, the id is also set on the header that its clients read.
 */
export function requestId(options: Partial<ResponderOptions<Request>> = {}): MiddlewareHandler {
  const responder = createResponder<Request>({ envelope: 'ai-api', ...options })
  return async function faultlineRequestId(context, next) {
    const headers = responder.requestIdHeaders(new WebRequest(context.req.raw))
    for (const [name, value] of Object.entries(headers)) context.header(name, value)
    await next()
  }
}

/**
 * Creates a response that sends a source chunk by chunk with backpressure. It resolves with the first chunk, so an error
 * before it is sent with its own status. The source is stopped when the client disconnects. Return the response.
 *
 * @throws The error of the source, which Faultline answers if the handler does not catch it.
 */
export async function stream(
  context: Context,
  source: StreamSource,
  options?: StreamOptions,
): Promise<Response> {
  const { body, headers, status } = await createStreamResponse(source, options)
  const isHead = context.req.method === 'HEAD'
  if (isHead) await body?.cancel()
  return context.newResponse(isHead ? null : body, status as 200, Object.fromEntries(headers))
}

/**
 * Creates the `errorHandler` of @hono/node-server's `getRequestListener`. It answers requests that cannot be converted to
 * a fetch Request and never reach the app, for example with an invalid Host. Hooks receive an empty Request.
 */
export function errorHandler(options: FaultlineOptions): (thrown: unknown) => Response {
  const responder = createResponder(options)
  return function faultlineErrorHandler(thrown) {
    return createErrorResponse(responder, thrown, new Request('http://localhost/'))
  }
}
