import type { ApiRequest } from './request.ts'

/** Ids that are safe to echo: the characters have no meaning in headers, URLs, HTML or JSON. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

const PREFIX = 'req_'
const RANDOM_LENGTH = 24

/** Name of the header that carries request ids by default. */
export const DEFAULT_REQUEST_ID_HEADER = 'x-request-id'

/** Returns whether a value is a valid request id: 1 to 64 characters of `A-Za-z0-9._-`. */
export function isRequestId(id: unknown): id is string {
  return typeof id === 'string' && REQUEST_ID.test(id)
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Largest multiple of 36 below 256. Larger bytes are dropped, so that all characters are equally likely. */
const MAX_UNBIASED_BYTE = 252

/** Number of random bytes that are generated at once, because a call per id is slower. */
const BLOCK_SIZE = 4096

/** The character code of each random byte; 0 for a byte that is dropped. */
const charCodes = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < MAX_UNBIASED_BYTE ? ALPHABET.charCodeAt(byte % ALPHABET.length) : 0,
)

/** Random characters of the next ids. */
let block = ''
let blockOffset = 0

function generateBlock(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BLOCK_SIZE))
  let length = 0
  // An iterator would make the loop slower.
  for (let i = 0; i < BLOCK_SIZE; i += 1) {
    const code = charCodes[bytes[i]!]!
    if (code !== 0) bytes[length++] = code
  }
  return new TextDecoder().decode(bytes.subarray(0, length))
}

/** Generates a request id: `req_` and 24 characters of `a-z0-9`, from a cryptographically secure source. */
export function generateRequestId(): string {
  if (blockOffset + RANDOM_LENGTH > block.length) {
    block = generateBlock()
    blockOffset = 0
  }
  const start = blockOffset
  blockOffset += RANDOM_LENGTH
  // Unlike a concatenation, a joined string is flat, and JSON.stringify serializes a body of flat strings twice as fast.
  return [PREFIX, block.slice(start, blockOffset)].join('')
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
 * Returns the id that a request has: the id that is already on the response, else the id of the exchange, else the id that
 * the client has sent if it is trusted.
 *
 * @param header Name of the request id header in lower case.
 * @param isTrusted Whether to adopt the id that the client has sent.
 */
export function findRequestId(request: ApiRequest, header: string, isTrusted: boolean): string | undefined {
  const responseId = request.responseHeader?.(header)
  if (isRequestId(responseId)) return responseId
  const exchangeId = getExchangeId(request.exchange)
  if (exchangeId !== undefined) return exchangeId
  const requestId = isTrusted ? request.header(header) : undefined
  return isRequestId(requestId) ? requestId : undefined
}
