import { createSplitter } from '../events/create-splitter.ts'
import { isOversizeEventError } from '../events/held-bytes.ts'
import type { SentStream } from '../events/sent-stream.ts'
import type { StreamSplitter } from '../events/stream-splitter.ts'
import { isAnsweredOnSocket } from '../http/answered-on-socket.ts'
import { canEndWithError } from '../http/content-type.ts'
import type { Responder } from '../respond/responder.ts'
import { createErrorResponse, WebRequest } from './error-response.ts'

/** The part of a stream that was sent, while it is sent. */
interface SentSource {
  readonly sent: SentStream | undefined
}

/** The sources of the bodies of `stream`: it has waited for their first chunk, and their chunks are whole events. */
const prebufferedBodies = new WeakMap<ReadableStream, SentSource>()

/** Marks a body of `stream`, so that `guardResponse` does not wait for it and divide it again. */
export function markPrebuffered(body: ReadableStream, source: SentSource): void {
  prebufferedBodies.set(body, source)
}

/** Returns whether the body of a response can end with an error if it fails. */
export function mayEndWithError({ body, headers }: Response): boolean {
  return body !== null && (prebufferedBodies.has(body) || canEndWithError(headers.get('content-type') ?? ''))
}

/** Maximum time to wait for the first event, in milliseconds. Clients consider a stream open when its head arrives. */
const FIRST_EVENT_TIMEOUT_MS = 250

/** Node's own response, if an app runs on one. */
interface NodeResponse {
  destroy(reason: Error): unknown
}

/**
 * Guards a response with a streaming body. It waits for the first chunk, so that a stream that fails immediately gets
 * an error response with its status; for the first event of an event stream it waits a quarter of a second at most. The
 * events of an event stream and the lines of newline-delimited JSON are sent when they are complete. A later failure ends
 * them with an error, and truncates any other body, so that no client treats it as complete. The stream is cancelled when
 * the client disconnects.
 *
 * @param nodeResponse Node's own response. A failed body destroys it. @default the body fails, and its server closes the
 * connection
 * @returns The response to send. Never rejects.
 */
export async function guardResponse(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  nodeResponse?: NodeResponse,
): Promise<Response> {
  const { body, headers, status, statusText } = response
  if (body === null || body.locked) return response
  const timeoutMs = prebufferedBodies.has(body) ? 0 : FIRST_EVENT_TIMEOUT_MS
  const guarded = new GuardedBody(responder, response, body, request, nodeResponse)
  try {
    await guarded.waitForFirstChunk(timeoutMs)
  } catch (thrown) {
    return createErrorResponse(responder, thrown, request, headers, nodeResponse)
  }
  if (request.signal.aborted)
    return createErrorResponse(responder, createDisconnectError(), request, headers, nodeResponse)
  return new Response(new ReadableStream(guarded, { highWaterMark: 0 }), { status, statusText, headers })
}

function createDisconnectError(): Error {
  return new Error('The client disconnected')
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
}

/** The source of a guarded body. It reads the original body only as fast as the client does. */
class GuardedBody {
  readonly #responder: Responder<Request>
  readonly #response: Response
  readonly #request: Request
  readonly #nodeResponse: NodeResponse | undefined
  /** Undefined if the body is not divided, or comes from `stream`. */
  readonly #splitter: StreamSplitter | undefined
  /** Undefined if the body cannot end with an error. */
  readonly #sentSource: SentSource | undefined
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  /** Whether the original body has ended. */
  #hasEnded = false
  #firstPiece: Promise<Uint8Array | undefined> | undefined
  /** Whether the body has ended, failed or been cancelled. */
  #isDone = false

  constructor(
    responder: Responder<Request>,
    response: Response,
    body: ReadableStream<Uint8Array>,
    request: Request,
    nodeResponse: NodeResponse | undefined,
  ) {
    this.#responder = responder
    this.#response = response
    this.#request = request
    this.#nodeResponse = nodeResponse
    const source = prebufferedBodies.get(body)
    const contentType = response.headers.get('content-type') ?? ''
    this.#splitter = source === undefined ? createSplitter(contentType) : undefined
    this.#sentSource = source ?? this.#splitter
    this.#reader = body.getReader()
  }

  /**
   * Waits for the first chunk, the end, or the client's disconnection. For an event stream it waits until the timeout
   * at most.
   *
   * @throws The error with which the body failed in this time.
   */
  async waitForFirstChunk(timeoutMs: number): Promise<void> {
    const { signal } = this.#request
    const cancel = (): void => {
      // The failure of a cancelled body is not a failure of the request.
      this.#reader.cancel(signal.reason).catch(() => {})
    }
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
    const firstPiece = this.#readPiece()
    this.#firstPiece = firstPiece
    // `pull` reads the same promise. A failure after the timeout must not count as unhandled until then.
    firstPiece.catch(() => {})
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      await (this.#sentSource !== undefined
        ? Promise.race([firstPiece, new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))])
        : firstPiece)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const piece = await this.#next()
      if (this.#isDone) return
      if (piece !== undefined) controller.enqueue(piece)
      else {
        this.#isDone = true
        controller.close()
      }
    } catch (thrown) {
      if (this.#isDone) return
      this.#isDone = true
      this.#endWithFailure(thrown, controller)
    }
  }

  cancel(reason: unknown): Promise<void> {
    if (!this.#isDone) {
      this.#isDone = true
      this.#reportClientClosed(reason instanceof Error ? reason : createDisconnectError())
    }
    return this.#reader.cancel(reason)
  }

  #next(): Promise<Uint8Array | undefined> {
    const pending = this.#firstPiece ?? this.#readPiece()
    this.#firstPiece = undefined
    return pending
  }

  /** Returns the next chunk, in an event stream whole events; undefined at the end. */
  async #readPiece(): Promise<Uint8Array | undefined> {
    while (!this.#hasEnded) {
      const { done, value } = await this.#reader.read()
      if (done) this.#hasEnded = true
      // At the regular end, the last event may lack its blank line.
      const piece = done ? this.#splitter?.flush() : (this.#splitter?.push(value) ?? value)
      if (piece !== undefined && piece.length > 0) return toBytes(piece)
    }
    return undefined
  }

  #endWithFailure(thrown: unknown, controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#request.signal.aborted) {
      this.#reportClientClosed(thrown)
      controller.error()
      return
    }
    const end = this.#createEnd(thrown)
    if (end !== '') {
      controller.enqueue(toBytes(end))
      controller.close()
      return
    }
    // Not the thrown error: a server may write the message of a failed body to the client.
    const reason = new Error('The response was aborted')
    if (this.#nodeResponse === undefined) controller.error(reason)
    else this.#nodeResponse.destroy(reason)
  }

  /** Returns the end of the body for a failure; an empty string if the body must be truncated. Calls the hooks. */
  #createEnd(thrown: unknown): string {
    const request = this.#createRequest()
    const sent = isOversizeEventError(thrown) ? undefined : this.#sentSource?.sent
    if (sent !== undefined) return this.#responder.errorEvents(thrown, request, sent)
    this.#responder.report(thrown, request)
    return ''
  }

  #reportClientClosed(cause: unknown): void {
    // The server closed the connection, not the client, if `drain` has ended the stream on Node's response.
    if (this.#nodeResponse !== undefined && isAnsweredOnSocket(this.#nodeResponse)) return
    this.#responder.reportClientClosed(cause, this.#createRequest())
  }

  #createRequest(): WebRequest {
    return new WebRequest(this.#request, this.#response.headers, this.#response.status)
  }
}
