import {
  createResponder,
  createRoutingError,
  describeValue,
  enterApp,
  formatCauses,
  getRoute,
  isOversizeEventError,
  leaveApp,
  serializeCauses,
  setRoute,
  type ApiRequest,
  type Responder,
  type ResponderOptions,
  type ResponderOrOptions,
  type Route,
  type RouteOptions,
  type SerializedResponse,
} from '@faultline/core'
import {
  NodeRequest,
  sendError,
  setRequestIdHeaders,
  stream as sendStream,
  type ExchangeFacts,
  type StreamOptions,
  type StreamSource,
} from '@faultline/node'
import { attachOnListen, faultlineContextOptions, markOnce } from '@faultline/node/platforms'
import type { Context, Middleware } from 'koa'
import {
  addFirstMiddleware,
  addLastMiddleware,
  callBeforeResponse,
  findAllowedMethods,
  hasFinalHandler,
  isFinalHandler,
  propagateStreamErrors,
  setFinalHandler,
  type AnyKoa,
  type FinalHandler,
} from './internals.ts'
import { readBody } from './read-body.ts'
import { mayStream, replaceEventStream, waitForFirstByte } from './stream-body.ts'

/** The options of all adapters. `request.raw` is Koa's context. */
export type FaultlineOptions = ResponderOrOptions<Context>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<Context>

/**
 * Sends the errors of a Koa app, 2 or 3, in one envelope: errors thrown in middleware, bodies that cannot be
 * serialized, streams that fail before their first byte, event streams that fail later, 404, and 405 with the methods that the path supports according
 * to @koa/router. It replaces Koa's final handler and adds the first middleware, so it may be called before or after
 * other middleware is added. An app that is mounted in another app must be installed before it is mounted: koa-mount
 * copies its middleware.
 *
 * The event `error` of the app is emitted once per error, as without Faultline, but Koa does not log it.
 *
 * @returns The app.
 * @throws TypeError if options are wrong, the first argument is not a Koa app, or `faultline` was already called on the
 * app.
 */
export function faultline<App extends AnyKoa>(app: App, options: FaultlineOptions): App {
  return install(app, options, createResponder)
}

/** Installs a responder on an app. @param toResponder Returns the responder of the second argument. */
export function install<App extends AnyKoa, Input>(
  app: App,
  input: Input,
  toResponder: (input: Input) => Responder<Context>,
): App {
  if (!isApp(app))
    throw new TypeError(`faultline: the first argument must be a Koa app, not ${describeValue(app)}`)
  const responder = toResponder(input)
  if (!markOnce(app, 'installed'))
    throw new TypeError('faultline: already called on this app; call it once per app')
  if (hasFinalHandler(app))
    throw new TypeError('faultline: this app already defines context.onerror; remove its other error handler')
  const handler: FinalHandler = function faultlineFinalHandler(this: NestedContext, thrown) {
    // Koa calls the handler with null at the end of every response.
    if (thrown === null || thrown === undefined || this[EVENT_SOURCE] !== undefined) return
    answerError(responder, thrown, this)
  }
  setFinalHandler(app, handler)
  propagateStreamErrors(app)
  addFirstMiddleware(app, createFirstMiddleware(app, responder, handler))
  addLastMiddleware(app, createLastMiddleware(app))
  // Without a listener, Koa prints the messages of errors, which may contain secrets.
  app.on('error', ignore)
  attachOnListen(app, responder)
  return app
}

function isApp(app: Partial<AnyKoa> | null | undefined): boolean {
  return typeof app?.use === 'function' && app.context instanceof Object
}

function ignore(): void {}

