import { EventEmitter, once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const DEFAULT_TIMEOUT_MS = 4000

/** Maximum number of unread bytes. A client that receives more closes the connection. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024

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
  #bytes: Buffer = Buffer.alloc(0)
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
    return this.#waitFor(() => {
      const parsed = parseResponse(this.#bytes, method, this.#closed !== undefined)
      if (parsed === undefined) return undefined
      this.#bytes = this.#bytes.subarray(parsed.size)
      return parsed.response
    }, 'response')
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

  async #waitFor<Value>(read: () => Value | undefined, expected: string): Promise<Value> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
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

/**
 * Parses the first response of received bytes.
 *
 * @returns The response and its size in bytes; undefined if it is incomplete and the connection is open.
 */
function parseResponse(
  bytes: Buffer,
  method: string,
  isClosed: boolean,
): { response: RawResponse; size: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`
  }
  const status = Number(statusLine.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  const hasNoBody = method === 'HEAD' || status < 200 || status === 204 || status === 304
  const { content, size, complete } = hasNoBody
    ? { content: Buffer.alloc(0), size: 0, complete: true }
    : headers['transfer-encoding']?.toLowerCase() === 'chunked'
      ? readChunks(rest)
      : readSized(rest, headers['content-length'], isClosed)
  if (!complete && !isClosed) return undefined
  const response = { status, statusLine, headers, body: content.toString(), length: content.length, complete }
  return { response, size: end + 4 + size }
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

function readChunks(rest: Buffer): Content {
  const chunks: Buffer[] = []
  const finish = (size: number, complete: boolean): Content => ({
    content: Buffer.concat(chunks),
    size,
    complete,
  })
  for (let offset = 0; ;) {
    const end = rest.indexOf('\r\n', offset)
    const line = end === -1 ? '' : rest.toString('latin1', offset, end)
    const [digits] = /^[0-9a-f]{1,8}(?=[ \t]*(?:;|$))/i.exec(line) ?? []
    const size = Number.parseInt(digits ?? '', 16)
    if (size === 0) {
      // The trailer section ends with an empty line (RFC 9112, section 7.1.2).
      const last = rest.indexOf('\r\n\r\n', end)
      return last === -1 ? finish(rest.length, false) : finish(last + 4, true)
    }
    if (digits === undefined || rest.length < end + size + 4) return finish(rest.length, false)
    chunks.push(rest.subarray(end + 2, end + 2 + size))
    offset = end + size + 4
  }
}
