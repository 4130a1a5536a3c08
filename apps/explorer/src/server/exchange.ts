import { addAbortSignal, type Duplex } from 'node:stream'
import { connect } from 'node:net'
import type { AppRequest } from '../shared/request-of.ts'
import type { Ending, SendEvent } from '../shared/send-event.ts'
import { AnswerReader } from './answer-reader.ts'

/** How much of an answer is read, and for how long. */
export interface ExchangeLimits {
  /** Bytes of the body. */
  readonly bytes: number
  /** Milliseconds. */
  readonly time: number
}

/** What an exchange tells: nothing of the SDKs. */
export type ExchangeEvent = Exclude<SendEvent, { type: 'sdk' }>

/**
 * Sends a request over a socket of its own, and tells of it and of the answer as it comes, no faster than it is read.
 *
 * @param signal Ends the exchange, and the app's socket with it.
 */
export async function* exchange(
  address: string,
  request: AppRequest,
  limits: ExchangeLimits,
  signal: AbortSignal,
): AsyncGenerator<ExchangeEvent> {
  const { host, hostname, port } = new URL(address)
  const head = headOf(request, host)
  yield { type: 'request', url: address + request.path, head, body: request.body }
  const patience = AbortSignal.timeout(limits.time)
  const socket = connect({ host: hostname, port: Number(port || 80), noDelay: true })
  addAbortSignal(AbortSignal.any([signal, patience]), socket)
  const started = performance.now()
  const at = (): number => Math.round((performance.now() - started) * 10) / 10
  let bytes = 0
  const end = (how: Ending): ExchangeEvent => ({ type: 'end', at: at(), how, bytes })
  socket.write(`${head}\r\n${request.body}`)
  try {
    const reader = new AnswerReader()
    const decoder = new TextDecoder()
    for await (const part of partsOf(socket, reader)) {
      if (part.type === 'head') yield { ...part, at: at() }
      else {
        bytes += part.bytes.length
        if (bytes > limits.bytes) {
          yield end('too-long')
          return
        }
        const text = decoder.decode(part.bytes, { stream: true })
        if (text !== '') yield { type: 'body', at: at(), text }
      }
    }
    yield end(reader.mayEnd ? 'whole' : 'cut')
  } catch (error) {
    signal.throwIfAborted()
    yield end(patience.aborted ? 'too-slow' : endingOf(error as NodeJS.ErrnoException))
  } finally {
    socket.destroy()
  }
}

/** The parts of an answer, until it is whole. */
async function* partsOf(socket: Duplex, reader: AnswerReader) {
  for await (const data of socket as AsyncIterable<Buffer>) {
    yield* reader.read(data)
    if (reader.isWhole) return
  }
}

function headOf({ method, path, headers, body }: AppRequest, host: string): string {
  const lines = [
    ['host', host],
    ...headers,
    ...(body === '' ? [] : [['content-length', String(Buffer.byteLength(body))]]),
    // The answer ends with its connection, so that a broken one can be told from a whole one.
    ['connection', 'close'],
  ]
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
}

function endingOf({ code, syscall }: NodeJS.ErrnoException): Ending {
  if (syscall === 'connect') return 'unreachable'
  return code === undefined ? 'no-http' : 'reset'
}
