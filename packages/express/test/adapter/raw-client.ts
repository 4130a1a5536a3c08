import { connect, type Socket } from 'node:net'
import { afterAll } from 'vitest'

/** One response, as its bytes came. */
export interface RawResponse {
  readonly status: number
  /** The last of each name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const LIMIT = 3000
const clients = new Set<RawClient>()

afterAll(() => {
  for (const client of clients) client.socket.destroy()
})

/** A client that writes what it is told and reads what comes, whether it is HTTP or not. Nothing waits over 3 s. */
export class RawClient {
  readonly socket: Socket
  /** Whether the other side has ended or broken the connection. */
  closed = false
  /** What came and was not read yet. */
  received = Buffer.alloc(0)
  readonly #waiting = new Set<() => void>()

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    this.socket.on('data', (part: Buffer) => {
      this.received = Buffer.concat([this.received, part])
      this.#wake()
    })
    for (const event of ['end', 'close', 'error']) {
      this.socket.on(event, () => {
        this.closed = true
        this.#wake()
      })
    }
    clients.add(this)
  }

  write(text: string): this {
    this.socket.write(text)
    return this
  }

  /** The next response; undefined where the connection ends, or nothing comes, before it is whole. */
  async response(method = 'GET'): Promise<RawResponse | undefined> {
    await this.until(() => this.received.includes('\r\n\r\n'))
    const end = this.received.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [line, ...lines] = this.received.subarray(0, end).toString('latin1').split('\r\n')
    const headers = Object.fromEntries(
      lines.map((text) => [
        text.slice(0, text.indexOf(':')).toLowerCase(),
        text.slice(text.indexOf(':') + 1).trim(),
      ]),
    )
    const length = method === 'HEAD' ? 0 : Number(headers['content-length'] ?? 0)
    await this.until(() => this.received.length >= end + 4 + length)
    if (this.received.length < end + 4 + length) return undefined
    const body = this.received.subarray(end + 4, end + 4 + length).toString('utf8')
    this.received = this.received.subarray(end + 4 + length)
    return { status: Number(line!.split(' ')[1]), headers, body }
  }

  /** Waits until something holds, the connection ends, or 3 s pass. */
  async until(holds: () => boolean): Promise<void> {
    const end = Date.now() + LIMIT
    while (!holds() && !this.closed && Date.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - Date.now())
        this.#waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  /** Waits for the connection to end, and gives all that was not read. */
  async rest(): Promise<string> {
    await this.until(() => this.closed)
    return this.received.toString('utf8')
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

/** A request's text. */
export function requestText(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
