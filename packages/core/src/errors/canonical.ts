import { getStatusName, getReasonPhrase } from '../http/status.ts'
import type { ErrorCode } from './codes.ts'

/** Code of the error class that represents each status. Other classes with the same status are more specific. */
const canonicalCodes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  402: 'payment_required',
  403: 'permission_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  409: 'conflict',
  410: 'gone',
  412: 'precondition_failed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  417: 'expectation_failed',
  422: 'validation_failed',
  429: 'rate_limit_exceeded',
  431: 'headers_too_large',
  500: 'internal_error',
  501: 'not_implemented',
  502: 'upstream_error',
  503: 'service_unavailable',
  504: 'gateway_timeout',
}

/**
 * Returns the code of the error class that represents a status. A status without a class is treated as 400 or 500,
 * the first status of its class (RFC 9110, section 15).
 */
export function getCanonicalCode(status: number): ErrorCode {
  return canonicalCodes[status] ?? (status < 500 ? 'invalid_request' : 'internal_error')
}

/** Returns a code and a message for a status that has no error class; undefined for a status that has one. */
export function describeUnmappedStatus(status: number): { code: string; message: string } | undefined {
  if (status in canonicalCodes) return undefined
  const message = getReasonPhrase(status) ?? (status < 500 ? 'The request failed' : 'Request failed')
  return { code: getStatusName(status), message }
}
