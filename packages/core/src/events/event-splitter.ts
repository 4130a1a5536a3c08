import { parseJson } from '../http/parse-json.ts'
import { parseEvents } from './event-parser.ts'
import { HeldBytes } from './held-bytes.ts'
import { SentPieces, type SentStream } from './sent-stream.ts'
import type { StreamSplitter } from './stream-splitter.ts'

const LF = 10
const CR = 13
const COLON = 58

const encoder = /* @__PURE__ */ new TextEncoder()

function parseSentEvents(text: string): unknown[] {
  return parseEvents(text).map(({ data }) => parseJson(data))
}

/**
 * Splits the bytes of an event stream at the ends of its events and changes none of them. The bytes of a complete
 * event are released; those of an incomplete one are buffered, so that they can be dropped if the source fails.
 *
 * Lines end in LF, CRLF or CR (HTML, section 9.2.6), and chunks can end anywhere. A comment line between two events,
 * such as a heartbeat, is released at its line end: proxies close a connection on which nothing arrives. If the stream
 * begins with a byte order mark, its first line counts as part of an event, which only delays a comment there.
 */
export class EventSplitter implements StreamSplitter {
  readonly #held: HeldBytes
  readonly #sent = new SentPieces(parseSentEvents)
  #isAtLineStart = true
  /** Whether the last byte was a CR. A LF that follows belongs to the same line end. */
  #isAfterCR = false
  /** Whether the current event has a line that is not a comment. */
  #isWithinEvent = false
  /** Whether the stream has used a CR. Until then the end of an event is found by a search for two LFs. */
  #hasCR = false

  /** @param maxEventSize In bytes. @default 16 MiB */
  constructor(maxEventSize?: number) {
    this.#held = new HeldBytes(maxEventSize)
  }

  get sent(): SentStream {
    const sent: SentStream = { format: 'events', ...this.#sent.read() }
    return sent.isEmpty === true || this.#sent.endsWithBlankLine ? sent : { ...sent, separator: '\n\n' }
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#sent.add(this.#held.release(chunk, this.#findEnd(chunk)))
  }

  /** Whole events are returned as they are: to encode them takes several times as long as to recognize them by their end. */
  pushText(text: string): string | Uint8Array {
    if (!this.#held.isEmpty || !text.endsWith('\n\n')) return this.push(encoder.encode(text))
    this.#startEvent()
    return this.#sent.add(text)
  }

  pushValue(value: object): string | Uint8Array {
    return this.pushText(`data: ${JSON.stringify(value)}\n\n`)
  }

  flush(): Uint8Array {
    return this.#held.flush()
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
