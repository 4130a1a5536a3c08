// Sends requests and counts the responses. The first message of a round is a `Load`, answered when the connections are
// open. The next message starts the requests and is answered with a `LoadResult`. In between, the parent reads the CPU
// time of the server, so that it does not include the connections.
//
// Responses are not parsed: each must have the expected length and begin with the expected status line. A client that
// does more would be slower than the servers, which would then be measured while they wait.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import process from 'node:process'

/** Requests to send: as many as the server answers within a time. */
export interface Load {
  readonly port: number
  readonly request: string
  readonly statusLine: string
  /** Length of each response, head included. */
  readonly byteLength: number
  readonly durationMs: number
}

export interface LoadResult {
  readonly requests: number
  readonly durationMs: number
}

/** Number of connections. Each has one request in flight. */
const CONNECTIONS = 20

/** A connection that sends the next request when it has received a response. */
class Connection {
  readonly #load: Load
  readonly #socket: Socket
  readonly #request: Buffer
  #end = 0
  #count = 0
  #receivedLength = 0
  #resolve: (count: number) => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(load: Load) {
    this.#load = load
    this.#request = Buffer.from(load.request)
    this.#socket = connect({
      port: load.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(65_536),
        callback: (length, buffer) => this.#receive(length, buffer),
      },
    })
    this.#socket.on('error', (error) => this.#reject(error))
    this.#socket.on('close', () => this.#reject(new Error('load: the server closed the connection')))
  }

  async open(): Promise<void> {
    await once(this.#socket, 'connect')
  }

  /** Sends requests until a time, and resolves with the number of responses. */
  run(end: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#end = end
      this.#socket.write(this.#request)
    })
  }

  #receive(length: number, buffer: Uint8Array): boolean {
    const { statusLine, byteLength } = this.#load
    if (this.#receivedLength === 0 && !startsWith(buffer, statusLine))
      this.#reject(new Error(`load: expected ${statusLine}`))
    this.#receivedLength += length
    if (this.#receivedLength < byteLength) return true
    if (this.#receivedLength > byteLength)
      this.#reject(new Error(`load: expected ${byteLength} bytes, received ${this.#receivedLength}`))
    this.#receivedLength = 0
    this.#count += 1
    if (performance.now() < this.#end) this.#socket.write(this.#request)
    else {
      this.#resolve(this.#count)
      this.#socket.destroy()
    }
    return true
  }
}

process.on('disconnect', () => process.exit())

while (process.connected) {
  const [load] = (await once(process, 'message')) as [Load]
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(load))
  await Promise.all(connections.map((connection) => connection.open()))
  const start = once(process, 'message')
  process.send?.({})
  await start
  process.send?.(await run(connections, load.durationMs))
}

async function run(connections: readonly Connection[], durationMs: number): Promise<LoadResult> {
  const start = performance.now()
  const end = start + durationMs
  keepAwake(end)
  const counts = await Promise.all(connections.map((connection) => connection.run(end)))
  return {
    requests: counts.reduce((sum, count) => sum + count, 0),
    durationMs: performance.now() - start,
  }
}

/**
 * Keeps this process from waiting for events until a time. To wake a waiting process takes the kernel as long as to send a
 * short response, counts as CPU time of the server, and happens more often the slower the server is.
 */
function keepAwake(end: number): void {
  if (performance.now() < end) setImmediate(keepAwake, end)
}

function startsWith(buffer: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (buffer[index] !== text.codePointAt(index)) return false
  return true
}
