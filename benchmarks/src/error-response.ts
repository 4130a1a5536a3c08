import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { RETRY_AFTER, type Kind } from './workload.ts'

/** An error response whose body the framework serializes. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: {
    readonly success: false
    readonly error: { readonly code: string; readonly message: string; readonly details?: object }
    readonly meta: { readonly request_id: string; readonly timestamp: string }
  }
}

/** Converts a thrown value to a response. A team shares such a function between its error handlers. */
export type ToErrorResponse = (thrown: unknown) => ErrorResponse

/** Content type of the frameworks that do not set it. */
export const JSON_TYPE = 'application/json; charset=utf-8'

/** Returns an id that is as long as the ids of Faultline. */
function createRequestId(): string {
  return `req_${randomUUID().slice(12)}`
}

export function createErrorResponse(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
  details?: object,
): ErrorResponse {
  const requestId = createRequestId()
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body: {
      success: false,
      error: details === undefined ? { code, message } : { code, message, details },
      meta: { request_id: requestId, timestamp },
    },
  }
}

function createRateLimitResponse(retryAfter: number): ErrorResponse {
  return createErrorResponse(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded', {
    'retry-after': String(retryAfter),
  })
}

/** A response that was serialized once. */
interface SerializedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, number | string>>
  readonly body: string
}

/** Returns the response of a typed 429 with a request id and a time that never change. */
export function createConstantResponse(): SerializedResponse {
  const { status, headers, body } = createRateLimitResponse(RETRY_AFTER)
  const json = JSON.stringify(body)
  const length = Buffer.byteLength(json)
  return { status, headers: { ...headers, 'content-type': JSON_TYPE, 'content-length': length }, body: json }
}

/** Sends a serialized response as fast as `node:http` can. */
export function sendSerialized(
  response: ServerResponse,
  { status, headers, body }: SerializedResponse,
): void {
  response.writeHead(status, headers).end(body)
}

export function createInternalErrorResponse(): ErrorResponse {
  return createErrorResponse(500, 'INTERNAL_ERROR', 'Internal server error')
}

export function createNotFoundResponse(): ErrorResponse {
  return createErrorResponse(404, 'ENDPOINT_NOT_FOUND', 'Endpoint not found')
}

/** Returns the response of a kind without an exception. */
export function createBareResponse(kind: Kind): ErrorResponse {
  return kind === 'typed-429' ? createRateLimitResponse(RETRY_AFTER) : createInternalErrorResponse()
}