function createFirstMiddleware(
  app: AnyKoa,
  responder: Responder<Context>,
  handler: FinalHandler,
): Middleware {
  return async function faultlineMiddleware(context: NestedContext, next) {
    const isRoot = context.app === app
    if (isRoot) context[PASSED_APPS] = NO_APPS
    else enterApp(context.req)
    const mountLength = context.originalUrl.length - context.url.length
    try {
      await next()
      // Most bodies are complete. An async function is not called for them.
      const isStreaming = mayStream(context.body)
      if (isStreaming) await waitForFirstByte(context)
      if (context[ANSWERED] !== undefined || context.respond === false || !context.writable) return
      if (isUnmatched(context)) passOn(responder, context, isRoot, mountLength)
      else if (context.status >= 400) replaceBody(responder, context)
      else if (isStreaming) endEventsWithError(responder, context)
      if (!isRoot) Object.assign(context, { onerror: handler })
    } catch (thrown) {
      const isOutside = context[OUTER_ERRORS]?.some((each) => each.app === app && each.thrown === thrown)
      // Koa does not call its final handler for a rejection with an empty value.
      const error: unknown = thrown ?? new Error('Middleware rejected with null or undefined')
      if (isOutside === true || (isRoot && isFinalHandler(app, handler))) throw error
      if (isRoot) answerError(responder, error, context)
      else answerInContext(responder, error, context)
    }
  }
}

/** Marks what fails in the middleware of the app that this app is mounted in: that app answers it. */
function createLastMiddleware(app: AnyKoa): Middleware {
  return function faultlineLastMiddleware(context: NestedContext, next) {
    if (context.app === app) return next()
    const route = getRoute<Context>(context.req)
    leaveApp(context.req)
    return next().then(
      () => setRoute(context.req, route),
      (thrown: unknown) => {
        context[OUTER_ERRORS] = [...(context[OUTER_ERRORS] ?? []), { app, thrown }]
        throw thrown
      },
    )
  }
}

const PASSED_APPS = Symbol.for('faultline.passedApps')
const OUTER_ERRORS = Symbol.for('faultline.outerErrors')
const ANSWERED = Symbol.for('faultline.answered')
const EVENT_SOURCE = Symbol.for('faultline.eventSource')

/** An app with Faultline that a request passed through without a match. */
interface PassedApp {
  readonly responder: Responder<Context>
  readonly mountLength: number
  readonly route: Route<Context> | undefined
}

/** The apps of a request that has passed through none. Most requests keep this array. */
const NO_APPS: readonly PassedApp[] = []

type NestedContext = Context & {
  /** The apps with Faultline that a request passed through without a match. */
  [PASSED_APPS]?: readonly PassedApp[]
  /** The thrown value that was answered; undefined for a response that other code had set. */
  [ANSWERED]?: { readonly thrown: unknown }
  /** The event stream in the body. Its error is sent as the last event, and not by the final handler. */
  [EVENT_SOURCE]?: object | undefined
  /** Values that the middleware of an outer app has thrown. */
  [OUTER_ERRORS]?: { readonly app: object; readonly thrown: unknown }[]
}

/** Returns whether no middleware has answered. Koa starts with 404; its router ends with 405 or 501. */
function isUnmatched({ status, body }: Context): boolean {
  return (body ?? null) === null && (status === 404 || status === 405 || status === 501)
}

/** Answers an unmatched request in the root, and in the outermost app with Faultline if the root has none. */
function passOn(
  responder: Responder<Context>,
  context: NestedContext,
  isRoot: boolean,
  mountLength: number,
): void {
  const hasRoot = context[PASSED_APPS] !== undefined
  const passed = { responder, mountLength, route: getRoute<Context>(context.req) }
  context[PASSED_APPS] = [...(context[PASSED_APPS] ?? NO_APPS), passed]
  if (!isRoot) leaveApp(context.req)
  if (isRoot) answerUnmatched(context)
  else if (!hasRoot) callBeforeResponse(context, answerIfUnmatched)
}

function answerIfUnmatched(context: NestedContext): void {
  if (context[ANSWERED] === undefined && isUnmatched(context)) answerUnmatched(context)
}

/** Answers in the app with the longest mount path, and the first of them. The last item is the root. */
function answerUnmatched(context: NestedContext): void {
  const passed = context[PASSED_APPS] ?? []
  const [innermost] = passed.toSorted((a, b) => b.mountLength - a.mountLength)
  if (innermost === undefined) return
  setRoute(context.req, innermost.route)
  // The router sets an empty header if the path has no route.
  context.remove('Allow')
  const error = createRoutingError(context.method, findAllowedMethods(context))
  setResponse(innermost.responder, context, innermost.responder.respond(error, createRequest(context)))
}

