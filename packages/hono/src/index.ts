import {
  createResponder,
  DEFAULT_ID_HEADER,
  missingError,
  requestIdOf,
  type ApiRequest,
  type Responder,
  type ResponderInput,
  type ResponderOptions,
} from '@faultline/core'
import { errorResponse, WebRequest } from '@faultline/core/web'
import type { Context, Env, Hono, MiddlewareHandler, Schema } from 'hono'

/** The options of every Faultline adapter; requests are those of fetch. */
export type FaultlineOptions = ResponderInput<Request>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<Request>

const METHODS = ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT']

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
  // What is thrown and is no Error never comes to `onError`.
  app.fetch = async function faultlineFetch(request, ...rest) {
    try {
      return await fetch(request, ...rest)
    } catch (thrown) {
      return errorResponse(responder, thrown, request)
    }
  }
  app.onError((thrown, context) => answer(responder, thrown, context))
  app.notFound((context) =>
    answer(responder, missingError(context.req.method, allowed(app, context)), context),
  )
  return app
}

/** Gives every request its id, and every answer the header that carries it, a success's too. */
export function requestId(options: Pick<ResponderOptions, 'requestIdHeader'> = {}): MiddlewareHandler {
  const { requestIdHeader = DEFAULT_ID_HEADER } = options
  return async function faultlineRequestId(context, next) {
    context.header(
      requestIdHeader,
      requestIdOf(new WebRequest(context.req.raw), requestIdHeader.toLowerCase()),
    )
    await next()
  }
}

/** Hono keeps what was set on the context for the answer that is made of it. */
function answer(responder: Responder<Request>, thrown: unknown, context: Context): Response {
  const sent = new Headers(context.res.headers)
  const { status, headers, body } = responder.answer(thrown, new WebRequest(context.req.raw, sent))
  for (const [name, value] of sent) if (responder.drops(name, value)) context.header(name, undefined)
  for (const name in headers) context.header(name, headers[name])
  return context.body(body, status as 400)
}

/** The methods that have a route at the path; what `use` adds is for all of them, and is none. */
function allowed<E extends Env, S extends Schema, P extends string>(
  app: Hono<E, S, P>,
  { req }: Context,
): string[] {
  return METHODS.filter((method) => {
    const [matched] = app.router.match(method, req.path) as unknown as [[[unknown, { method: string }]][]]
    return matched.some(([[, route]]) => route.method === method)
  })
}

export * from '@faultline/core'
