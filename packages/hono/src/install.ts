import {
  createResponder,
  createRoute,
  createRoutingError,
  describeValue,
  enterApp,
  enterRoute,
  mayHaveBody,
  type ApiRequest,
  type Responder,
  type ResponderOptions,
  type ResponderOrOptions,
  type RouteOptions,
} from '@faultline/core'
import {
  createErrorResponse,
  guardResponse,
  replaceForeignBody,
  mayEndWithError,
  reportIfClientClosed,
  stream as createStreamResponse,
  WebRequest,
  type StreamOptions,
  type StreamSource,
} from '@faultline/core/web'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import {
  catchNonErrors,
  findMethods,
  isDefaultNotFound,
  isNode,
  markInstalled,
  mayStream,
  onMount,
  probeResponse,
  readCached,
  removeUnusedResponse,
  unwrapThrown,
} from './internals.ts'

/** The options of all adapters. `request.raw` is the fetch Request. */
export type FaultlineOptions = ResponderOrOptions<Request>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<Request>

/** Node's request. */
interface Incoming {
  readonly headers: Readonly<Record<string, unknown>>
  readonly httpVersionMajor: number
  removeAllListeners(name: 'data'): { resume(): unknown }
}

/** The bindings of @hono/node-server: Node's own request and response. */
interface Bindings {
  readonly incoming?: Incoming
  readonly outgoing?: { destroy(error: Error): unknown; once(name: 'finish', listener: () => void): unknown }
}

/** A Hono app of any type. */
// oxlint-disable-next-line typescript/no-explicit-any -- the parameters are invariant
export type AnyHono = Hono<any, any, any>

/**
 * Sends the errors of a Hono app in one envelope: values thrown in handlers and middleware, 404, and 405 with the
 * methods that the path supports. Call it before the routes are added, and before the app is mounted in another app:
 * `route` copies the app's routes and its error handler. A mounted app with its own `onError` keeps it.
 *
 * @returns The app.
 * @throws TypeError if options are wrong, the first argument is not a Hono app, or `faultline` was already called on the
 * app.
 */
export function faultline<App extends AnyHono>(app: App, options: FaultlineOptions): App {
  return install(app, options, createResponder)
}

/** Installs a responder on an app. @param toResponder Returns the responder of the second argument. */
export function install<App extends AnyHono, Input>(
  app: App,
  input: Input,
  toResponder: (input: Input) => Responder<Request>,
): App {
  if (typeof app?.fetch !== 'function')
    throw new TypeError(`faultline: the first argument must be a Hono app, not ${describeValue(app)}`)
  const responder = toResponder(input)
  // Clones of an app, which basePath creates, share its router.
  if (!markInstalled(app.router))
    throw new TypeError('faultline: already called on this app; call it once per app')
  wrapFetch(app, app, responder)
  catchNonErrors(app)
  app.onError(function faultlineErrorHandler(thrown, context) {
    return answerError(app, responder, unwrapThrown(thrown), context)
  })
  app.notFound(function faultlineNotFound(context) {
    return answerUnmatched(app, responder, context)
  })
  onMount(app, createMountMiddleware(app, responder))
  return app
}

/** Wraps `fetch` of an app, and of the clones that `basePath` creates. Without a promise, @hono/node-server is faster. */
function wrapFetch(app: AnyHono, root: AnyHono, responder: Responder<Request>): void {
  const { fetch } = app
  let isProbed = !isNode
  app.fetch = function faultlineFetch(request: MarkedRequest, env, executionContext) {
    if (!isProbed) {
      isProbed = true
      probeResponse(root)
    }
    request[PASSED_APPS] = NO_APPS
    try {
      const response = fetch(request, env, executionContext)
      return response instanceof Promise || isForeignError(response, request)
        ? finish(responder, response, request, env)
        : guard(responder, response, request, env)
    } catch (thrown) {
      return answerUncaught(responder, thrown, request, env)
    }
  }
  const basePath: (path: string) => AnyHono = app.basePath.bind(app)
  app.basePath = function faultlineBasePath(path: string) {
    const clone = basePath(path)
    wrapFetch(clone, root, responder)
    return clone
  }
}

/** Returns whether other code has created an error response. */
function isForeignError({ status }: Response, request: MarkedRequest): boolean {
  return status >= 400 && request[ANSWERED] !== true
}

/** Replaces the body of an error response that other code has created, and guards a body that may fail later. */
async function finish(
  responder: Responder<Request>,
  response: Response | Promise<Response>,
  request: MarkedRequest,
  env: unknown,
): Promise<Response> {
  try {
    const own = await response
    const replaced = isForeignError(own, request)
      ? await replaceForeignBody(responder, own, request, readCached(own))
      : own
    return replaced === own ? await guard(responder, own, request, env) : replaced
  } catch (thrown) {
    return answerUncaught(responder, thrown, request, env)
  }
}

/** Answers a value that is not an Error, for which Hono does not call `onError`. */
function answerUncaught(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  env: unknown,
): Response {
  const bindings = toBindings(env)
  resumeRequest(bindings)
  return createErrorResponse(responder, thrown, request, undefined, bindings.outgoing)
}

const PASSED_APPS = Symbol.for('faultline.passedApps')
const ANSWERED = Symbol.for('faultline.answered')

