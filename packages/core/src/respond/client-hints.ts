import type { ClientHints, RetryPolicy } from '../envelopes/envelope.ts'
import type { ApiError } from '../errors/api-error.ts'
import { parseRetryAfter, retryAfterSeconds } from '../http/retry-after.ts'
import type { ResponderOptions } from './options.ts'

/** Statuses below 500 that SDKs retry. */
const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 409, 429])

/** Input of `addClientHints`. */
export interface ClientHintsInput {
  readonly error: ApiError
  readonly status: number
  readonly requestId: string
  /** The hints of the envelope. `shouldRetryHeader` and `maxRetryAfter` are the defaults of the options. */
  readonly clientHints: ClientHints
  /** The retry policy of the envelope. Its statuses determine `x-should-retry`. */
  readonly retryPolicy: RetryPolicy
  /** Only options that do not depend on the type of the request are read. */
  readonly options: ResponderOptions<never>
}

/**
 * Adds the headers that SDKs act on to the headers of a response: `x-should-retry`, `retry-after-ms` and the request id
 * header of the envelope. Limits the Retry-After of retryable errors.
 *
 * @param headers Names in lower case. They are modified.
 * @param promisedRetryAfter The Retry-After that the failed handler or the headers of the error have set.
 */
export function addClientHints(
  headers: Record<string, string>,
  promisedRetryAfter: string | undefined,
  { error, status, requestId, clientHints, retryPolicy, options }: ClientHintsInput,
): void {
  const { shouldRetryHeader = clientHints.shouldRetryHeader, retryAfterMsHeader } = options
  const retryable = retryPolicy.statuses?.includes(status) ?? error.retryable
  const isRetriedByStatus = status >= 500 || RETRIED_STATUSES.has(status)
  if (shouldRetryHeader === true && !retryable && isRetriedByStatus) headers['x-should-retry'] ??= 'false'

  const maxRetryAfter = options.maxRetryAfter ?? clientHints.maxRetryAfter
  if (maxRetryAfter !== undefined || retryAfterMsHeader === true) {
    const seconds = retryAfterSeconds(parseRetryAfter(headers['retry-after'] ?? promisedRetryAfter))
    if (seconds !== undefined) {
      const max = Math.floor(maxRetryAfter ?? Infinity)
      // Not limited on errors that are not retryable: a lower value would invite an early retry.
      const limited = retryable || error.retryable ? Math.min(seconds, max) : seconds
      if (limited < seconds) headers['retry-after'] = String(limited)
      if (retryAfterMsHeader === true) headers['retry-after-ms'] ??= String(1000 * limited)
    }
  }

  if (clientHints.requestIdHeader !== undefined)
    headers[clientHints.requestIdHeader.toLowerCase()] = requestId
}
