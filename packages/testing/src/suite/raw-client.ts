import { EventEmitter, once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const DEFAULT_TIMEOUT_MS = 4000

/** Maximum number of unread bytes. A client that receives more closes the connection. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024

/** Maximum size of a head in bytes. A client that receives a larger one closes the connection. */
const MAX_HEAD_BYTES = 64 * 1024

const EMPTY = Buffer.alloc(0)

/** Options of `RawClient.open`. */
export interface RawClientOptions {
  /** @default 127.0.0.1 */
  readonly host?: string | undefined
  /** Whether the connection uses TLS. @default false */
  readonly isSecure?: boolean | undefined
  /** Maximum time for the connection and for each response, in milliseconds. @default 4000 */
  readonly timeout?: number | undefined
}

/** A response as it was received. */
export interface RawResponse {
  readonly status: number
  readonly statusLine: string
  /** Values by lower-case name. Several values of one name are joined by a line feed, which no value can contain. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Size of the body in bytes, without the framing of chunks. */
  readonly length: number
  /** False if the connection closed before the end of the body. */
  readonly complete: boolean
}

/** A client that sends any bytes and reads one response after another. */
export class RawClient {
  readonly socket: Socket
  readonly #changes = new EventEmitter()
  readonly #timeoutMs: number
  #bytes: Buffer = EMPTY
  /** The part of an unread response that was already parsed. */
  #progress: Progress = { scanned: 0 }
  #closed: 'end' | 'reset' | undefined

  private constructor(socket: Socket, timeoutMs: number) {
    this.socket = socket
    this.#timeoutMs = timeoutMs
    const emitChange = (): boolean => this.#changes.emit('change')
    socket.on('data', (data: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, data])
      if (this.#bytes.length > MAX_UNREAD_BYTES) socket.destroy()
      emitChange()
    })
    socket.on('error', () => {
      this.#closed = 'reset'
      emitChange()
    })
    socket.on('close', () => {
      this.#closed ??= 'end'
      emitChange()
    })
  }

  /**
   * Connects.
   *
   * @throws The error of the socket or of the name lookup; an AbortError at the timeout.
   */
  static async open(
    port: number,
    { host = '127.0.0.1', isSecure = false, timeout = DEFAULT_TIMEOUT_MS }: RawClientOptions = {},
  ): Promise<RawClient> {
    const socket = isSecure
      ? connectTls({ port, host, servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] })
      : connect({ port, host, noDelay: true })
    try {
      await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(timeout) })
    } catch (error) {
      socket.on('error', () => {})
      socket.destroy()
      throw error
    }
    return new RawClient(socket, timeout)
  }

  close(): void {
    this.socket.destroy()
  }

  send(...chunks: readonly (string | Buffer)[]): this {
    for (const chunk of chunks) this.socket.write(chunk)
    return this
  }

  /**
   * Waits for the next response.
   *
   * @param method Method of its request. A response to HEAD has no body.
   * @throws Error at the timeout, or if the connection closes before.
   */
  async response(method = 'GET'): Promise<RawResponse> {
    return this.#response(method, AbortSignal.timeout(this.#timeoutMs))
  }

  /**
   * Waits for the next final response. Interim responses precede it (RFC 9110, section 15.2); after a 101 the connection
   * is not HTTP. The timeout applies to all of them together.
   *
   * @throws Error at the timeout, or if the connection closes before.
   */
  async finalResponse(method = 'GET'): Promise<RawResponse> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    for (;;) {
      const response = await this.#response(method, signal)
      if (response.status >= 200 || response.status === 101) return response
      // Without it, a server that sends interim responses without end would keep the timer from firing.
      if (signal.aborted) throw new Error('No response received; only interim responses')
    }
  }

  async #response(method: string, signal: AbortSignal): Promise<RawResponse> {
    return this.#waitFor(
      () => {
        const parsed = parseResponse(this.#bytes, method, this.#closed !== undefined, this.#progress)
        if (parsed === undefined) {
          if (this.#progress.head === undefined && this.#bytes.length > MAX_HEAD_BYTES) this.socket.destroy()
          return undefined
        }
        this.#bytes = this.#bytes.subarray(parsed.size)
        this.#progress = { scanned: 0 }
        return parsed.response
      },
      'response',
      signal,
    )
  }

  /** Waits until the unread bytes contain a string. */
  async seen(text: string): Promise<void> {
    await this.#waitFor(() => (this.#bytes.includes(text) ? true : undefined), JSON.stringify(text))
  }

  /** Waits until the connection closes. @returns `end` for a FIN, `reset` for a reset. */
  async closed(): Promise<'end' | 'reset'> {
    return this.#waitFor(() => this.#closed, 'close')
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  /** The bytes after the last response that was read. */
  get rest(): string {
    return this.#bytes.toString('latin1')
  }

  async #waitFor<Value>(
    read: () => Value | undefined,
    expected: string,
    signal: AbortSignal = AbortSignal.timeout(this.#timeoutMs),
  ): Promise<Value> {
    for (;;) {
      const value = read()
      if (value !== undefined) return value
      if (this.#closed !== undefined || signal.aborted)
        throw new Error(
          `No ${expected} received; connection is ${this.#closed ?? 'open'}, unread bytes: ${this.rest}`,
        )
      await once(this.#changes, 'change', { signal }).catch(() => {})
    }
  }
}

/**
 * Formats a request with the headers Host and, for a body, Content-Length.
 *
 * @param line Method and target.
 */
export function formatRequest(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const content = Buffer.from(body)
  const hasLength = content.length > 0 && headers['transfer-encoding'] === undefined
  const allHeaders = {
    host: 'localhost',
    ...(hasLength ? { 'content-length': String(content.length) } : {}),
    ...headers,
  }
  const lines = Object.entries(allHeaders).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), content])
}

