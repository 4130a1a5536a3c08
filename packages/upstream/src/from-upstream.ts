import { findStreamFailure } from '@faultline/client'
import { isApiError, isObject, type ApiError } from '@faultline/core'
import { createUpstreamError, createUnknownError } from './create-upstream-error.ts'
import { fromStreamFailure, type UpstreamFailure } from './failure.ts'
import { identifyFailure } from './libraries/index.ts'
import { findNetworkFailure } from './network-failure.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { MAX_BODY_LENGTH, parseBody } from './parse-body.ts'

/**
 * Converts a failure of an upstream to an ApiError: an error of a provider's SDK or an HTTP client, an error body, an
 * event that reports a failure or its data. Returns an ApiError unchanged. Never throws; the thrown value is the `cause`.
 *
 *     catch (thrown) {
 *       throw fromUpstream(thrown, { origin: 'openai', signal: request.signal })
 *     }
 *
 * Of the upstream's response only these parts are sent: the kind of error, Retry-After, the request id and, if the
 * caller's request caused the error, the message without secrets.
 */
export function fromUpstream(thrown: unknown, options: UpstreamOptions = {}): ApiError<UpstreamDetails> {
  try {
    if (isApiError(thrown)) return thrown as ApiError<UpstreamDetails>
    return createUpstreamError(identifyFailure(thrown) ?? guessFailure(thrown), thrown, options)
  } catch (failure) {
    // A trap of a Proxy or a method of the thrown value failed, or a reader has a bug. The cause shows which.
    const cause = new AggregateError([thrown, failure], 'The thrown value could not be read')
    return createUnknownError(cause, options)
  }
}

/** The name or the data of an event in a string. */
const EVENT_FIELD = /^(?:(?:data|error): ?[{[]|event: ?[\w.]+$)/m

/**
 * Treats a value without a known signature as an event stream or an error body if it is one, otherwise as an error of the
 * connection.
 */
function guessFailure(thrown: unknown): UpstreamFailure {
  if (typeof thrown === 'string' && EVENT_FIELD.test(thrown)) {
    const failure = findStreamFailure(thrown.slice(0, MAX_BODY_LENGTH))
    if (failure !== undefined) return fromStreamFailure(failure)
  }
  if (typeof thrown === 'string' || isObject(thrown)) {
    const body = parseBody(thrown)
    if (body !== undefined && !(body instanceof Error)) return { body }
  }
  return { networkFailure: findNetworkFailure(thrown) }
}
