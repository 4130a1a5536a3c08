import { HeldBytes } from './held-bytes.ts'
import type { SentStream } from './sent-stream.ts'
import type { StreamSplitter } from './stream-splitter.ts'

const QUOTE = 34
const COMMA = 44
const OPENING_BRACKET = 91
const BACKSLASH = 92
const CLOSING_BRACKET = 93
const OPENING_BRACE = 123
const CLOSING_BRACE = 125
const SPACES = /* @__PURE__ */ new Set([9, 10, 13, 32])

const encoder = /* @__PURE__ */ new TextEncoder()

/**
 * Splits the bytes of a JSON array at the ends of its items, so that another item can follow the released ones. The text
 * is not validated. A body that is not an array is not held.
 */
export class ArraySplitter implements StreamSplitter {
  readonly #held: HeldBytes
  /** Undefined until the first character that is not a space. */
  #isArray: boolean | undefined
  /** Number of open arrays and objects. */
  #depth = 0
  #isInString = false
  #isAfterBackslash = false
  #hasItems = false
  /** Whether the array has ended. */
  #isClosed = false
  /** Whether the source yields the items as objects. Undefined before the first chunk. */
  #hasValues: boolean | undefined

  /** @param maxItemSize In bytes. @default 16 MiB */
  constructor(maxItemSize?: number) {
    this.#held = new HeldBytes(maxItemSize)
  }

  get sent(): SentStream | undefined {
    const canHaveItem = this.#isArray !== false && !this.#isClosed
    return canHaveItem ? { format: 'array', isEmpty: !this.#hasItems } : undefined
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#checkMode(false)
    const end = this.#findEnd(chunk)
    return this.#held.release(chunk, Math.max(end, 0), end >= 0)
  }

  pushText(text: string): Uint8Array {
    return this.push(encoder.encode(text))
  }

  pushValue(value: object): string {
    this.#checkMode(true)
    const separator = this.#hasItems ? ',' : '['
    this.#hasItems = true
    return separator + JSON.stringify(value)
  }

  flush(): string | Uint8Array {
    if (this.#hasValues === undefined) return '[]'
    return this.#hasValues ? ']' : this.#held.flush()
  }

  /** @throws TypeError if a source yields objects and text. */
  #checkMode(hasValues: boolean): void {
    this.#hasValues ??= hasValues
    if (this.#hasValues !== hasValues)
      throw new TypeError(
        'stream: the chunks of a JSON array must be objects only, or strings and bytes only',
      )
  }

  /**
   * Returns the index after the last byte of a chunk that can be released, or -1, and updates the state to the last byte of
   * the chunk.
   */
  #findEnd(chunk: Uint8Array): number {
    let end = -1
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]!
      this.#isArray ??= SPACES.has(byte) ? undefined : byte === OPENING_BRACKET
      if (this.#isArray === false || this.#isClosed) return chunk.length
      if (!this.#endsItem(byte)) continue
      this.#hasItems = true
      // A comma is released together with the next item.
      end = byte === COMMA ? index : index + 1
    }
    return end
  }

  /** Returns whether an item of the array, or the array, ends at a byte. */
  #endsItem(byte: number): boolean {
    if (this.#isInString) {
      this.#isInString = byte !== QUOTE || this.#isAfterBackslash
      this.#isAfterBackslash = byte === BACKSLASH && !this.#isAfterBackslash
      return !this.#isInString && this.#depth === 1
    }
    if (byte === OPENING_BRACKET || byte === OPENING_BRACE) this.#depth++
    else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) {
      this.#depth--
      this.#isClosed = this.#depth === 0
      return this.#depth <= 1
    } else if (byte === QUOTE) this.#isInString = true
    return byte === COMMA && this.#depth === 1
  }
}