/** Replaces the body of a response that other code has set. */
function replaceBody(responder: Responder<Context>, context: Context): void {
  const { status, body, response } = context
  const head = {
    status,
    contentType: response.get('content-type'),
    contentEncoding: response.get('content-encoding'),
  }
  const request = createRequest(context)
  if (!responder.mayReplace(head, request)) return
  const text = readBody(body, responder.getMaxHeldBytes(request))
  const replacement = responder.replaceResponse({ ...head, body: text }, request)
  if (replacement !== undefined) setResponse(responder, context, replacement)
}

/** Sends an error directly, and emits the event `error`. The same error is answered once. */
function answerError(responder: Responder<Context>, thrown: unknown, context: NestedContext): void {
  if (!markAnswered(context, thrown)) return
  context.respond = false
  sendError(responder, thrown, context.req, context.res, context, new KoaFacts(context))
  emitError(thrown, context)
}

/** Answers with the context, so that the middleware of the app above takes part. */
function answerInContext(responder: Responder<Context>, thrown: unknown, context: NestedContext): void {
  if (context.headerSent || !context.writable) answerError(responder, thrown, context)
  else if (markAnswered(context, thrown)) {
    setResponse(responder, context, responder.respond(thrown, createRequest(context)))
    emitError(thrown, context)
  }
}

function markAnswered(context: NestedContext, thrown: unknown): boolean {
  const { [ANSWERED]: answered } = context
  const isRepeated = answered !== undefined && (answered.thrown === thrown || context.respond === false)
  if (isRepeated) return false
  context[ANSWERED] = { thrown }
  return true
}

/** The methods of a path, as only Koa knows them. */
class KoaFacts implements ExchangeFacts {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  allowedMethods(): string[] {
    return findAllowedMethods(this.#context)
  }
}

function createRequest(context: Context): NodeRequest<Context> {
  return new NodeRequest(context.req, context.res, context, new KoaFacts(context))
}

/** Sets a serialized response on the context, which Koa sends. */
function setResponse(
  responder: Responder<Context>,
  context: NestedContext,
  { status, headers, body }: SerializedResponse,
): void {
  context[ANSWERED] ??= { thrown: undefined }
  for (const [name, value] of Object.entries(context.response.headers))
    if (responder.shouldDropHeader(name, value)) context.remove(name)
  // Koa looks up the type of a body without one.
  if (headers['content-type'] !== undefined) context.set('content-type', headers['content-type'])
  context.body = body
  context.set(headers)
  context.status = status
}

/** Makes an event stream in the body that fails end with the error event. Koa would cut it. */
function endEventsWithError(responder: Responder<Context>, context: NestedContext): void {
  context[EVENT_SOURCE] = replaceEventStream(context, (thrown, sent) => {
    // A source also fails because the client has disconnected. Without a complete event, the head is not sent yet.
    if (context.res.destroyed || !context.headerSent || isOversizeEventError(thrown)) {
      answerError(responder, thrown, context)
      return ''
    }
    emitError(thrown, context)
    return responder.errorEvents(thrown, createRequest(context), sent)
  })
}

/** Emits the event `error`. An error in a listener must not cause a second response. */
function emitError(thrown: unknown, context: Context): void {
  try {
    context.app.emit('error', isError(thrown) ? thrown : new Error('A non-Error value was thrown'), context)
  } catch (error) {
    const causes = formatCauses(serializeCauses(undefined, error))
    console.error(`Faultline: a listener of the event \`error\` failed: ${causes}`)
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
 * Creates middleware that changes options for the middleware after it: those that are given take precedence over the
 * options of the app, and over those of earlier middleware.
 *
 * @throws TypeError naming the option that is unknown, of the wrong type or only an option of an app.
 */
export const faultlineOptions: (options: RouteOptions<Context>) => Middleware = faultlineContextOptions

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
