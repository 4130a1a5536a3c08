/** The most bytes of an answer's head, and of a line between chunks. */
const LONGEST_HEAD = 64 * 1024

/** A part of an answer. */
export type Part =
  | {
      readonly type: 'head'
      readonly statusLine: string
      readonly status: number
      readonly headers: readonly (readonly [name: string, value: string])[]
    }
  | { readonly type: 'body'; readonly bytes: Buffer }

/** Reads an HTTP/1.1 answer as its bytes come in (RFC 9112), each chunk of its body as a part of its own. */
export class AnswerReader {
  /** Whether all that the answer had promised is there. */
  isWhole = false
  #bytes: Buffer = Buffer.alloc(0)
  /** What is read next, and how many bytes of it are still to come. */
  #next: 'head' | 'sized' | 'to-the-end' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' = 'head'
  #left = 0

  /** Whether an answer that ends here has lost nothing. */
  get mayEnd(): boolean {
    return this.isWhole || this.#next === 'to-the-end'
  }

  /** @throws Error where the bytes are no HTTP */
  *read(data: Buffer): Generator<Part> {
    this.#bytes = Buffer.concat([this.#bytes, data])
    while (!this.isWhole) {
      const before = this.#next
      const part = this.#step()
      if (part !== undefined) yield part
      else if (this.#next === before) return
    }
  }

  /** Reads one thing; undefined, and nothing has changed, where it is not all there yet. */
  #step(): Part | undefined {
    switch (this.#next) {
      case 'head':
        return this.#head()
      case 'to-the-end':
        return this.#body(this.#bytes.length, 'to-the-end')
      case 'sized':
        return this.#body(this.#left, 'sized')
      case 'chunk':
        return this.#body(this.#left, 'chunk-end')
      case 'chunk-end':
        if (this.#line() !== undefined) this.#next = 'chunk-size'
        return undefined
      case 'chunk-size':
        this.#chunkSize()
        return undefined
      default:
        for (let line = this.#line(); line !== undefined; line = this.#line()) {
          if (line === '') this.isWhole = true
        }
        return undefined
    }
  }

  #chunkSize(): void {
    const line = this.#line()
    if (line === undefined) return
    if (!/^[\da-f]+(?:[ \t]*;.*)?$/i.test(line)) throw new Error('A chunk has no size')
    this.#left = Number.parseInt(line, 16)
    this.#next = this.#left === 0 ? 'trailers' : 'chunk'
  }

  #head(): Part | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n')
    if (end === -1) return this.#tooLong()
    const [statusLine = '', ...lines] = this.#take(end + 4)
      .toString('latin1', 0, end)
      .split('\r\n')
    const [, code] = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(statusLine) ?? []
    if (code === undefined) throw new Error('There is no status line')
    const status = Number(code)
    // An interim answer; the one that counts is still to come.
    if (status < 200) return this.#head()
    const headers = lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at), line.slice(at + 1).trim()] as const
    })
    this.#frame(status, new Map(headers.map(([name, value]) => [name.toLowerCase(), value])))
    return { type: 'head', statusLine, status, headers }
  }

  #frame(status: number, headers: ReadonlyMap<string, string>): void {
    const length = headers.get('content-length')
    if (status === 204 || status === 304) this.isWhole = true
    else if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? '')) this.#next = 'chunk-size'
    else if (length === undefined) this.#next = 'to-the-end'
    else {
      this.#left = Number(length)
      this.#next = 'sized'
      this.isWhole = this.#left === 0
    }
  }

  /** What is there of a piece of the body. */
  #body(size: number, after: 'sized' | 'to-the-end' | 'chunk-end'): Part | undefined {
    const bytes = this.#take(Math.min(size, this.#bytes.length))
    if (bytes.length === 0) return undefined
    this.#left -= bytes.length
    if (bytes.length === size) this.#next = after
    this.isWhole = after === 'sized' && this.#left === 0
    return { type: 'body', bytes }
  }

  #line(): string | undefined {
    const end = this.#bytes.indexOf('\r\n')
    return end === -1 ? this.#tooLong() : this.#take(end + 2).toString('latin1', 0, end)
  }

  /** What has no end yet may still get one, but not for ever. */
  #tooLong(): undefined {
    if (this.#bytes.length > LONGEST_HEAD) throw new Error('A head or a line has no end')
  }

  #take(size: number): Buffer {
    const taken = this.#bytes.subarray(0, size)
    this.#bytes = this.#bytes.subarray(size)
    return taken
  }
}
