const LF = 10
const CR = 13
const COLON = 58

/** Maximum number of bytes of an event. Events with an image in base64 have several MiB. */
const MAX_EVENT_SIZE = 16 * 2 ** 20

const EMPTY = /* @__PURE__ */ new Uint8Array(0)
const encoder = /* @__PURE__ */ new TextEncoder()

/**
 * An event that is larger than the maximum size. Its beginning cannot be held any longer, and the part of an event must not
 * be followed by an error event, so the connection is cut.
 */
export class OversizeEventError extends Error {
  override readonly name = 'OversizeEventError'

  constructor(maxEventSize: number) {
    super(
      `stream: an event has more than ${maxEventSize} bytes; end each event with a blank line, or raise \`maxEventSize\``,
    )
  }
}

/** Returns whether a value is an `OversizeEventError` of any installed copy of this package. */
export function isOversizeEventError(thrown: unknown): boolean {
  try {
    return thrown instanceof Error && thrown.name === 'OversizeEventError'
  } catch {
    // A trap of a Proxy threw.
    return false
  }
}

/**
 * Yields the chunks of an event stream again, divided so that each ends with an event. If the source fails, or an event
 * is larger than the maximum, the part of an event is dropped.
 *
 * @param toLastEvent Returns the event for that failure; an empty string if there is nothing to send. What it throws
 * ends the stream. `hasEvents` is whether anything was yielded before.
 */
export async function* endEventsWith(
  source: AsyncIterable<string | Uint8Array>,
  toLastEvent: (thrown: unknown, hasEvents: boolean) => string,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const splitter = new EventSplitter()
  let hasEvents = false
  try {
    for await (const chunk of source) {
      const events = typeof chunk === 'string' ? splitter.pushText(chunk) : splitter.push(chunk)
      if (events.length === 0) continue
      hasEvents = true
      yield events
    }
    const rest = splitter.flush()
    if (rest.length > 0) yield rest
  } catch (thrown) {
    const event = toLastEvent(thrown, hasEvents)
    if (event !== '') yield event
  }
}

/**
 * Splits the bytes of an event stream at the ends of its events and changes none of them. The bytes of a complete
 * event are released; those of an incomplete one are buffered, so that they can be dropped if the source fails.
 *
 * Lines end in LF, CRLF or CR (HTML, section 9.2.6), and chunks can end anywhere. A comment line between two events,
 * such as a heartbeat, is released at its line end: proxies close a connection on which nothing arrives. If the stream
 * begins with a byte order mark, its first line counts as part of an event, which only delays a comment there.
 */
export class EventSplitter {
  readonly #maxEventSize: number
  #buffered: Uint8Array[] = []
  #bufferedSize = 0
  #isAtLineStart = true
  /** Whether the last byte was a CR. A LF that follows belongs to the same line end. */
  #isAfterCR = false
  /** Whether the current event has a line that is not a comment. */
  #isWithinEvent = false
  /** Whether the stream has used a CR. Until then the end of an event is found by a search for two LFs. */
  #hasCR = false

  /** @param maxEventSize In bytes. @default 16 MiB */
  constructor(maxEventSize: number = MAX_EVENT_SIZE) {
    this.#maxEventSize = maxEventSize
  }

  /**
   * Adds a chunk.
   *
   * @returns All bytes up to the end of the last complete event or comment, without those that were returned before.
   * It may be empty.
   * @throws OversizeEventError
   */
  push(chunk: Uint8Array): Uint8Array {
    const end = this.#findEnd(chunk)
    const released = end === 0 ? EMPTY : this.#release(chunk.subarray(0, end))
    if (end < chunk.length) {
      // Copied, because a source may reuse the memory of its chunks. `slice` is not used, because Node's subclass of
      // Uint8Array overrides it and does not copy.
      this.#buffered.push(new Uint8Array(chunk.subarray(end)))
      this.#bufferedSize += chunk.length - end
      if (this.#bufferedSize > this.#maxEventSize) throw new OversizeEventError(this.#maxEventSize)
    }
    return released
  }

  /**
   * Adds a chunk of text, as `push` does. Whole events are returned as they are: to encode them takes several times as
   * long as to recognize them by their end.
   *
   * @throws OversizeEventError
   */
  pushText(text: string): string | Uint8Array {
    if (this.#buffered.length > 0 || !text.endsWith('\n\n')) return this.push(encoder.encode(text))
    this.#startEvent()
    return text
  }

  /**
   * Returns the buffered bytes and empties the buffer.
   *
   * After a regular end of the source they must be forwarded: readers that split at lines accept a last event without
   * its blank line. After a failure they are an incomplete event.
   */
  flush(): Uint8Array {
    return this.#release(EMPTY)
  }

  #release(last: Uint8Array): Uint8Array {
    const buffered = this.#buffered
    if (buffered.length === 0) return last
    const joined = new Uint8Array(this.#bufferedSize + last.length)
    let offset = 0
    for (const piece of [...buffered, last]) {
      joined.set(piece, offset)
      offset += piece.length
    }
    this.#buffered = []
    this.#bufferedSize = 0
    return joined
  }

  /** Returns the index after the last byte of a chunk that can be released, and updates the state to its last byte. */
  #findEnd(chunk: Uint8Array): number {
    const { length } = chunk
    if (length === 0) return 0
    const start = this.#skipWholeEvents(chunk)
    let end = start
    for (let index = start; index < length; index++) {
      const byte = chunk[index]
      if (byte !== LF && byte !== CR) {
        if (this.#isAtLineStart && byte !== COLON) this.#isWithinEvent = true
        this.#isAtLineStart = false
        this.#isAfterCR = false
        continue
      }
      if (byte === LF && this.#isAfterCR) {
        // The second half of CRLF. It belongs to a released line, or to the event that is buffered.
        this.#isAfterCR = false
        if (!this.#isWithinEvent) end = index + 1
        continue
      }
      if (byte === CR) this.#hasCR = true
      this.#isAfterCR = byte === CR
      if (this.#isAtLineStart) this.#isWithinEvent = false
      this.#isAtLineStart = true
      if (!this.#isWithinEvent) end = index + 1
    }
    return end
  }

  /**
   * Skips all events that end in two LFs. A search is several times faster than a look at each byte, and most chunks
   * end with an event.
   *
   * @returns The index after them; 0 if there are none, or if the stream uses CRs.
   */
  #skipWholeEvents(chunk: Uint8Array): number {
    if (this.#hasCR) return 0
    let index = chunk.lastIndexOf(LF)
    // A negative start of the search would count from the end.
    while (index > 0 && chunk[index - 1] !== LF) index = index < 2 ? -1 : chunk.lastIndexOf(LF, index - 2)
    if (index <= 0) return 0
    this.#startEvent()
    return index + 1
  }

  /** Sets the state after the end of an event whose last byte is an LF. */
  #startEvent(): void {
    this.#isAtLineStart = true
    this.#isAfterCR = false
    this.#isWithinEvent = false
  }
}
