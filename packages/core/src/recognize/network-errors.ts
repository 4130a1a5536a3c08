import { readString } from './safe-read.ts'

/**
 * The stage at which an exchange with a server failed.
 *
 * - `connect`: no connection was made: refused, unreachable, or not in time.
 * - `dns`: the host name does not exist.
 * - `dns-temporary`: the host name could not be resolved at the moment.
 * - `tls`: the certificate or the TLS handshake was rejected.
 * - `network`: the network failed; the code does not show whether a connection was made.
 * - `reset`: the connection was closed before the response.
 * - `truncated`: the connection was closed within the response.
 * - `timeout`: no response, or no complete response, in time.
 * - `malformed`: the response is not valid HTTP.
 * - `unreadable`: the response is valid HTTP, its body cannot be used.
 * - `aborted`: the request was aborted by its sender.
 * - `not-sent`: the request could not be created or sent as configured.
 */
export type NetworkFailure =
  | 'connect'
  | 'dns'
  | 'dns-temporary'
  | 'tls'
  | 'network'
  | 'reset'
  | 'truncated'
  | 'timeout'
  | 'malformed'
  | 'unreadable'
  | 'aborted'
  | 'not-sent'

/** Error codes of Node.js, libuv, Bun, undici, got, node-fetch and axios, by the failure that each reports. */
const codesByFailure: readonly (readonly [NetworkFailure, string])[] = [
  [
    'connect',
    `ECONNREFUSED EHOSTUNREACH ENETUNREACH EHOSTDOWN ENETDOWN EADDRNOTAVAIL ConnectionRefused
    FailedToOpenSocket UND_ERR_CONNECT_TIMEOUT UND_ERR_PRX_CONN`,
  ],
  ['dns', 'ENOTFOUND EAI_NONAME EAI_NODATA'],
  // ETIMEOUT and ECANCELLED are codes of c-ares, the resolver of Node.js; ETIMEDOUT and ECANCELED are libuv's.
  ['dns-temporary', 'EAI_AGAIN EAI_FAIL ESERVFAIL ETIMEOUT ECANCELLED'],
  ['tls', 'UND_ERR_PRX_TLS EPROTO HOSTNAME_MISMATCH INVALID_CA'],
  ['network', 'ERR_NETWORK'],
  [
    'reset',
    `ECONNRESET EPIPE ECONNABORTED_BY_PEER UND_ERR_SOCKET ConnectionClosed ERR_HTTP2_SESSION_ERROR
    ERR_HTTP2_STREAM_ERROR ERR_HTTP2_GOAWAY_SESSION`,
  ],
  [
    'truncated',
    `ERR_STREAM_PREMATURE_CLOSE ERR_READING_RESPONSE_STREAM UND_ERR_RES_CONTENT_LENGTH_MISMATCH
    ERR_HTTP_CONTENT_LENGTH_MISMATCH`,
  ],
  // axios reports its own timeout as ECONNABORTED.
  ['timeout', 'ETIMEDOUT ECONNABORTED ESOCKETTIMEDOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT'],
  ['malformed', 'UND_ERR_HEADERS_OVERFLOW Z_DATA_ERROR Z_BUF_ERROR'],
  ['unreadable', 'ERR_BODY_PARSE_FAILURE UND_ERR_RES_EXCEEDED_MAX_SIZE ERR_FR_MAX_BODY_LENGTH_EXCEEDED'],
  ['aborted', 'UND_ERR_ABORT UND_ERR_ABORTED ERR_CANCELED ERR_ABORTED ABORT_ERR'],
]

/** The beginnings of codes that come in families. Exact codes take precedence. */
const prefixes: readonly (readonly [RegExp, NetworkFailure])[] = [
  [/^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|CRL_)/, 'tls'],
  [/^(?:HPE_|ERR_HTTP2_)/, 'malformed'],
  [
    /^(?:UND_ERR_(?:INVALID_|DESTROYED|CLOSED|REQ_CONTENT_|NOT_SUPPORTED|REDIRECT_MAX)|ERR_(?:INVALID_URL|INVALID_PROTOCOL|FR_TOO_MANY_REDIRECTS|TOO_MANY_REDIRECTS|BAD_OPTION|UNSUPPORTED_PROTOCOL|GOT_REQUEST_ERROR|NOT_SUPPORT|FORM_DATA_DEPTH))/,
    'not-sent',
  ],
]

const failuresByCode = /* @__PURE__ */ createFailuresByCode()

function createFailuresByCode(): ReadonlyMap<string, NetworkFailure> {
  return new Map(
    codesByFailure.flatMap(([failure, codes]) => codes.split(/\s+/).map((code) => [code, failure] as const)),
  )
}

/** The system error codes of sockets and host names, such as `ECONNREFUSED`. They do not occur in public messages. */
export const networkErrorCodes: readonly string[] = /* @__PURE__ */ listSystemErrorCodes()

function listSystemErrorCodes(): string[] {
  return [...failuresByCode.keys()].filter((code) => /^E(?!RR_)[A-Z_]+$/.test(code))
}

/**
 * Classifies an error code of Node.js, Bun or an HTTP client.
 *
 * @param code For example `ECONNREFUSED` or `UND_ERR_BODY_TIMEOUT`.
 * @returns undefined for any other code.
 */
export function classifyNetworkCode(code: string): NetworkFailure | undefined {
  return failuresByCode.get(code) ?? prefixes.find(([prefix]) => prefix.test(code))?.[1]
}

/**
 * Returns whether an error shows that no connection was made, so that the server has not received the request. Its
 * causes are not examined.
 */
export function isConnectFailure(error: unknown): boolean {
  const syscall = readString(error, 'syscall')
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  const failure = classifyNetworkCode(readString(error, 'code') ?? '')
  return failure === 'connect' || failure === 'dns' || failure === 'dns-temporary'
}

/** Returns whether a code is one that only undici or got sets. */
export function isHttpClientCode(code: string): boolean {
  return code.startsWith('UND_ERR_') || code === 'ERR_NON_2XX_3XX_RESPONSE'
}
