import { EventSplitter, isOversizeEventError } from '../events/event-splitter.ts'
import { isAnsweredOnSocket } from '../http/answered-on-socket.ts'
import type { Responder } from '../respond/responder.ts'
import { createErrorResponse, isEventStream, WebRequest } from './error-response.ts'

/** Bodies of `stream`: it has waited for their first chunk, and their chunks are whole events. */
const prebufferedBodies = new WeakSet<ReadableStream>()

/** Marks a body of `stream`, so that `guardResponse` does not wait for it again. */
export function markPrebuffered(body: ReadableStream): void {
  prebufferedBodies.add(body)
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
 * events of an event stream are sent when they are complete. A later failure ends an event stream with an error event, and
 * truncates any other body, so that no client treats it as complete. The stream is cancelled when the client disconnects.
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

/** The source of a guarded body. It reads the original body only as fast as the client does. */
class GuardedBody {
  readonly #responder: Responder<Request>
  readonly #response: Response
  readonly #request: Request
  readonly #nodeResponse: NodeResponse | undefined
  readonly #isEvents: boolean
  /** Undefined if the body is not an event stream, or comes from `stream`. */
  readonly #splitter: EventSplitter | undefined
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
    this.#isEvents = isEventStream(response)
    this.#splitter = this.#isEvents && !prebufferedBodies.has(body) ? new EventSplitter() : undefined
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
      await (this.#isEvents
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
      if (piece !== undefined && piece.length > 0) return piece
    }
    return undefined
  }

  #endWithFailure(thrown: unknown, controller: ReadableStreamDefaultController<Uint8Array>): void {
    const request = this.#createRequest()
    if (this.#request.signal.aborted) {
      this.#reportClientClosed(thrown)
      controller.error()
    } else if (this.#isEvents && !isOversizeEventError(thrown)) {
      controller.enqueue(new TextEncoder().encode(this.#responder.errorEvent(thrown, request)))
      controller.close()
    } else {
      this.#responder.report(thrown, request)
      // Not the thrown error: a server may write the message of a failed body to the client.
      const reason = new Error('The response was aborted')
      if (this.#nodeResponse === undefined) controller.error(reason)
      else this.#nodeResponse.destroy(reason)
    }
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
