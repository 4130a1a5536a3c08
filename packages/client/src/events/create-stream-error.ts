import {
  createError,
  errorClasses,
  isErrorCode,
  isObject,
  readProperty,
  StreamError,
  type ApiError,
  type Envelope,
} from '@faultline/core'
import { openai } from '@faultline/core/envelopes'
import { parseBody } from '../parse/parse-body.ts'
import { setField } from '../parse/parse-error.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import { readProviderError } from '../providers/read-provider-error.ts'
import { hasRetryStatuses } from '../retry/retry-policy.ts'
import type { StreamFailure } from './stream-failure.ts'

/**
 * Matches providers' names for errors that the request or the account causes. A test of `@faultline/upstream` compares
 * them with its table.
 */
const REQUEST_FAULT =
  /invalid|context|token_limit|tokens_exceeded|too_(?:long|large|small)|_(?:above|below)_m|polic|content|safety|refusal|recitation|moderation|api_key|access|permission|forbidden|unsupported|on_hold|suspended|disabled|denied|auth|unrecognized|quota|credit|spend|usage_limit|key_limit|billing|budget_exceeded|payment|not_found|unknown_model|no_such|image|missing|parameter|conflict|^aborted$|already|precondition|validation|bad_request|out_of_range|unprocessable|template|tool_error|unimplemented|not_implemented/

/**
 * Creates the error of a failure within a stream. A failure of the server is retryable, also if its code is not known,
 * unless the body has a code of the taxonomy or the envelope's document specifies what is retried.
 *
 * @param envelope The envelope of the stream. Detected if undefined.
 */
export function createStreamError({ code, body }: StreamFailure, envelope?: Envelope): ApiError {
  if (code !== undefined) return createError(code, {}, { status: errorClasses[code].status })
  const providerError = readProviderError(body)
  const { names, message, requestId } = providerError
  const error = parseStreamBody(body, providerError, envelope)
  const isDecided = error.retryable || error.status < 500 || error.status === 501 || hasRetryStatuses(error)
  if (isDecided || names.some(isErrorCode)) return error
  const fault = names.find((name) => REQUEST_FAULT.test(name))
  if (fault !== undefined)
    return createError(fault, { message }, { status: 400, retryable: false, requestId })
  setField(error, 'retryable', true)
  return error
}

/** Parses the body of an event. Unlike a response, an event has no status that determines the error. */
function parseStreamBody(body: object, providerError: ProviderError, envelope?: Envelope): ApiError {
  const error = parseBody(body, {}, envelope)
  const { names, status, message } = providerError
  if (error.code !== 'upstream_error' || status !== undefined || names.includes('upstream_error'))
    return error
  const members = readProperty(body, 'error') ?? body
  const parsed =
    names.length > 0 && isObject(members)
      ? openai.parse({ body: { error: { message: '', type: null, code: null, ...members } } })
      : undefined
  return parsed ?? new StreamError({ message })
}
