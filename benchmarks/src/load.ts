// Sends requests and counts the responses. Each message is a `Load`, answered with a `LoadResult`.
//
// Responses are not parsed: each must have the expected length and begin with the expected status line. A client that
// does more would be slower than the servers, which would then be measured while they wait.
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

process.on('disconnect', () => process.exit())
process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function run(load: Load): Promise<LoadResult> {
  const start = performance.now()
  const end = start + load.durationMs
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => sendUntil(load, end)))
  return {
    requests: counts.reduce((sum, count) => sum + count, 0),
    durationMs: performance.now() - start,
  }
}

/** Sends requests over one connection until a time, and resolves with the number of responses. */
function sendUntil({ port, request, statusLine, byteLength }: Load, end: number): Promise<number> {
  const bytes = Buffer.from(request)
  return new Promise((resolve, reject) => {
    let count = 0
    let received = 0
    const onBytes = (length: number, buffer: Uint8Array): boolean => {
      if (received === 0 && !startsWith(buffer, statusLine)) fail(new Error(`load: not ${statusLine}`))
      received += length
      if (received < byteLength) return true
      if (received > byteLength) fail(new Error(`load: ${received} bytes, expected ${byteLength}`))
      received = 0
      count += 1
      if (performance.now() < end) socket.write(bytes)
      else {
        socket.destroy()
        resolve(count)
      }
      return true
    }
    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: Buffer.alloc(65_536), callback: onBytes },
    })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('load: the server closed the connection')))
    socket.write(bytes)
  })
}

function startsWith(buffer: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (buffer[index] !== text.codePointAt(index)) return false
  return true
}
