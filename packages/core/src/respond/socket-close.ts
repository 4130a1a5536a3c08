import { errorCodes, type ApiError } from '../errors/api-error.ts'
import { byteLength } from '../http/byte-length.ts'
import { clampText } from '../http/clamp-text.ts'

/** Parameters of `close` of a WebSocket. */
export interface SocketClose {
  readonly code: number
  /** The code of the error and its public message, in at most 123 bytes of UTF-8. */
  readonly reason: string
}

/** Maximum length of a close reason: a control frame has 125 bytes, and the code has two (RFC 6455, section 5.5). */
const MAX_CLOSE_REASON_BYTES = 123

const ELLIPSIS = '…'
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013

/**
 * Close codes by status. All are registered, because proxies and client libraries know no meaning of a private code. 1014
 * (bad gateway) is left out: gorilla/websocket fails the connection when it receives that code.
 */
const closeCodes: Readonly<Record<number, number>> = {
  // Unauthorized, Forbidden and Timeout in IANA's registry, with the meaning of 401, 403 and 408.
  401: 3000,
  403: 3003,
  408: 3008,
  // Message too big.
  413: 1009,
  // Unsupported data.
  415: 1003,
  503: TRY_AGAIN_LATER,
  529: TRY_AGAIN_LATER,
}

/**
 * Returns the close code and the reason that report an error when a WebSocket is closed (RFC 6455, section 7.4, and IANA's
 * registry of close codes).
 */
export function getSocketClose(error: ApiError): SocketClose {
  return { code: getCloseCode(error), reason: truncateBytes(`${error.code}: ${error.publicMessage}`) }
}

function getCloseCode(error: ApiError): number {
  const { status, retryable } = error
  // Invalid payload data.
  if (errorCodes(error)?.includes('malformed_body') === true) return 1007
  if (status === 429 && retryable) return TRY_AGAIN_LATER
  // Internal error.
  return closeCodes[status] ?? (status < 500 ? POLICY_VIOLATION : 1011)
}

/** Truncates a string to the maximum length of a reason, between two characters. */
function truncateBytes(text: string): string {
  // Each UTF-16 code unit has at least one byte.
  const candidate = clampText(text, MAX_CLOSE_REASON_BYTES)
  if (byteLength(candidate) <= MAX_CLOSE_REASON_BYTES) return candidate
  let truncated = ''
  let bytes = byteLength(ELLIPSIS)
  for (const character of candidate) {
    bytes += byteLength(character)
    if (bytes > MAX_CLOSE_REASON_BYTES) break
    truncated += character
  }
  return truncated + ELLIPSIS
}
