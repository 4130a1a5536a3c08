import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'

// The arguments of `write`, `end` and `writeHead` of a response that is held.

type Callback = (error?: Error | null) => void
/** The arguments of `writeHead` after the status. */
export type WriteHeadRest = [
  reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
  headers?: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
]

/** A call of `write` or `end`. */
export interface HeldWrite {
  readonly chunk: unknown
  readonly encoding: unknown
  readonly callback: Callback | undefined
  readonly isEnd: boolean
}

/** Sorts the arguments of `write` or `end`, of which each may be omitted. */
export function toHeldWrite(first: unknown, second: unknown, third: unknown, isEnd: boolean): HeldWrite {
  const callback = [first, second, third].find((each): each is Callback => typeof each === 'function')
  return {
    chunk: typeof first === 'function' ? undefined : first,
    encoding: typeof second === 'function' ? undefined : second,
    callback,
    isEnd,
  }
}

/** Returns the number of bytes of a chunk. */
export function getByteLength(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk)
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

/** Joins the chunks of several calls. */
export function joinWrites(writes: readonly HeldWrite[]): Uint8Array {
  return Buffer.concat(
    writes.flatMap(({ chunk, encoding }) => {
      if (typeof chunk === 'string') return [Buffer.from(chunk, toEncoding(encoding))]
      return chunk instanceof Uint8Array ? [chunk] : []
    }),
  )
}

function toEncoding(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8'
}

/** Returns the headers of `writeHead`: an object, or an array of names and values in turn. */
export function readHeadHeaders([reason, headers]: WriteHeadRest): [
  name: string,
  value: OutgoingHttpHeader,
][] {
  const headerList = typeof reason === 'string' ? headers : (headers ?? reason)
  if (!Array.isArray(headerList))
    return Object.entries(headerList ?? {}).filter(
      (entry): entry is [string, OutgoingHttpHeader] => entry[1] !== undefined,
    )
  const pairs: [string, OutgoingHttpHeader][] = []
  for (let i = 0; i + 1 < headerList.length; i += 2)
    pairs.push([String(headerList[i]), headerList[i + 1] as OutgoingHttpHeader])
  return pairs
}

/** Calls the callback of a call that was held, as Node.js does: later. */
export function callBack(callback: unknown): void {
  if (typeof callback === 'function') process.nextTick(callback)
}
