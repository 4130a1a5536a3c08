import type { ErrorCode } from './index.ts'

/** The canonical error of each status that has one. */
const canonical: Readonly<Record<number, ErrorCode>> = {
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

/** The names of the other statuses (RFC 9110, 15, and the registry of HTTP status codes). */
const names: Readonly<Record<number, string>> = {
  407: 'Proxy authentication required',
  411: 'Length required',
  416: 'Range not satisfiable',
  418: "I'm a teapot",
  421: 'Misdirected request',
  423: 'Locked',
  424: 'Failed dependency',
  425: 'Too early',
  426: 'Upgrade required',
  428: 'Precondition required',
  451: 'Unavailable for legal reasons',
  505: 'HTTP version not supported',
  506: 'Variant also negotiates',
  507: 'Insufficient storage',
  508: 'Loop detected',
  510: 'Not extended',
  511: 'Network authentication required',
}

/** What the statuses of the taxonomy are called on the wire; documents use these names for types. */
const reasons: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  413: 'payload_too_large',
  422: 'unprocessable_entity',
  429: 'too_many_requests',
  431: 'request_header_fields_too_large',
  500: 'internal_server_error',
  502: 'bad_gateway',
}

/** Whether a value is a status that an error may be answered with: an integer from 400 to 599. */
export function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599
}

/**
 * The canonical error of a status. One that the taxonomy lacks is treated as its class's first (RFC 9110, 15): a 418
 * as a 400, a 507 as a 500.
 */
export function canonicalCode(status: number): ErrorCode {
  return canonical[status] ?? (status < 500 ? 'invalid_request' : 'internal_error')
}

/** The name and message of a status that the taxonomy lacks; undefined for one that it has. */
export function foreignStatus(status: number): { code: string; message: string } | undefined {
  if (status in canonical) return undefined
  const name = names[status]
  if (name === undefined)
    return { code: `http_${status}`, message: status < 500 ? 'The request failed' : 'Request failed' }
  return { code: snakeCase(name), message: name }
}

/** A status's name in snake case, as `Too Many Requests` is `too_many_requests`. */
export function statusName(status: number): string {
  return reasons[status] ?? foreignStatus(status)?.code ?? canonicalCode(status)
}

function snakeCase(name: string): string {
  return name.replaceAll("'", '').replaceAll(' ', '_').toLowerCase()
}
