import { createErrorForStatus, type Responder } from '@faultline/core'
import { attachOnce } from '../attach.ts'
import { recordRoutes, type CreateRouter } from './allowed-methods.ts'
import type { Done, FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { prepareBody } from './replace-body.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/** The responder of an instance. The instances in it inherit the property, unless they have their own responder. */
const RESPONDER = Symbol.for('faultline.responder')

/**
 * Installs everything except the error handlers on a Fastify instance: the handlers of its server, the response to
 * requests while it closes, bodies that other code sends, streams that fail after their head was sent, and the record of
 * routes added from now on. What the server or an outer instance has already is not installed a second time.
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
    refuseWhileClosing(app)
    watchBodies(app)
  }
  return recordRoutes(app, createRouter)
}

/** Answers 503 to requests that arrive on open connections while the instance closes. */
function refuseWhileClosing(app: Pick<FastifyLike<unknown>, 'addHook'>): void {
  let isClosing = false
  app.addHook('preClose', function startRefusing(done: Done) {
    isClosing = true
    done()
  })
  app.addHook('onRequest', function refuse(_request: unknown, reply: FastifyReplyLike, done: Done) {
    if (isClosing) reply.header('connection', 'close')
    done(isClosing ? createErrorForStatus(503, { captureStack: false }) : undefined)
  })
}

/** Fastify's error handlers receive the error of a stream only if it fails before the head was sent. */
function watchBodies<Raw>(app: Pick<FastifyLike<Raw>, 'addHook'>): void {
  app.addHook('onSend', function watchBody(request, reply, payload, done) {
    const responder: Responder<Raw> | undefined = Reflect.get(request.server, RESPONDER)
    if (responder === undefined) done(null, payload)
    else {
      const body = prepareBody(responder, request, reply, payload)
      if (isStream(body)) body.once('error', (error) => handleStreamError(responder, error, request, reply))
      done(null, body)
    }
  })
}

function isStream(payload: unknown): payload is NodeJS.ReadableStream {
  return payload instanceof Object && 'pipe' in payload && typeof payload.pipe === 'function'
}

function handleStreamError<Raw>(
  responder: Responder<Raw>,
  error: Error,
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
): void {
  const exchange = { message: request.raw, response: reply.raw, raw: request, reply }
  if (reply.raw.headersSent) sendErrorRaw(responder, error, exchange)
}
