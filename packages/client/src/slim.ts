// The client for servers whose envelope is known. A bundle then has that envelope only.
import {
  createErrorForStatus,
  getHeader,
  isErrorStatus,
  isJsonObject,
  parseRetryAfter,
  UpstreamError,
  type ApiError,
  type Envelope,
} from '@faultline/core'
import {
  parseResponse,
  type ParseErrorOptions,
  type ResponseHead,
  type ResponseLike,
} from './parse/parse-error.ts'
import { setRetryPolicy } from './retry/retry-policy.ts'

export { retry } from './retry/retry.ts'
export type { AttemptContext, RetryInfo, RetryOptions } from './retry/retry.ts'
export { isRetryable } from './retry/retryable.ts'
export { retryDelay } from './retry/retry-delay.ts'
export type { BackoffOptions } from './retry/retry-delay.ts'
export type { ResponseLike } from './parse/parse-error.ts'

export interface SlimParseErrorOptions extends Omit<ParseErrorOptions, 'envelope'> {
  /** The envelope that the server sends. */
  envelope: Envelope
}

/**
 * Parses an error response like `parseError` of `@faultline/client`, without detecting the envelope. A body that the
 * envelope cannot parse gives the canonical error of the status.
 */
export async function parseError(
  response: ResponseLike,
  { envelope, ...options }: SlimParseErrorOptions,
): Promise<ApiError> {
  return parseResponse(response, options, (body, head) => parseBody(envelope, body, head))
}

function parseBody(envelope: Envelope, body: unknown, head: ResponseHead): ApiError {
  const error = envelope.parse({
    ...head,
    body: typeof body === 'string' || isJsonObject(body) ? body : {},
  })
  if (error === undefined) return createStatusError(head)
  setRetryPolicy(error, envelope)
  return error
}

function createStatusError({ status, headers }: ResponseHead): ApiError {
  const retryAfter = parseRetryAfter(getHeader(headers, 'retry-after'))
  return isErrorStatus(status)
    ? createErrorForStatus(status, { retryAfter })
    : new UpstreamError({ retryAfter })
}
