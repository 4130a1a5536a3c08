import { errorClasses, type ErrorCode } from '@faultline/core'
import type { Said } from './body.ts'
import { coarseNames, fineNames } from './provider-codes.ts'
import { codeOfMessage, isAboutModel } from './message-patterns.ts'
import type { Transport } from './transport.ts'

/** What a failure comes to: a code, and whether another try may help where its kind does not tell. */
export interface Verdict {
  readonly code: ErrorCode
  readonly retryable?: boolean
}

const byTransport: Readonly<Record<Exclude<Transport, 'aborted'>, Verdict>> = {
  unreachable: { code: 'model_unavailable' },
  lookup: { code: 'model_unavailable' },
  // A wrong name and a wrong certificate stay wrong.
  'unknown-host': { code: 'upstream_error', retryable: false },
  tls: { code: 'upstream_error', retryable: false },
  reset: { code: 'upstream_error' },
  garbled: { code: 'upstream_error' },
  cut: { code: 'stream_terminated' },
  timeout: { code: 'model_timeout' },
  unreadable: { code: 'failed_request' },
  unsendable: { code: 'failed_request' },
}

/** The verdict on an exchange that did not come to its end. */
export function verdictOfTransport(transport: Exclude<Transport, 'aborted'>, began: boolean): Verdict {
  return byTransport[transport === 'reset' && began ? 'cut' : transport]
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  402: 'payment_required',
  403: 'permission_denied',
  // The upstream says that this service was slow, or that itself was: the caller was not.
  408: 'model_timeout',
  409: 'conflict',
  410: 'gone',
  412: 'precondition_failed',
  413: 'payload_too_large',
  422: 'validation_failed',
  424: 'model_server_error',
  425: 'upstream_error',
  429: 'rate_limit_exceeded',
  451: 'permission_denied',
  499: 'upstream_error',
  501: 'not_implemented',
  503: 'model_overloaded',
  504: 'model_timeout',
  // Cloudflare's own: no connection, no answer in time, no trust.
  521: 'model_unavailable',
  522: 'model_unavailable',
  523: 'model_unavailable',
  524: 'model_timeout',
  525: 'model_unavailable',
  526: 'model_unavailable',
  529: 'model_overloaded',
}

/** What an upstream that speaks this taxonomy means for a service that asked it. */
const ofOurs: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  malformed_body: 'failed_request',
  endpoint_not_found: 'failed_request',
  method_not_allowed: 'failed_request',
  not_acceptable: 'failed_request',
  unsupported_media_type: 'failed_request',
  expectation_failed: 'failed_request',
  headers_too_large: 'failed_request',
  uri_too_long: 'failed_request',
  request_timeout: 'model_timeout',
  internal_error: 'model_server_error',
  processing_error: 'model_server_error',
  failed_request: 'model_server_error',
  unknown_workspace: 'model_server_error',
  service_unavailable: 'model_unavailable',
  overloaded: 'model_overloaded',
}

/** What is so whatever else is said: the status is the surest mark of these. */
const decidedByStatus = new Set([401, 402, 408, 413])

/**
 * The verdict on an upstream's answer: its finest name first, then its message, its coarse name, its status.
 *
 * @param stage `began`: whether it came in the middle of a stream. `ours`: the code of an upstream that speaks
 * this taxonomy, asked for only where nothing finer is known.
 */
export function verdictOfAnswer(
  status: number | undefined,
  said: Said | undefined,
  stage: { began: boolean; ours: () => string | undefined },
): Verdict {
  const { began, ours } = stage
  const code = judge(status, said, ours)
  if (code === 'not_implemented') return { code: 'upstream_error', retryable: false }
  // What the model's server is to have done in the middle of a stream, the stream has not.
  if (began && (code === 'model_server_error' || code === undefined)) return { code: 'stream_error' }
  return { code: code ?? 'upstream_error' }
}

function judge(
  status: number | undefined,
  said: Said | undefined,
  ours: () => string | undefined,
): ErrorCode | undefined {
  const names = said?.names ?? []
  const message = said?.message ?? ''
  const find = (table: ReadonlyMap<string, ErrorCode>): ErrorCode | undefined => {
    for (const name of names) if (table.has(name)) return table.get(name)
    return undefined
  }
  const fine = find(fineNames)
  if (fine === 'rate_limit_exceeded' && status === 402) return fine
  if (status !== undefined && decidedByStatus.has(status)) {
    const group = fine === undefined ? undefined : errorClasses[fine].status
    return group === status ? fine : byStatus[status]
  }
  const own = refine(fine, status, said)
  if (own !== undefined) return own
  const told = codeOfMessage(message, status)
  if (told !== undefined) return told
  if (status === 498) return 'unauthenticated'
  const known = names.find((name) => Object.hasOwn(errorClasses, name)) ?? ours()
  if (known !== undefined && !coarseNames.has(known) && Object.hasOwn(errorClasses, known)) {
    return ofOurs[known as ErrorCode] ?? (known as ErrorCode)
  }
  if (status !== undefined) return ofStatus(status, said)
  const coarse = find(coarseNames)
  return coarse === 'not_found' ? notFound(said) : coarse
}

/** A fine name, unless the status or what else is said belies it. */
function refine(
  code: ErrorCode | undefined,
  status: number | undefined,
  said: Said | undefined,
): ErrorCode | undefined {
  if (status === 403 && code !== 'prompt_violation' && code !== 'unsafe_content') return 'permission_denied'
  if (code === 'missing_required_field' || code === 'invalid_field_value') {
    // Without the field there is nothing to say that an invalid request does not.
    return said?.field === undefined || codeOfMessage(said.message ?? '', status) !== undefined
      ? undefined
      : code
  }
  return code
}

function ofStatus(status: number, said: Said | undefined): ErrorCode | undefined {
  if (status === 404) return notFound(said)
  if (status === 422) return said?.issues === undefined ? 'invalid_request' : 'validation_failed'
  const code = byStatus[status]
  if (code !== undefined) return code
  if (status >= 500) return 'model_server_error'
  // A 405 or a 415 is of the request as this service built it.
  return 'failed_request'
}

/** A model, a thing that the caller named, or a path that this service has wrong. */
function notFound(said: Said | undefined): ErrorCode {
  const message = said?.message
  if (
    message === undefined ||
    /invalid url|unknown (?:request )?url|no route|\bcannot (?:get|post)\b|^not found$/i.test(message)
  )
    return 'failed_request'
  return isAboutModel(message) ? 'model_not_found' : 'resource_not_found'
}
