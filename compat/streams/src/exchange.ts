import { Agent, request as sendRequest, type IncomingMessage } from 'node:http'
import { REQUEST_ID } from './sources.ts'

const TIMEOUT_MS = 10_000

/** A response as it was received. */
export interface ReceivedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether the response ended as HTTP requires, rather than with its connection. */
  readonly isComplete: boolean
}

/** Headers of the response that clients read or that describe the body. Others are the handler's, or the connection's. */
const HEADERS = [
  'content-type',
  'content-length',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-request-id',
  'request-id',
] as const

/** Sends requests over connections that are kept open. */
export class Requester {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 })

  /** @throws Error if there is no response in time. */
  async get(port: number, path: string): Promise<ReceivedResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<ReceivedResponse>()
    const request = sendRequest(
      {
        agent: this.#agent,
        host: '127.0.0.1',
        port,
        path,
        headers: { 'x-request-id': REQUEST_ID, accept: '*/*' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (response) => void receive(response).then(resolve, reject),
    )
    request.on('error', (cause) => reject(new Error(`${path}: no response: ${cause.message}`, { cause })))
    request.end()
    return promise
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function receive(response: IncomingMessage): Promise<ReceivedResponse> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch {
    // The connection was cut, which `complete` reports.
  }
  const headers = HEADERS.flatMap((name) => {
    const value = response.headers[name]
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
    isComplete: response.complete,
  }
}
