import { Readable } from 'node:stream'
import type { Responder } from '@faultline/core'
import { NodeRequest } from '../node-request.ts'
import type { FastifyReplyLike, FastifyRequestLike } from './fastify.ts'

/** The mark of a reply whose error response is in progress. */
const ANSWERING = Symbol.for('faultline.answering')

/** Marks a reply, once, before its error response is sent. Returns whether it was not marked before. */
export function markAnswering(reply: object & { [ANSWERING]?: true }): boolean {
  const isFirst = reply[ANSWERING] === undefined
  reply[ANSWERING] = true
  return isFirst
}

/**
 * Returns the body to send: the envelope instead of a foreign error body, a Node stream instead of a web stream or a
 * Response, or the payload itself.
 */
export function prepareBody<Raw>(
  responder: Responder<Raw>,
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike & { [ANSWERING]?: true },
  payload: unknown,
): unknown {
  const body = toNodeBody(reply, payload)
  if (reply.statusCode < 400) return body
  // Preconditions apply to successful responses only (RFC 9110, section 13.2.1). Plugins compare the ETag of any body.
  delete request.raw.headers['if-none-match']
  return reply[ANSWERING] === true ? body : (replaceBody(responder, request, reply, body) ?? body)
}

/** Fastify does not watch web streams, and opens a Response after all hooks. */
function toNodeBody(reply: FastifyReplyLike, payload: unknown): unknown {
  if (payload instanceof Response) {
    reply.code(payload.status)
    for (const [name, value] of payload.headers) reply.header(name, value)
    return payload.body === null ? '' : Readable.fromWeb(payload.body)
  }
  return payload instanceof ReadableStream ? Readable.fromWeb(payload) : payload
}

function replaceBody<Raw>(
  responder: Responder<Raw>,
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
  payload: unknown,
): string | undefined {
  const head = {
    status: reply.statusCode,
    contentType: toText(reply.getHeader('content-type')),
    contentEncoding: toText(reply.getHeader('content-encoding')),
  }
  const exchange = new NodeRequest<Raw>(request.raw, reply, request)
  if (!responder.mayReplace(head, exchange)) return undefined
  const body = readBody(payload, responder.maxHeldBytes)
  const replacement = responder.replaceResponse({ ...head, body }, exchange)
  if (replacement === undefined) return undefined
  if (payload instanceof Readable) payload.destroy()
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (responder.shouldDropHeader(name, value)) reply.removeHeader(name)
  reply.code(replacement.status)
  for (const [name, value] of Object.entries(replacement.headers)) reply.header(name, value)
  return replacement.body
}

/** Returns the complete body if it is short and in memory. */
function readBody(payload: unknown, maxLength: number): string | Uint8Array | undefined {
  const body = payload ?? ''
  const isComplete = typeof body === 'string' || body instanceof Uint8Array
  return isComplete && body.length <= maxLength ? body : undefined
}

function toText(value: number | string | string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
