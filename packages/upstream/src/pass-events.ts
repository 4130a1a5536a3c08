import { readStreamFailure, StreamMonitor, type StreamFailure } from '@faultline/client'
import { createSplitter, EventParser, type ApiError } from '@faultline/core'
import { fromStreamFailure, type UpstreamFailure } from './failure.ts'

/** Creates the error of a failure of the upstream. */
export type ToError = (failure: UpstreamFailure) => ApiError

/**
 * Yields the bytes of an event stream in whole events, until an event reports a failure or the stream is truncated. An
 * answer that a content filter ended is passed on: it ends as the dialect specifies.
 *
 * @throws ApiError of that failure.
 */
export async function* passEvents(
  source: AsyncIterable<Uint8Array>,
  toError: ToError,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const splitter = createSplitter('text/event-stream')!
  const checker = new EventChecker()
  for await (const chunk of source) {
    const piece = splitter.push(chunk)
    if (piece.length === 0) continue
    const { failure, before } = checker.check(piece)
    if (failure === undefined) yield piece
    else {
      if (before !== '') yield before
      throw toError(fromStreamFailure(failure))
    }
  }
  const rest = splitter.flush()
  const failure = checker.checkEnd(rest)
  if (failure !== undefined) throw toError(fromStreamFailure(failure))
  if (rest.length > 0) yield rest
}

/** Finds the failures in the events of a stream. */
class EventChecker {
  readonly #decoder = new TextDecoder()
  readonly #parser = new EventParser()
  readonly #monitor = new StreamMonitor(this.#parser, false)

  /** Returns the failure in a piece of whole events, and the text of the events before it. */
  check(piece: string | Uint8Array): { failure?: StreamFailure; before: string } {
    const text = this.#decode(piece)
    let count = 0
    for (const event of this.#parser.push(text)) {
      const failure = this.#monitor.read(event)
      if (failure?.kind === 'error') return { failure, before: takeEvents(text, count) }
      count += 1
    }
    return { before: '' }
  }

  /** Returns the failure at the end of the stream. */
  checkEnd(rest: string | Uint8Array): StreamFailure | undefined {
    const { failure } = this.check(rest)
    const last = failure ?? this.#monitor.readLast(this.#parser.end())
    if (last?.kind === 'error') return last
    return this.#monitor.isTruncated ? { kind: 'error', code: 'stream_terminated', body: {} } : undefined
  }

  #decode(piece: string | Uint8Array): string {
    return typeof piece === 'string' ? piece : this.#decoder.decode(piece, { stream: true })
  }
}

/** Returns the part of a stream that has a number of events. */
function takeEvents(text: string, count: number): string {
  const parser = new EventParser()
  let taken = ''
  let remaining = count
  for (const block of text.split(/(?<=\r\n\r\n|\n\n|\r\r)/)) {
    remaining -= [...parser.push(block)].length
    if (remaining < 0) break
    taken += block
  }
  return taken
}

/** Does what `passEvents` does with lines of JSON. */
export async function* passLines(
  source: AsyncIterable<Uint8Array>,
  toError: ToError,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const splitter = createSplitter('application/x-ndjson')!
  const decoder = new TextDecoder()
  for await (const chunk of source) {
    const piece = splitter.push(chunk)
    let before = ''
    for (const line of decoder.decode(piece, { stream: true }).split(/(?<=\n)/)) {
      const failure = readStreamFailure({ data: line })
      if (failure?.kind === 'error') {
        if (before !== '') yield before
        throw toError(fromStreamFailure(failure))
      }
      before += line
    }
    if (piece.length > 0) yield piece
  }
  const rest = splitter.flush()
  const failure = readStreamFailure({ data: typeof rest === 'string' ? rest : decoder.decode(rest) })
  if (failure?.kind === 'error') throw toError(fromStreamFailure(failure))
  if (rest.length > 0) yield rest
}