/** A mounted app with Faultline that a request passed through. */
interface PassedApp {
  readonly responder: Responder<Request>
  readonly depth: number
}

/** The apps of a request that has passed through none. Most requests keep this array. */
const NO_APPS: readonly PassedApp[] = []

type MarkedRequest = Request & {
  /** The mounted apps with Faultline that a request passed through. Undefined if the root has none. */
  [PASSED_APPS]?: readonly PassedApp[]
  /** Whether the response is an error response of Faultline. */
  [ANSWERED]?: true
}

/** Creates the middleware of an app that is mounted in another app. */
function createMountMiddleware(app: AnyHono, responder: Responder<Request>): MiddlewareHandler {
  return async function faultlineMount(context, next) {
    const raw: MarkedRequest = context.req.raw
    // The pattern of the mount path and `/*`.
    enterApp(raw)
    const depth = routePath(context).split('/').length
    if (raw[PASSED_APPS] !== undefined) raw[PASSED_APPS] = [...raw[PASSED_APPS], { responder, depth }]
    try {
      await next()
    } catch (thrown) {
      return answerError(app, responder, thrown, context)
    }
    const { res } = context
    if (res.status < 400 || raw[ANSWERED] === true) return undefined
    if (await isDefaultNotFound(res)) {
      if (raw[PASSED_APPS] !== undefined) return undefined
      const { path } = context.req
      const innerPath = `/${path
        .split('/')
        .slice(depth - 1)
        .join('/')}`
      context.res = undefined
      context.finalized = false
      context.res = answerRouting(app, responder, context, innerPath)
      return undefined
    }
    const replaced = await replaceForeignBody(responder, res, raw, readCached(res))
    if (replaced !== res) {
      raw[ANSWERED] = true
      context.res = undefined
      context.res = replaced
    }
    return undefined
  }
}

/** Answers an unmatched request in the app with the longest mount path that it passed through, and the first of them. */
function answerUnmatched(app: AnyHono, responder: Responder<Request>, context: Context): Response {
  const { [PASSED_APPS]: passed = [] }: MarkedRequest = context.req.raw
  const [innermost] = passed.toSorted((a, b) => b.depth - a.depth)
  return answerRouting(app, innermost?.responder ?? responder, context, context.req.path)
}

function answerRouting(
  app: AnyHono,
  responder: Responder<Request>,
  context: Context,
  path: string,
): Response {
  const error = createRoutingError(context.req.method, findMethods(app, path))
  return answerError(app, responder, error, context)
}

function toBindings(env: unknown): Bindings {
  return env instanceof Object ? env : {}
}

/** Guards a response whose body may fail while it is sent. */
function guard(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  env: unknown,
): Response | Promise<Response> {
  const needsGuard = isNode ? mayStream(response) : mayEndWithError(response)
  return needsGuard ? guardResponse(responder, response, request, toBindings(env).outgoing) : response
}

/** A failed request. */
class FailedRequest extends WebRequest {
  readonly #app: AnyHono
  readonly #path: string

  constructor(app: AnyHono, { req }: Context, headers: Headers | undefined) {
    super(req.raw, headers)
    this.#app = app
    this.#path = req.path
  }

  override allowedMethods(): string[] {
    return findMethods(this.#app, this.#path)
  }
}

/** Adds the headers that were set on the context, as Hono does for every response that a context creates. */
function answerError(
  app: AnyHono,
  responder: Responder<Request>,
  thrown: unknown,
  context: Context,
): Response {
  const raw: MarkedRequest = context.req.raw
  raw[ANSWERED] = true
  const bindings = toBindings(context.env)
  if (reportIfClientClosed(responder, thrown, raw, bindings.outgoing)) return context.body(null)
  const previous = readHeaders(context)
  const { status, headers, body } = responder.respond(thrown, new FailedRequest(app, context, previous))
  resumeRequest(bindings)
  if (previous === undefined) return new Response(body, { status, headers })
  for (const [name, value] of previous)
    if (responder.shouldDropHeader(name, value)) context.header(name, undefined)
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
  const response = context.body(body, status as 400)
  removeUnusedResponse(context)
  return response
}

/** Returns the headers that were set on a context; undefined if there are none. Reading `context.res` would be slower. */
function readHeaders(context: Context): Headers | undefined {
  const response = context.body(null)
  const cached = readCached(response)
  return cached !== undefined && cached.headers === undefined ? undefined : new Headers(response.headers)
}

/** A partially read body stays paused in @hono/node-server, which would block the next request of the connection. */
function resumeRequest({ incoming, outgoing }: Bindings): void {
  if (incoming !== undefined && mayHaveBody(incoming))
    outgoing?.once('finish', () => incoming.removeAllListeners('data').resume())
}

/**
 * Creates middleware that changes options for the requests that reach it: those that are given take precedence over the
 * options of the app, and over those of earlier middleware.
 *
 * @throws TypeError naming the option that is unknown, of the wrong type or only an option of an app.
 */
export function faultlineOptions(options: RouteOptions<Request>): MiddlewareHandler {
  const route = createRoute(options, 'faultlineOptions')
  return async function faultlineOptionsMiddleware(context, next) {
    enterRoute(context.req.raw, route)
    await next()
  }
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
