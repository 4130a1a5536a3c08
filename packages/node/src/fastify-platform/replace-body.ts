import { Readable } from 'node:stream'
import type { Responder } from '@faultline/core'
import { NodeRequest } from '../node-request.ts'
import { readErrorResponse, setErrorResponse } from './error-response.ts'
import type { FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { readShortBody } from './read-short-body.ts'

/**
 * Converts a web stream or a Response to a Node stream. Fastify does not watch the errors of web streams, and opens a
 * Response after all hooks.
 */
export function toNodeBody(reply: FastifyReplyLike, payload: unknown): unknown {
  if (payload instanceof Response) {
    reply.code(payload.status)
    for (const [name, value] of payload.headers) reply.header(name, value)
    return payload.body === null ? '' : Readable.fromWeb(payload.body)
  }
  return payload instanceof ReadableStream ? Readable.fromWeb(payload) : payload
}

/**
 * Returns the body to send instead of the body of an error response: the envelope if other code has written the body
 * and the option `replaceBodies` covers it, otherwise an equal body.
 */
export function replaceBody<Raw>(
  responder: Responder<Raw>,
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
  body: unknown,
): unknown {
  // Preconditions apply to successful responses only (RFC 9110, section 13.2.1). Plugins compare the ETag of any body.
  delete request.raw.headers['if-none-match']
  if (readErrorResponse(reply) !== undefined) return body
  const head = {
    status: reply.statusCode,
    contentType: toText(reply.getHeader('content-type')),
    contentEncoding: toText(reply.getHeader('content-encoding')),
  }
  const exchange = new NodeRequest<Raw>(request.raw, reply, request)
  if (!responder.mayReplace(head, exchange)) return body
  const foreign = { responder, reply, head, exchange }
  return isUnread(body)
    ? replaceStream(foreign, body)
    : (replace(foreign, toShortBody(body, responder.getMaxHeldBytes(exchange))) ?? body)
}

/** An error response that other code has written. */
interface ForeignReply<Raw> {
  readonly responder: Responder<Raw>
  readonly reply: FastifyReplyLike
  readonly head: Parameters<Responder<Raw>['mayReplace']>[0]
  readonly exchange: NodeRequest<Raw>
}

async function replaceStream<Raw>(foreign: ForeignReply<Raw>, source: Readable): Promise<unknown> {
  const { responder, reply, exchange } = foreign
  const body = await readShortBody(source, responder.getMaxHeldBytes(exchange), reply.raw)
  if (readErrorResponse(reply) !== undefined) {
    // The time limit of the handler has passed, and its error was sent. Fastify must not continue with this body.
    source.destroy()
    return new Promise(() => {})
  }
  const replacement = replace(foreign, body)
  // A stream again, so that Fastify sends the same headers.
  if (replacement === undefined) return body === undefined ? source : Readable.from([body])
  source.destroy()
  return replacement
}

function replace<Raw>(
  { responder, reply, head, exchange }: ForeignReply<Raw>,
  body: string | Uint8Array | undefined,
): string | undefined {
  const replacement = responder.replaceResponse({ ...head, body }, exchange)
  if (replacement !== undefined) setErrorResponse(responder, reply, replacement)
  return replacement?.body
}

/** Returns the complete body if it is short and in memory. */
function toShortBody(payload: unknown, maxBytes: number): string | Uint8Array | undefined {
  const body = payload ?? ''
  const isComplete = typeof body === 'string' || body instanceof Uint8Array
  return isComplete && body.length <= maxBytes ? body : undefined
}

/** Returns whether a body is a stream that can be read here. No other code reads it, and it has not ended. */
function isUnread(body: unknown): body is Readable {
  return body instanceof Readable && body.readable && body.readableFlowing !== true
}

function toText(value: number | string | string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
