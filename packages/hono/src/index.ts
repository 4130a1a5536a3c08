import {
  createResponder,
  createRoutingError,
  type ApiRequest,
  type Responder,
  type ResponderOrOptions,
  type ResponderOptions,
} from '@faultline/core'
import {
  createErrorResponse,
  guardResponse,
  isEventStream,
  reportIfClientClosed,
  stream as streamOf,
  WebRequest,
  type StreamSource,
  type StreamOptions,
} from '@faultline/core/web'
import type { Context, Env, Hono, MiddlewareHandler, Schema } from 'hono'
import { getRuntimeKey } from 'hono/adapter'

/** The options of every Faultline adapter; requests are those of fetch. */
export type FaultlineOptions = ResponderOrOptions<Request>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<Request>

/** What @hono/node-server gives an app of the Node server below. */
interface Bindings {
  incoming?: { removeAllListeners(name: 'data'): { resume(): unknown } }
  outgoing?: { destroy(broken: Error): unknown; once(name: 'finish', then: () => void): unknown }
}

const installed = new WeakSet<object>()

/**
 * Answers every failure of a Hono app in one envelope: what handlers and middleware throw, errors or not, 404, and
 * 405 with the methods that the path takes. It takes the app's outermost `fetch`, so it may be called before or after
 * the routes; an app that is mounted with an `onError` of its own keeps it.
 *
 * @returns The app.
 * @throws TypeError for wrong options, for what is no Hono app, and for an app that has it already.
 */
export function faultline<E extends Env, S extends Schema, P extends string>(
  app: Hono<E, S, P>,
  options: FaultlineOptions,
): Hono<E, S, P> {
  if (typeof app?.fetch !== 'function')
    throw new TypeError('faultline: the first argument must be a Hono app')
  if (installed.has(app)) throw new TypeError('faultline: this app has it already')
  const responder = createResponder(options)
  installed.add(app)
  const { fetch } = app
  // Other runtimes break a failed body off by themselves, and need no JavaScript to pass one on.
  const isNode = getRuntimeKey() === 'node'
  app.fetch = async function faultlineFetch(request, ...rest) {
    const { outgoing } = (rest[0] ?? {}) as Bindings
    try {
      const response = await fetch(request, ...rest)
      if (!(isNode ? mayStream(response) : isEventStream(response))) return response
      const cut = outgoing && ((broken: Error) => outgoing.destroy(broken))
      return await guardResponse(responder, response, request, cut)
    } catch (thrown) {
      // What is thrown and is no Error never comes to `onError`.
      drain(rest[0])
      return createErrorResponse(responder, thrown, request, undefined, outgoing)
    }
  }
  app.onError((thrown, context) => answer(responder, thrown, context))
  app.notFound((context) => {
    const { method, path } = context.req
    const error = createRoutingError(method, (other) => takes(app, path, other))
    return answer(responder, error, context)
  })
  return app
}

/**
 * Gives every request its id, and every answer the header that carries it, a success's too.
 *
 * @param options Those of the adapter. With an `envelope`, its clients find the id on the header that they read.
 */
export function requestId(options: Partial<ResponderOptions<Request>> = {}): MiddlewareHandler {
  const responder = createResponder<Request>({ envelope: 'ai-api', ...options })
  return async function faultlineRequestId(context, next) {
    const headers = responder.requestIdHeaders(new WebRequest(context.req.raw))
    for (const name in headers) context.header(name, headers[name])
    await next()
  }
}

/**
 * An answer of what a source gives, as fast as the client reads. It is there when the first chunk is, so a source that
 * fails at once is answered with its true status. A client that leaves stops the source. Return it.
 *
 * @throws what the source fails with, which is the adapter's to answer: throw it on
 */
export async function stream(
  context: Context,
  source: StreamSource,
  options?: StreamOptions,
): Promise<Response> {
  const { body, headers, status } = await streamOf(source, options)
  const isHead = context.req.method === 'HEAD'
  if (isHead) await body?.cancel()
  return context.newResponse(isHead ? null : body, status as 200, Object.fromEntries(headers))
}

/**
 * For `getRequestListener` of @hono/node-server: answers requests that no fetch Request can be made of, so that no app
 * sees them, a bad Host for one. Hooks get a bare Request.
 */
export function errorHandler(options: FaultlineOptions): (thrown: unknown) => Response {
  const responder = createResponder(options)
  return function faultlineErrorHandler(thrown) {
    return createErrorResponse(responder, thrown, new Request('http://localhost/'))
  }
}

/**
 * Whether a body may fail on its way. A text's does not, and asking node-server's own Response for its `body` would
 * make a slower one of it; but it keeps what it was made of. Any other Response does not tell, and is guarded.
 */
function mayStream(response: Response): boolean {
  for (const key of Object.getOwnPropertySymbols(response)) {
    const made = (response as unknown as Record<symbol, unknown>)[key]
    if (Array.isArray(made)) return typeof (made[1] as ReadableStream | null)?.getReader === 'function'
  }
  return true
}

/** Hono keeps what was set on the context for the answer that is made of it. */
function answer(responder: Responder<Request>, thrown: unknown, context: Context): Response {
  const { raw } = context.req
  if (reportIfClientClosed(responder, thrown, raw, (context.env as Bindings | undefined)?.outgoing))
    return context.body(null)
  const sent = new Headers(context.res.headers)
  const { status, headers, body } = responder.respond(thrown, new WebRequest(raw, sent))
  for (const [name, value] of sent)
    if (responder.shouldDropHeader(name, value)) context.header(name, undefined)
  for (const name in headers) context.header(name, headers[name])
  drain(context.env)
  return context.body(body, status as 400)
}

/** Node-server's half-read body stays paused, which would keep the connection from its next request. */
function drain(env: unknown): void {
  const { incoming, outgoing } = (env ?? {}) as Bindings
  outgoing?.once('finish', () => incoming?.removeAllListeners('data').resume())
}

/** Whether the path has a route of a method; what `use` adds is for all of them, and is none. */
function takes({ router }: Pick<Hono, 'router'>, path: string, method: string): boolean {
  const [matched] = router.match(method, path) as unknown as [[[unknown, { method: string }]][]]
  return matched.some(([[, route]]) => route.method === method)
}

export type { StreamChunk, StreamSource, StreamOptions } from '@faultline/core/web'
export * from '@faultline/core'
