/** A request as the responder sees it: what an adapter reads. */
export interface ApiRequest<Raw = unknown> {
  readonly method: string
  /** The target as it was sent, query included. */
  readonly url: string
  /** A header of the request. `name` is in lower case. */
  header(name: string): string | undefined
  /** A header that the failed handler had set on its answer. `name` is in lower case. */
  responseHeader?(name: string): string | undefined
  /** The framework's own request. */
  readonly raw: Raw
  /** The request's id, once the responder has given it one. */
  id?: string
  /**
   * The status that the client got: of the answer, or of a head that was sent before the failure. Left out where it got
   * none.
   */
  sentStatus?: number
}

/** Ids that may be echoed: nothing in them can be anything but an id. */
const ID = /^[A-Za-z0-9._-]{1,64}$/
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'
const LENGTH = 24

/** Whether a text may be a request id: 1 to 64 of `A-Za-z0-9._-`. */
export function isRequestId(id: unknown): id is string {
  return typeof id === 'string' && ID.test(id)
}

const pool = new Uint8Array(4096)
let at = pool.length

/** A new request id: `req_` and 24 of `a-z0-9`, from the platform's secure random numbers. */
export function generateRequestId(): string {
  let id = 'req_'
  for (let left = LENGTH; left > 0;) {
    if (at === pool.length) {
      crypto.getRandomValues(pool)
      at = 0
    }
    const byte = pool[at++]!
    // 252 is the last multiple of 36: what is above it would make some letters likelier than others.
    if (byte >= 252) continue
    id += LETTERS[byte % 36]
    left -= 1
  }
  return id
}

/** The header that carries request ids unless an option says otherwise. */
export const DEFAULT_REQUEST_ID_HEADER = 'x-request-id'

/**
 * The id of a request: the one that is on its answer already, else the one it came with, else a new one.
 *
 * @param header In lower case. @default x-request-id
 */
export function getRequestId(request: ApiRequest, header: string = DEFAULT_REQUEST_ID_HEADER): string {
  for (const id of [request.responseHeader?.(header), request.header(header)]) if (isRequestId(id)) return id
  return generateRequestId()
}
