import { firstOf, isObject, read, readText } from './read.ts'

/**
 * How the way to an upstream failed: nobody there, no such name, a name that can't be looked up now, no
 * trust, a connection that broke before the answer or within it, no answer in time, an answer that is no HTTP
 * or can't be read, an abort, or a request that could not be made.
 */
export type Transport =
  | 'unreachable'
  | 'unknown-host'
  | 'lookup'
  | 'tls'
  | 'reset'
  | 'cut'
  | 'timeout'
  | 'garbled'
  | 'unreadable'
  | 'aborted'
  | 'unsendable'

/** How far a chain of causes is followed. */
const DEEPEST = 8

/** Codes of Node.js, undici, got, ky and axios. */
const byCode: readonly (readonly [RegExp, Transport])[] = [
  [
    /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ConnectionRefused|FailedToOpenSocket)$/,
    'unreachable',
  ],
  [/^UND_ERR_(?:CONNECT_TIMEOUT|PRX_CONN)$|^ERR_NETWORK$/, 'unreachable'],
  [/^(?:ENOTFOUND|EAI_NONAME|EAI_NODATA)$/, 'unknown-host'],
  [/^(?:EAI_AGAIN|EAI_FAIL|ESERVFAIL|ETIMEOUT|ECANCELLED)$/, 'lookup'],
  [
    /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|CRL_|UND_ERR_PRX_TLS$|EPROTO$|HOSTNAME_MISMATCH$|INVALID_CA$)/,
    'tls',
  ],
  [
    /^(?:ECONNRESET|EPIPE|ECONNABORTED_BY_PEER|UND_ERR_SOCKET|ConnectionClosed|ERR_HTTP2_(?:SESSION|STREAM)_ERROR|ERR_HTTP2_GOAWAY_SESSION)$/,
    'reset',
  ],
  [
    /^(?:ERR_STREAM_PREMATURE_CLOSE|ERR_READING_RESPONSE_STREAM|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ERR_HTTP_CONTENT_LENGTH_MISMATCH)$/,
    'cut',
  ],
  [/^(?:ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/, 'timeout'],
  [/^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|ERR_HTTP2_|Z_(?:DATA|BUF)_ERROR$)/, 'garbled'],
  [
    /^(?:ERR_BODY_PARSE_FAILURE|UND_ERR_RES_EXCEEDED_MAX_SIZE|ERR_FR_MAX_BODY_LENGTH_EXCEEDED)$/,
    'unreadable',
  ],
  [/^(?:UND_ERR_ABORT(?:ED)?|ERR_CANCELED|ERR_ABORTED|ABORT_ERR)$/, 'aborted'],
  [
    /^(?:UND_ERR_(?:INVALID_|DESTROYED|CLOSED|REQ_CONTENT_|NOT_SUPPORTED|REDIRECT_MAX)|ERR_(?:INVALID_URL|INVALID_PROTOCOL|FR_TOO_MANY_REDIRECTS|TOO_MANY_REDIRECTS|BAD_OPTION|UNSUPPORTED_PROTOCOL|GOT_REQUEST_ERROR|NOT_SUPPORT|FORM_DATA_DEPTH))/,
    'unsendable',
  ],
]

/** What libraries say that set no code. A browser's fetch has words of its own. */
const byMessage: readonly (readonly [RegExp, Transport])[] = [
  [
    /^terminated$|\bPremature close\b|^(?:stream has been )?aborted$|^The server aborted pending request$/i,
    'cut',
  ],
  [
    /^(?:request|stream) ended without |^Incomplete JSON segment at the end$|^Response stream ended without |^Unterminated (?:stream|event)/i,
    'cut',
  ],
  [/^(?:Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.)$/, 'unreachable'],
  [/\bsocket hang up\b|\bother side closed\b|\bhttp2 request did not get a response\b/, 'reset'],
  // Fetch blocks some ports: nobody is there for it.
  [/^bad port$/, 'unreachable'],
  [/^Request timed out\.$|^Timeout exceeded when calling /, 'timeout'],
  [/^Request was aborted\.$|^This operation was aborted$|^The user aborted a request/, 'aborted'],
  [/\bmalformed server-sent event\b|^Invalid JSON response$/, 'unreadable'],
]

const byName: Readonly<Record<string, Transport>> = {
  AbortError: 'aborted',
  CanceledError: 'aborted',
  TimeoutError: 'timeout',
  APIConnectionTimeoutError: 'timeout',
  APIUserAbortError: 'aborted',
  SyntaxError: 'unreadable',
  ZodError: 'unreadable',
}

/** From what decides to what only tells where. */
const order: readonly Transport[] = [
  'aborted',
  'timeout',
  'cut',
  'tls',
  'unknown-host',
  'lookup',
  'unreachable',
  'garbled',
  'reset',
  'unsendable',
  'unreadable',
]

/**
 * How an exchange failed, as an error, its causes and the errors that it is made of tell it; undefined if
 * none does.
 */
export function transportOf(thrown: unknown): Transport | undefined {
  const found = new Set<Transport>()
  for (const error of chainOf(thrown)) {
    const kind = ownTransport(error)
    if (kind !== undefined) found.add(kind)
  }
  // A name that nobody answers at is looked up first: the failure to connect is what counts.
  return order.find((kind) => found.has(kind))
}

/** How an exchange failed, as one error tells it. */
function ownTransport(error: object): Transport | undefined {
  const code = readText(error, 'code') ?? readText(error, 'errno') ?? ''
  const name = readText(error, 'name') ?? ''
  for (const [form, kind] of byCode) if (form.test(code)) return kind
  if (Object.hasOwn(byName, name)) return byName[name]
  const message = readText(error, 'message') ?? ''
  if (message.length > 512) return undefined
  for (const [form, kind] of byMessage) if (form.test(message)) return kind
  return undefined
}

/** An error, its causes and the errors that it is made of: each once, 32 at most. */
export function chainOf(thrown: unknown): Set<object> {
  const chain = new Set<object>()
  let level = [thrown]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && chain.size < 32; depth++) {
    const next: unknown[] = []
    for (const error of level) {
      if (!isObject(error) || chain.has(error)) continue
      chain.add(error)
      next.push(read(error, 'cause'), ...firstOf(read(error, 'errors'), 4))
    }
    level = next.slice(0, 16)
  }
  return chain
}