/** The part of a response that was already parsed, so that each byte is parsed once. */
interface Progress {
  head?: Head | undefined
  /** Chunks that were read. */
  chunks?: ChunkReader
  /** Number of bytes that do not contain the end of the head. */
  scanned: number
}

interface Head {
  readonly statusLine: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Size in bytes, including the empty line. */
  readonly size: number
}

/**
 * Parses the first response of received bytes.
 *
 * @returns The response and its size in bytes; undefined if it is incomplete and the connection is open.
 */
function parseResponse(
  bytes: Buffer,
  method: string,
  isClosed: boolean,
  progress: Progress,
): { response: RawResponse; size: number } | undefined {
  const head = (progress.head ??= parseHead(bytes, progress.scanned))
  progress.scanned = Math.max(0, bytes.length - 3)
  if (head === undefined) return undefined
  const { status, statusLine, headers } = head
  const rest = bytes.subarray(head.size)
  const hasNoBody = method === 'HEAD' || status < 200 || status === 204 || status === 304
  const { content, size, complete } = hasNoBody
    ? { content: EMPTY, size: 0, complete: true }
    : headers['transfer-encoding']?.toLowerCase() === 'chunked'
      ? (progress.chunks ??= new ChunkReader()).read(rest, isClosed)
      : readSized(rest, headers['content-length'], isClosed)
  if (!complete && !isClosed) return undefined
  const response = { status, statusLine, headers, body: content.toString(), length: content.length, complete }
  return { response, size: head.size + size }
}

/** @param offset Number of bytes that do not contain the end of the head. */
function parseHead(bytes: Buffer, offset: number): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n', offset)
  if (end === -1 || end > MAX_HEAD_BYTES) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = line.slice(0, Math.max(0, colon)).toLowerCase()
    const value = colon > 0 ? line.slice(colon + 1).trim() : ''
    headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`
  }
  return { statusLine, status: Number(statusLine.split(' ')[1]), headers, size: end + 4 }
}

/** A body, and its size on the wire. */
interface Content {
  readonly content: Buffer
  readonly size: number
  readonly complete: boolean
}

function readSized(rest: Buffer, length: string | undefined, isClosed: boolean): Content {
  const size = length === undefined ? rest.length : Math.min(Number(length), rest.length)
  const complete = length === undefined ? isClosed : rest.length >= Number(length)
  return { content: rest.subarray(0, size), size, complete }
}

/** Reads a chunked body of which more bytes arrive. */
class ChunkReader {
  /** Start and end of the content of each chunk. */
  readonly #ranges: number[] = []
  #length = 0
  /** Number of bytes that were read, framing included. */
  #offset = 0

  /** @param rest All bytes after the head. */
  read(rest: Buffer, isClosed: boolean): Content {
    for (;;) {
      const end = rest.indexOf('\r\n', this.#offset)
      const size = end === -1 ? undefined : parseChunkSize(rest, this.#offset, end)
      if (size === 0) {
        // The trailer section ends with an empty line (RFC 9112, section 7.1.2).
        const last = rest.indexOf('\r\n\r\n', end)
        if (last !== -1) return { content: this.#join(rest), size: last + 4, complete: true }
      }
      if (size === undefined || size === 0 || rest.length < end + size + 4)
        // The content is joined once: when nothing more can arrive.
        return { content: isClosed ? this.#join(rest) : EMPTY, size: rest.length, complete: false }
      this.#ranges.push(end + 2, end + 2 + size)
      this.#length += size
      this.#offset = end + size + 4
    }
  }

  #join(rest: Buffer): Buffer {
    const content = Buffer.alloc(this.#length)
    let length = 0
    for (let index = 0; index < this.#ranges.length; index += 2)
      length += rest.copy(content, length, this.#ranges[index], this.#ranges[index + 1])
    return content
  }
}

/** Parses the size of a chunk: up to 8 hexadecimal digits, then white space, an extension or the end of the line. */
function parseChunkSize(bytes: Buffer, start: number, end: number): number | undefined {
  const line = bytes.toString('latin1', start, Math.min(end, start + 32))
  const [digits] = /^[0-9a-f]{1,8}(?=[ \t]*(?:;|$))/i.exec(line) ?? []
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}
