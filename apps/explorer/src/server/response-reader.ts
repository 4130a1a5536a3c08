/** Maximum size of a response head, and of a line between chunks, in bytes. */
const MAX_HEAD_BYTES = 64 * 1024

/** A part of a response. */
export type Part =
  | {
      readonly type: 'head'
      readonly statusLine: string
      readonly status: number
      readonly headers: readonly (readonly [name: string, value: string])[]
    }
  | { readonly type: 'body'; readonly bytes: Buffer }

/** Parses an HTTP/1.1 response incrementally (RFC 9112). Each chunk of the body is a part. */
export class ResponseReader {
  /** Whether the response is complete. */
  isComplete = false
  #bytes: Buffer = Buffer.alloc(0)
  #next: 'head' | 'sized' | 'to-the-end' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' = 'head'
  /** Remaining bytes of a `sized` body or a `chunk`. */
  #remaining = 0

  /** Whether the response is complete if the connection closes now. */
  get mayEnd(): boolean {
    return this.isComplete || this.#next === 'to-the-end'
  }

  /** @throws Error if the bytes are not valid HTTP */
  *read(data: Buffer): Generator<Part> {
    this.#bytes = Buffer.concat([this.#bytes, data])
    while (!this.isComplete) {
      const before = this.#next
      const part = this.#step()
      if (part !== undefined) yield part
      else if (this.#next === before) return
    }
  }

  /** Reads one element. Returns undefined without a change of state if more bytes are needed. */
  #step(): Part | undefined {
    switch (this.#next) {
      case 'head':
        return this.#readHead()
      case 'to-the-end':
        return this.#readBody(this.#bytes.length, 'to-the-end')
      case 'sized':
        return this.#readBody(this.#remaining, 'sized')
      case 'chunk':
        return this.#readBody(this.#remaining, 'chunk-end')
      case 'chunk-end':
        if (this.#readLine() !== undefined) this.#next = 'chunk-size'
        return undefined
      case 'chunk-size':
        this.#readChunkSize()
        return undefined
      default:
        for (let line = this.#readLine(); line !== undefined; line = this.#readLine()) {
          if (line === '') this.isComplete = true
        }
        return undefined
    }
  }

  #readChunkSize(): void {
    const line = this.#readLine()
    if (line === undefined) return
    if (!/^[\da-f]+(?:[ \t]*;.*)?$/i.test(line)) throw new Error('A chunk has no valid size')
    this.#remaining = Number.parseInt(line, 16)
    this.#next = this.#remaining === 0 ? 'trailers' : 'chunk'
  }

  #readHead(): Part | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n')
    if (end === -1) return this.#checkLength()
    const [statusLine = '', ...lines] = this.#take(end + 4)
      .toString('latin1', 0, end)
      .split('\r\n')
    const [, code] = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(statusLine) ?? []
    if (code === undefined) throw new Error('The status line is invalid')
    const status = Number(code)
    // Skip interim responses.
    if (status < 200) return this.#readHead()
    const headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    })
    this.#setFraming(status, new Map(headers.map(([name, value]) => [name.toLowerCase(), value])))
    return { type: 'head', statusLine, status, headers }
  }

  #setFraming(status: number, headers: ReadonlyMap<string, string>): void {
    const length = headers.get('content-length')
    if (status === 204 || status === 304) this.isComplete = true
    else if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? '')) this.#next = 'chunk-size'
    else if (length === undefined) this.#next = 'to-the-end'
    else {
      this.#remaining = Number(length)
      this.#next = 'sized'
      this.isComplete = this.#remaining === 0
    }
  }

  /** Reads the available bytes of the body or a chunk. */
  #readBody(size: number, after: 'sized' | 'to-the-end' | 'chunk-end'): Part | undefined {
    const bytes = this.#take(Math.min(size, this.#bytes.length))
    if (bytes.length === 0) return undefined
    this.#remaining -= bytes.length
    if (bytes.length === size) this.#next = after
    this.isComplete = after === 'sized' && this.#remaining === 0
    return { type: 'body', bytes }
  }

  #readLine(): string | undefined {
    const end = this.#bytes.indexOf('\r\n')
    return end === -1 ? this.#checkLength() : this.#take(end + 2).toString('latin1', 0, end)
  }

  /** Rejects a head or line that is incomplete and already too long. */
  #checkLength(): undefined {
    if (this.#bytes.length > MAX_HEAD_BYTES) throw new Error('The head or a line is too long')
  }

  #take(size: number): Buffer {
    const taken = this.#bytes.subarray(0, size)
    this.#bytes = this.#bytes.subarray(size)
    return taken
  }
}
