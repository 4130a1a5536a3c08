import type { ApiRequest } from './request.ts'

/** Ids that are safe to echo: the characters have no meaning in headers, URLs, HTML or JSON. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 24

/** Largest multiple of 36 below 256. Larger bytes are skipped, so that all characters are equally likely. */
const MAX_UNBIASED_BYTE = 252

/** Name of the header that carries request ids by default. */
export const DEFAULT_REQUEST_ID_HEADER = 'x-request-id'

/** Returns whether a value is a valid request id: 1 to 64 characters of `A-Za-z0-9._-`. */
export function isRequestId(id: unknown): id is string {
  return typeof id === 'string' && REQUEST_ID.test(id)
}

/** Random bytes, generated in blocks because a call per id is slower. */
const pool = new Uint8Array(4096)
let poolOffset = pool.length

/** Generates a request id: `req_` and 24 characters of `a-z0-9`, from a cryptographically secure source. */
export function generateRequestId(): string {
  let id = 'req_'
  while (id.length < 'req_'.length + RANDOM_LENGTH) {
    if (poolOffset === pool.length) {
      crypto.getRandomValues(pool)
      poolOffset = 0
    }
    const byte = pool[poolOffset] ?? 0
    poolOffset += 1
    if (byte < MAX_UNBIASED_BYTE) id += ALPHABET[byte % ALPHABET.length]
  }
  return id
}

/**
 * Returns the id of a request: the id that is already on the response, else the id in the request, else a new one.
 *
 * @param header Name of the request id header in lower case. @default x-request-id
 */
export function getRequestId(request: ApiRequest, header: string = DEFAULT_REQUEST_ID_HEADER): string {
  const responseId = request.responseHeader?.(header)
  if (isRequestId(responseId)) return responseId
  const requestId = request.header(header)
  return isRequestId(requestId) ? requestId : generateRequestId()
}
