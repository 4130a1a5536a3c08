/** Maximum number of bytes of an event. Events with an image in base64 have several MiB. */
const MAX_EVENT_SIZE = 16 * 2 ** 20

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/**
 * An event, a line or an array item that is larger than the maximum size. Its beginning cannot be held any longer, and must
 * not be followed by an error, so the connection is cut.
 */
class OversizeEventError extends Error {
  override readonly name = 'OversizeEventError'

  constructor(maxEventSize: number) {
    super(
      `stream: an event, line or array item has more than ${maxEventSize} bytes; end each event with a blank line and ` +
        'each line with a line feed, or raise `maxEventSize`',
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

/** The bytes of an incomplete event, which are held until its end arrives or the source fails. */
export class HeldBytes {
  readonly #maxSize: number
  #pieces: Uint8Array[] = []
  #size = 0

  /** @param maxSize In bytes. @default 16 MiB */
  constructor(maxSize: number = MAX_EVENT_SIZE) {
    this.#maxSize = maxSize
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /**
   * Releases the held bytes and the beginning of a chunk, and holds its rest.
   *
   * @param end Index after the last byte to release.
   * @param isReleased Whether anything is released. With an end of 0, these are the held bytes alone.
   * @throws OversizeEventError
   */
  release(chunk: Uint8Array, end: number, isReleased: boolean = end > 0): Uint8Array {
    const released = isReleased ? this.#join(chunk.subarray(0, end)) : EMPTY
    if (end < chunk.length) {
      // Copied, because a source may reuse the memory of its chunks. `slice` is not used, because Node's subclass of
      // Uint8Array overrides it and does not copy.
      this.#pieces.push(new Uint8Array(chunk.subarray(end)))
      this.#size += chunk.length - end
      if (this.#size > this.#maxSize) throw new OversizeEventError(this.#maxSize)
    }
    return released
  }

  /** Returns the held bytes and holds nothing. */
  flush(): Uint8Array {
    return this.#join(EMPTY)
  }

  #join(last: Uint8Array): Uint8Array {
    const pieces = this.#pieces
    if (pieces.length === 0) return last
    const joined = new Uint8Array(this.#size + last.length)
    let offset = 0
    for (const piece of [...pieces, last]) {
      joined.set(piece, offset)
      offset += piece.length
    }
    this.#pieces = []
    this.#size = 0
    return joined
  }
}
