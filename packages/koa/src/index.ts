import { once } from 'node:events'
import {
  createResponder,
  type ApiRequest,
  type Responder,
  type ResponderOrOptions,
  type ResponderOptions,
} from '@faultline/core'
import {
  attach,
  sendError,
  sendNotFound,
  setRequestIdHeaders,
  stream as send,
  type StreamSource,
  type StreamOptions,
} from '@faultline/node'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'

/** The options of every Faultline adapter; requests are Koa's contexts. */
export type FaultlineOptions = ResponderOrOptions<Context>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<Context>

/**
 * Answers every failure of a Koa app, 2 or 3, in one envelope: what middleware throws, what can't be serialised,
 * streams that fail before their first byte, 404, and 405 with the methods that the path takes (@koa/router tells).
 * It takes the app's last exit and its first middleware, so it may be called before or after the others.
 *
 * `app.on('error')` hears of each failure once, as ever; Koa's own logger does where nobody listens.
 *
 * @returns The app.
 * @throws TypeError for wrong options, for what is no Koa app, and for an app that has it already.
 */
export function faultline<App extends Koa>(app: App, options: FaultlineOptions): App {
  if (!Array.isArray(app?.middleware)) throw new TypeError('faultline: the first argument must be a Koa app')
  if (Object.hasOwn(app.context, 'onerror')) throw new TypeError('faultline: this app has it already')
  const responder = createResponder(options, () => {})
  const failed = new WeakSet<Context>()

  app.middleware.unshift(async function faultlineFirst(context, next) {
    await next().catch(asError)
    await firstByte(context.body)
    answerEmpty(responder, context)
  })

  const exit = function faultlineExit(this: Context, thrown: unknown): void {
    // Koa calls it at the end of every response, with nothing to tell.
    if (thrown === null || thrown === undefined || failed.has(this)) return
    failed.add(this)
    sendError(responder, thrown, this.req, this.res, this)
    tell(app, thrown, this)
  }
  Object.assign(app.context, { onerror: exit })
  return app
}

/**
 * Gives every request its id, and every answer the header that carries it, a success's too.
 *
 * @param options Those of the adapter. With an `envelope`, its clients find the id on the header that they read.
 */
export function requestId(options: Partial<ResponderOptions<Context>> = {}): Middleware {
  const responder = createResponder<Context>({ envelope: 'ai-api', ...options })
  return function faultlineRequestId(context, next) {
    setRequestIdHeaders(responder, context.req, context.res, context)
    return next()
  }
}

/**
 * Answers with what a source gives, as fast as the client reads. No head is sent before the first chunk is there, so a
 * source that fails at once is answered with its true status. A client that leaves stops the source. Await it.
 *
 * @throws what the source fails with, which is the adapter's to answer: throw it on
 */
export async function stream(context: Context, source: StreamSource, options?: StreamOptions): Promise<void> {
  context.respond = false
  await send(context.res, source, options)
}

/** A rejection with nothing would look like none. */
function asError(thrown: unknown): never {
  throw thrown ?? new Error('Middleware rejected with nothing')
}

/** Waits until a stream that is to be sent has something to send: one that fails before still gets its status. */
async function firstByte(body: unknown): Promise<void> {
  const { readable, once: listen } = Object(body) as Partial<NodeJS.ReadableStream>
  if (readable !== true || typeof listen !== 'function') return
  const source = body as NodeJS.ReadableStream
  await Promise.race(['readable', 'end', 'close'].map((event) => once(source, event)))
}

/** Answers a failing status that was given no body; 404 is what Koa begins with, 405 and 501 what its router ends with. */
function answerEmpty(responder: Responder<Context>, context: Context): void {
  const { status, body, req, res } = context
  if (status < 400 || (body ?? null) !== null || context.respond === false || !context.writable) return
  if (status !== 404 && status !== 405 && status !== 501) sendError(responder, { status }, req, res, context)
  else {
    // The router leaves an empty one where no route is at the path.
    context.remove('Allow')
    sendNotFound(responder, allowed(context), req, res, context)
  }
}

/** The methods that have a route at the path, as @koa/router found them. */
function allowed(context: Context): string[] {
  const { matched } = context as { matched?: readonly { readonly methods: readonly string[] }[] }
  return (matched ?? []).flatMap(({ methods }) => methods)
}

/** Tells Koa's own listeners, whatever they do. */
function tell(app: Koa, thrown: unknown, context: Context): void {
  try {
    app.emit('error', thrown instanceof Error ? thrown : new Error('What was thrown is no error'), context)
  } catch {
    // What listens for failures may not make one.
  }
}

export { attach }
export type { StreamChunk, StreamSource, StreamOptions } from '@faultline/node'
export * from '@faultline/core'
