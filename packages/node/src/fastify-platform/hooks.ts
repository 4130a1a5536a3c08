import { createErrorForStatus, createSplitter, type Responder } from '@faultline/core'
import { attachOnce } from '../attach.ts'
import { recordRoutes, type CreateRouter } from './allowed-methods.ts'
import { takeBadUrlError } from './bad-url.ts'
import { endEventsWithError } from './event-body.ts'
import type { BodyHook, Done, FastifyLike } from './fastify.ts'
import { watchTimeouts } from './handler-timeout.ts'
import { checkRoutes, findResponder, RESPONDER } from './instance-responder.ts'
import { replaceBody, toNodeBody } from './replace-body.ts'
import { sendErrorRaw, type PlatformExchange } from './send-error-raw.ts'

/**
 * Installs everything except the error handlers on a Fastify instance: the handlers of its server, the responses to
 * requests while it closes, to URLs that cannot be decoded and to handlers that exceed their time limit, the
 * replacement of bodies that other code sends, the end of streams that fail after their head was sent, and the record
 * of routes added from now on. What the server or an outer instance has already is not installed a second time.
 *
 * @returns A function that returns the methods that have a route at a request target.
 */
export function installFastifyHooks<Raw>(
  app: FastifyLike<Raw>,
  responder: Responder<Raw>,
  createRouter: CreateRouter,
): (url: string) => string[] {
  const hasOuter = RESPONDER in app
  Object.defineProperty(app, RESPONDER, { value: responder })
  attachOnce(app.server, responder)
  if (!hasOuter) {
    failBeforeHandlers(app)
    checkRoutes(app)
    watchTimeouts(app)
    watchBodies(app)
  }
  return recordRoutes(app, createRouter)
}

/**
 * Fails requests whose URL could not be routed, and with 503 those that arrive on open connections while the instance
 * closes. One hook for both, after the hooks `onRequest`, which set headers: each kind of hook makes every request slower.
 */
function failBeforeHandlers(app: Pick<FastifyLike<unknown>, 'addHook'>): void {
  let isClosing = false
  app.addHook('preClose', function startRefusing(done: Done) {
    isClosing = true
    done()
  })
  app.addHook('preValidation', function failBeforeHandler({ raw }, reply, done) {
    const error = takeBadUrlError(raw)
    if (isClosing) reply.header('connection', 'close')
    done(error ?? (isClosing ? createErrorForStatus(503, { captureStack: false }) : undefined))
  })
}

/** Name of the hook that does not change error responses of Faultline. Fastify binds hooks, which keeps their name. */
const BODY_HOOK_NAME = 'faultline.onSend'

/** Returns whether an `onSend` hook of a route is the one of this package, of any installed copy. */
export function isBodyHook(hook: unknown): boolean {
  return typeof hook === 'function' && hook.name === `bound ${BODY_HOOK_NAME}`
}

/** Fastify's error handlers receive the error of a stream only if it fails before the head was sent. */
function watchBodies<Raw>(app: Pick<FastifyLike<Raw>, 'addHook'>): void {
  // A body that must be read first comes as a promise. It catches what Fastify throws when the promise is resolved.
  const hook: BodyHook<Raw> = function watchBody(request, reply, payload, done) {
    // Most responses are successful, and their bodies are complete.
    if (
      reply.statusCode < 400 &&
      (typeof payload === 'string' || payload === undefined || payload === null)
    ) {
      done(null, payload)
      return undefined
    }
    const responder = findResponder<Raw>(request)
    if (responder === undefined) {
      done(null, payload)
      return undefined
    }
    let body = toNodeBody(reply, payload)
    if (isStream(body)) {
      const splitter = createSplitter(String(reply.getHeader('content-type')))
      const exchange = { message: request.raw, response: reply.raw, raw: request, reply }
      if (splitter !== undefined) body = endEventsWithError(responder, body, splitter, exchange)
      else body.once('error', (error) => handleStreamError(responder, error, exchange))
    }
    const sent = reply.statusCode < 400 ? body : replaceBody(responder, request, reply, body)
    if (sent instanceof Promise) return sent
    done(null, sent)
    return undefined
  }
  app.addHook('onSend', Object.defineProperty(hook, 'name', { value: BODY_HOOK_NAME }))
}

function isStream(payload: unknown): payload is NodeJS.ReadableStream {
  return payload instanceof Object && 'pipe' in payload && typeof payload.pipe === 'function'
}

function handleStreamError<Raw>(
  responder: Responder<Raw>,
  error: Error,
  exchange: PlatformExchange<Raw>,
): void {
  if (exchange.response.headersSent) sendErrorRaw(responder, error, exchange)
}
