import type { ApiError, Envelope, RetryPolicy } from '@faultline/core'

/** The retry policies of the envelopes that errors were parsed by. */
const policies = new WeakMap<ApiError, RetryPolicy>()

/** Records the retry policy of the envelope that an error was parsed by. */
export function setRetryPolicy(error: ApiError, { retryPolicy }: Envelope): void {
  if (retryPolicy !== undefined) policies.set(error, retryPolicy)
}

/** Returns whether the document of an error's envelope lists the statuses that are retried. */
export function hasRetryStatuses(error: ApiError): boolean {
  return policies.get(error)?.statuses !== undefined
}

/**
 * Returns the maximum number of attempts for an error, including the first, according to the document of its envelope;
 * undefined if the document does not limit them.
 */
export function documentedAttempts(error: ApiError): number | undefined {
  const policy = policies.get(error)
  return policy?.maxAttemptsByStatus?.[error.status] ?? policy?.maxAttempts
}

/**
 * Returns the minimum delay after an attempt, according to the document of the error's envelope.
 *
 * @param attempt Number of the attempt that failed; the first is 1.
 * @returns Milliseconds; undefined if the document does not specify delays.
 */
export function documentedDelay(error: ApiError, attempt: number): number | undefined {
  const delays = policies.get(error)?.delays
  const seconds = delays?.[Math.min(attempt, delays.length) - 1]
  return seconds === undefined ? undefined : seconds * 1000
}
