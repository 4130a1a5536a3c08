/** A generator of pseudo-random values. The same seed generates the same values. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** Returns an integer from 0 to `limit` - 1. */
  integer(limit: number): number {
    // The generator mulberry32.
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) % limit
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(items.length)] ?? items[0]
  }

  /** Returns a string of characters of an alphabet. */
  text(alphabet: string, length: number): string {
    let text = ''
    for (let index = 0; index < length; index++) text += alphabet.charAt(this.integer(alphabet.length))
    return text
  }

  /** Returns a UUID of version 4. */
  uuid(): string {
    const hex = (length: number): string => this.text('0123456789abcdef', length)
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  }
}
