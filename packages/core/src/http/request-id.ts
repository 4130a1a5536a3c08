import type { ApiRequest } from './request.ts'

/** Ids that are safe to echo: the characters have no meaning in headers, URLs, HTML or JSON. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const PREFIX = 'req_'
const RANDOM_LENGTH = 24

/** The character codes of the next id. The string is created at once, because a concatenated one is not flat. */
const charCodes: number[] = /* @__PURE__ */ Array.from(PREFIX.padEnd(PREFIX.length + RANDOM_LENGTH), (char) =>
  char.charCodeAt(0),
)

/** Largest multiple of 36 below 256. Larger bytes are skipped, so that all characters are equally likely. */
const MAX_UNBIASED_BYTE = 252

/** Name of the header that carries request ids by default. */
export const DEFAULT_REQUEST_ID_HEADER = 'x-request-id'

/** Returns whether a value is a valid request id: 1 to 64 characters of `A-Za-z0-9._-`. */
export function isRequestId(id: unknown): id is string {
  return typeof id === 'string' && REQUEST_ID.test(id)
}

/** Random bytes, generated in blocks because a call per id is slower. */
const POOL_SIZE = 32_768
const pool = new Uint8Array(POOL_SIZE)
let poolOffset = POOL_SIZE

/** Generates a request id: `req_` and 24 characters of `a-z0-9`, from a cryptographically secure source. */
export function generateRequestId(): string {
  let index = PREFIX.length
  while (index < charCodes.length) {
    if (poolOffset === pool.length) {
      crypto.getRandomValues(pool)
      poolOffset = 0
    }
    const byte = pool[poolOffset] ?? 0
    poolOffset += 1
    if (byte < MAX_UNBIASED_BYTE) charCodes[index++] = ALPHABET.charCodeAt(byte % ALPHABET.length)
  }
  return String.fromCharCode(...charCodes)
}

/** The id of an exchange. A registered symbol is shared by all installed copies. */
const EXCHANGE_ID = Symbol.for('faultline.requestId')

/** An object of an exchange: the response, or the message before a response exists. */
type ExchangeObject = object & { [EXCHANGE_ID]?: string }

/** Sets the id of an exchange. */
export function setExchangeId(exchange: ExchangeObject, id: string): void {
  exchange[EXCHANGE_ID] = id
}

/** Returns the id of an exchange, if it was set. */
function getExchangeId(exchange: ExchangeObject | undefined): string | undefined {
  return exchange?.[EXCHANGE_ID]
}

/**
 * Returns the id of a request: the id that is already on the response, else the id of the exchange, else the id that the
 * client has sent if it is trusted, else a new one.
 *
 * @param header Name of the request id header in lower case. @default x-request-id
 * @param isTrusted Whether to adopt the id that the client has sent. @default false
 */
export function getRequestId(
  request: ApiRequest,
  header: string = DEFAULT_REQUEST_ID_HEADER,
  isTrusted = false,
): string {
  const responseId = request.responseHeader?.(header)
  if (isRequestId(responseId)) return responseId
  const exchangeId = getExchangeId(request.exchange)
  if (exchangeId !== undefined) return exchangeId
  const requestId = isTrusted ? request.header(header) : undefined
  return isRequestId(requestId) ? requestId : generateRequestId()
}
