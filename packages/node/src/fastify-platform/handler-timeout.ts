import { markAnsweredOnSocket, readProperty } from '@faultline/core'
import { getOpenStream } from '../open-streams.ts'
import type { Done, FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { findResponder } from './instance-responder.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/** The code of the error with which Fastify aborts the signal of a request. */
const TIMEOUT_CODE = 'FST_ERR_HANDLER_TIMEOUT'

/**
 * Answers handlers that exceed their time limit after the response has started. Fastify aborts such a response without
 * a call of the error handler, and later takes the return value of the handler for the error.
 */
export function watchTimeouts<Raw>(app: Pick<FastifyLike<Raw>, 'addHook' | 'initialConfig'>): void {
  app.addHook('onRoute', function watchRoute(route) {
    const timeoutMs = route.handlerTimeout ?? app.initialConfig.handlerTimeout ?? 0
    if (timeoutMs > 0) route.onRequest = [watchTimeout, route.onRequest ?? []].flat()
  })
}

function watchTimeout(request: FastifyRequestLike, reply: FastifyReplyLike, done: Done): void {
  request.signal?.addEventListener('abort', () => answerTimeout(request, reply))
  done()
}

function answerTimeout(request: FastifyRequestLike, reply: FastifyReplyLike): void {
  const reason: unknown = request.signal?.reason
  const responder = findResponder(request)
  const { raw: response } = reply
  if (responder === undefined || !response.headersSent || readProperty(reason, 'code') !== TIMEOUT_CODE)
    return
  // The handler continues, and may write to the response that has ended.
  response.on('error', ignore)
  sendErrorRaw(responder, reason, { message: request.raw, response, raw: request, reply })
  markAnsweredOnSocket(response)
  getOpenStream(response)?.stop()
}

function ignore(): void {}
