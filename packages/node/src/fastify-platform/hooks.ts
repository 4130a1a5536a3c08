import { createErrorForStatus, type Responder } from '@faultline/core'
import { attach } from '../attach.ts'
import { recordRoutes, type CreateRouter } from './allowed-methods.ts'
import type { Done, FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/**
 * Installs everything except the error handlers on a Fastify instance: the handlers of its server, the response to
 * requests while it closes, streams that fail after their head was sent, and the record of routes added from now on.
 *
 * @returns A function that returns the methods that have a route at a request target.
 */
export function installFastifyHooks<Raw>(
  app: FastifyLike<Raw>,
  responder: Responder<Raw>,
  createRouter: CreateRouter,
): (url: string) => string[] {
  attach(app.server, responder)
  refuseWhileClosing(app)
  watchStreams(app, responder)
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
function watchStreams<Raw>(app: Pick<FastifyLike<Raw>, 'addHook'>, responder: Responder<Raw>): void {
  app.addHook('onSend', function watchStream(request, reply, payload, done) {
    if (isStream(payload)) {
      payload.once('error', (error) => handleStreamError(responder, error, request, reply))
    }
    done()
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
