import { addAbortSignal, type Duplex } from 'node:stream'
import { connect } from 'node:net'
import type { AppRequest } from '../shared/create-request.ts'
import type { Ending, SendEvent } from '../shared/send-event.ts'
import { ResponseReader } from './response-reader.ts'

export interface ExchangeLimits {
  /** Maximum size of the body. */
  readonly bytes: number
  readonly timeoutMs: number
}

export type ExchangeEvent = Exclude<SendEvent, { type: 'sdk' }>

/**
 * Sends a request over a new socket and yields the request and the response as it arrives, with backpressure.
 *
 * @param signal Closes the socket.
 */
export async function* exchange(
  address: string,
  request: AppRequest,
  limits: ExchangeLimits,
  signal: AbortSignal,
): AsyncGenerator<ExchangeEvent> {
  const { host, hostname, port } = new URL(address)
  const head = formatHead(request, host)
  yield { type: 'request', url: address + request.path, head, body: request.body }
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const socket = connect({ host: hostname, port: Number(port || 80), noDelay: true })
  addAbortSignal(AbortSignal.any([signal, timeout]), socket)
  const started = performance.now()
  const getTime = (): number => Math.round((performance.now() - started) * 10) / 10
  let bytes = 0
  const end = (ending: Ending): ExchangeEvent => ({ type: 'end', at: getTime(), ending, bytes })
  socket.write(`${head}\r\n${request.body}`)
  try {
    const reader = new ResponseReader()
    const decoder = new TextDecoder()
    for await (const part of readParts(socket, reader)) {
      if (part.type === 'head') yield { ...part, at: getTime() }
      else {
        bytes += part.bytes.length
        if (bytes > limits.bytes) {
          yield end('too-large')
          return
        }
        const text = decoder.decode(part.bytes, { stream: true })
        if (text !== '') yield { type: 'body', at: getTime(), text }
      }
    }
    yield end(reader.mayEnd ? 'complete' : 'truncated')
  } catch (error) {
    signal.throwIfAborted()
    yield end(timeout.aborted ? 'timed-out' : classifyError(error as NodeJS.ErrnoException))
  } finally {
    socket.destroy()
  }
}

/** Yields the parts of the response until it is complete. */
async function* readParts(socket: Duplex, reader: ResponseReader) {
  for await (const data of socket as AsyncIterable<Buffer>) {
    yield* reader.read(data)
    if (reader.isComplete) return
  }
}

function formatHead({ method, path, headers, body }: AppRequest, host: string): string {
  const lines = [
    ['host', host],
    ...headers,
    ...(body === '' ? [] : [['content-length', String(Buffer.byteLength(body))]]),
    // The socket serves only this request.
    ['connection', 'close'],
  ]
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
}

function classifyError({ code, syscall }: NodeJS.ErrnoException): Ending {
  if (syscall === 'connect') return 'unreachable'
  return code === undefined ? 'invalid-http' : 'reset'
}
