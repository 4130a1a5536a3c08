import { EventEmitter, once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** The longest that a client waits for bytes, in milliseconds, unless it is told otherwise. */
const PATIENCE = 4000

/** The most bytes that a client keeps; more is read as the connection's end. */
const MOST_BYTES = 4 * 1024 * 1024

/** How a client connects. */
export interface RawClientOptions {
  /** @default 127.0.0.1 */
  readonly host?: string | undefined
  /** Whether it speaks TLS. @default false */
  readonly isSecure?: boolean | undefined
  /** The longest that it waits for a connection, and for each answer, in milliseconds. @default 4000 */
  readonly timeout?: number | undefined
}

/** A response as it was on the wire. */
export interface RawResponse {
  readonly status: number
  readonly statusLine: string
  /** By lower-case name; several of one name are joined by a line feed, which none can hold. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The bytes of the body, less the framing of its chunks. */
  readonly length: number
  /** False where the connection closed before the body's end. */
  readonly complete: boolean
}

/** A client that sends the bytes it is told to, and reads one response after another. */
export class RawClient {
  readonly socket: Socket
  readonly #changes = new EventEmitter()
  readonly #patience: number
  #bytes: Buffer = Buffer.alloc(0)
  #closed: 'end' | 'reset' | undefined

  private constructor(socket: Socket, patience: number) {
    this.socket = socket
    this.#patience = patience
    const change = (): boolean => this.#changes.emit('change')
    socket.on('data', (data: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, data])
      if (this.#bytes.length > MOST_BYTES) socket.destroy()
      change()
    })
    socket.on('error', () => {
      this.#closed = 'reset'
      change()
    })
    socket.on('close', () => {
      this.#closed ??= 'end'
      change()
    })
  }

  /** @throws Error of the socket's, or of the name look-up; an AbortError where it takes too long. */
  static async open(
    port: number,
    { host = '127.0.0.1', isSecure = false, timeout = PATIENCE }: RawClientOptions = {},
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

  /** The next response. A `method` of HEAD says that it has no body. */
  async response(method = 'GET'): Promise<RawResponse> {
    return this.#until(() => {
      const taken = take(this.#bytes, method, this.#closed !== undefined)
      if (taken === undefined) return undefined
      this.#bytes = this.#bytes.subarray(taken.size)
      return taken.response
    }, 'response')
  }

  /** Waits for a text among the bytes that no response was made of yet. */
  async seen(text: string): Promise<void> {
    await this.#until(() => (this.#bytes.includes(text) ? true : undefined), JSON.stringify(text))
  }

  /** How the connection was closed: by a FIN, or by a reset. */
  async closed(): Promise<'end' | 'reset'> {
    return this.#until(() => this.#closed, 'close')
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  /** What came after the last response that was read. */
  get rest(): string {
    return this.#bytes.toString('latin1')
  }

  async #until<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    const signal = AbortSignal.timeout(this.#patience)
    for (;;) {
      const value = look()
      if (value !== undefined) return value
      if (this.#closed !== undefined || signal.aborted)
        throw new Error(`No ${what}; the connection is ${this.#closed ?? 'open'}, and held ${this.rest}`)
      await once(this.#changes, 'change', { signal }).catch(() => {})
    }
  }
}

/** A request's bytes, with the headers that every one needs. */
export function formatRequest(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const content = Buffer.from(body)
  const isSized = content.length > 0 && headers['transfer-encoding'] === undefined
  const all = {
    host: 'localhost',
    ...(isSized ? { 'content-length': String(content.length) } : {}),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), content])
}

function take(
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
  const hasNone = method === 'HEAD' || status < 200 || status === 204 || status === 304
  const { content, size, complete } = hasNone
    ? { content: Buffer.alloc(0), size: 0, complete: true }
    : headers['transfer-encoding']?.toLowerCase() === 'chunked'
      ? unchunk(rest)
      : sized(rest, headers['content-length'], isClosed)
  if (!complete && !isClosed) return undefined
  const response = { status, statusLine, headers, body: content.toString(), length: content.length, complete }
  return { response, size: end + 4 + size }
}

interface Content {
  readonly content: Buffer
  readonly size: number
  readonly complete: boolean
}

function sized(rest: Buffer, length: string | undefined, isClosed: boolean): Content {
  const size = length === undefined ? rest.length : Math.min(Number(length), rest.length)
  const complete = length === undefined ? isClosed : rest.length >= Number(length)
  return { content: rest.subarray(0, size), size, complete }
}

function unchunk(rest: Buffer): Content {
  const chunks: Buffer[] = []
  const taken = (size: number, complete: boolean): Content => ({
    content: Buffer.concat(chunks),
    size,
    complete,
  })
  for (let at = 0; ;) {
    const end = rest.indexOf('\r\n', at)
    const line = end === -1 ? '' : rest.toString('latin1', at, end)
    const [digits] = /^[0-9a-f]{1,8}(?=[ \t]*(?:;|$))/i.exec(line) ?? []
    const size = Number.parseInt(digits ?? '', 16)
    if (size === 0) {
      // Trailers end as a head does (RFC 9112, 7.1.2).
      const last = rest.indexOf('\r\n\r\n', end)
      return last === -1 ? taken(rest.length, false) : taken(last + 4, true)
    }
    if (digits === undefined || rest.length < end + size + 4) return taken(rest.length, false)
    chunks.push(rest.subarray(end + 2, end + 2 + size))
    at = end + size + 4
  }
}
