import { isAnsweredOnSocket } from './http/answered-on-socket.ts'
import type { ApiRequest } from './http/request.ts'
import type { SerializedResponse, Responder } from './respond/responder.ts'
import { createStreamHead, OpenStream, type StreamSource, type StreamOptions } from './stream.ts'

/** A fetch Request as the responder sees it. */
export class WebRequest implements ApiRequest<Request> {
  readonly raw: Request
  readonly #headers: Headers | undefined
  id?: string
  sentStatus?: number

  /**
   * @param headers Headers that the failed handler had set for its answer.
   * @param sent The status of the head that was sent, where one was.
   */
  constructor(raw: Request, headers?: Headers, sent?: number) {
    this.raw = raw
    this.#headers = headers
    if (sent !== undefined) this.sentStatus = sent
  }

  get method(): string {
    return this.raw.method
  }

  /** As it was sent to a server: path and query alone. */
  get url(): string {
    const { pathname, search } = new URL(this.raw.url)
    return pathname + search
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined
  }

  responseHeader(name: string): string | undefined {
    return this.#headers?.get(name) ?? undefined
  }
}

/**
 * Whether nobody is there to be answered: the client has left, which the hook is told, or Node has answered already.
 *
 * @param below Node's own response, where the app runs on one.
 */
export function reportIfClientClosed(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  below?: object & { readonly destroyed?: boolean },
): boolean {
  if (below !== undefined && isAnsweredOnSocket(below)) return true
  // @hono/node-server 1 aborts a signal only if it was read before the client disconnected.
  if (!request.signal?.aborted && below?.destroyed !== true) return false
  responder.reportClientClosed(thrown, new WebRequest(request))
  return true
}

/** An answer as a fetch Response. */
export function toResponse({ status, headers, body }: SerializedResponse, method?: string): Response {
  return new Response(method === 'HEAD' ? null : body, { status, headers })
}

/**
 * The Response to a failure. Never throws.
 *
 * @param headers Headers that the failed handler had set; those of the exchange are kept.
 * @param below Node's own response, where the app runs on one.
 */
export function createErrorResponse(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  headers?: Headers,
  below?: object,
): Response {
  if (reportIfClientClosed(responder, thrown, request, below)) return new Response(null, { status: 499 })
  const answer = responder.respond(thrown, new WebRequest(request, headers))
  const response = toResponse(answer, request.method)
  headers?.forEach((value, name) => {
    if (name === 'set-cookie') {
      if (!responder.shouldDropHeader(name)) response.headers.append(name, value)
    } else if (!responder.shouldDropHeader(name) && !response.headers.has(name))
      response.headers.set(name, value)
  })
  return response
}

/** Whether an answer is an event stream, whose failure can be told in it. */
export function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
}

/** What the hook hears of, where nothing failed but the client left. */
function leaving(): Error {
  return new Error('The client has left')
}

/** Bodies that `stream` has held already. */
const prebuffered = new WeakSet<ReadableStream>()

/** How long an event stream may keep its head back, in milliseconds: clients wait for it to know that it is open. */
const PATIENCE = 250

/**
 * Guards an answer whose body is a stream. It is held until the stream has given something, so that one that fails at
 * once is answered with a true status (an event stream is held for a moment at most). One that fails later is ended
 * with an error event, or, being no event stream, is broken off, so that no client takes half an answer for a whole
 * one. A client that leaves cancels the stream.
 *
 * @param cut Breaks the connection, which is to cancel the body. @default the body fails, for its server to do that
 * @returns The answer to send. Never rejects.
 */
export async function guardResponse(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  cut?: (reason: Error) => void,
): Promise<Response> {
  const { body, headers, status, statusText } = response
  if (body === null || body.locked) return response
  const isEvents = isEventStream(response)
  const longest = prebuffered.has(body) ? 0 : PATIENCE
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const leave = (): void => void reader.cancel(request.signal.reason).catch(() => {})
  request.signal.addEventListener('abort', leave)
  if (request.signal.aborted) leave()
  let next: ReturnType<typeof reader.read> | undefined = reader.read()
  let patience: ReturnType<typeof setTimeout> | undefined
  try {
    await (isEvents
      ? Promise.race([next, new Promise((resolve) => (patience = setTimeout(resolve, longest)))])
      : next)
  } catch (thrown) {
    return createErrorResponse(responder, thrown, request, headers)
  } finally {
    clearTimeout(patience)
    request.signal.removeEventListener('abort', leave)
  }
  if (request.signal.aborted) return createErrorResponse(responder, leaving(), request, headers)
  let isOver = false
  const fail = (thrown: unknown, controller: ReadableStreamDefaultController<Uint8Array>): void => {
    isOver = true
    const failed = new WebRequest(request, headers, status)
    if (request.signal.aborted) {
      responder.reportClientClosed(thrown, failed)
      controller.error()
    } else if (isEvents) {
      // The blank line ends an event that was half written.
      controller.enqueue(new TextEncoder().encode(`\n\n${responder.errorEvent(thrown, failed)}`))
      controller.close()
    } else {
      responder.report(thrown, failed)
      // What serves the body may write the message to the client.
      const reason = new Error('The answer broke off')
      if (cut) cut(reason)
      else controller.error(reason)
    }
  }
  const guarded = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (next ?? reader.read())
          next = undefined
          if (isOver) return
          if (done) {
            isOver = true
            controller.close()
          } else controller.enqueue(value)
        } catch (thrown) {
          if (!isOver) fail(thrown, controller)
        }
      },
      cancel(reason: unknown) {
        if (!isOver) {
          const left = reason instanceof Error ? reason : leaving()
          responder.reportClientClosed(left, new WebRequest(request, headers, status))
        }
        isOver = true
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(guarded, { status, statusText, headers })
}

/**
 * An answer of what a source gives, as fast as the client reads and no faster. It is there when the first chunk is, so
 * a source that fails at once can still be answered with its true status. A client that leaves stops the source. What
 * fails later fails the body: `guardResponse` tells of it.
 *
 * @throws what the source fails with before its first chunk
 */
export async function stream(source: StreamSource, options: StreamOptions = {}): Promise<Response> {
  const opened = new OpenStream(source, options)
  const encoder = new TextEncoder()
  try {
    await opened.waitForFirstChunk(options.firstChunkTimeout)
  } catch (failure) {
    opened.stop()
    throw failure
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await opened.next()
          if (chunk === undefined) controller.close()
          else controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
        } catch (failure) {
          opened.stop()
          controller.error(failure)
        }
      },
      cancel() {
        opened.stop()
      },
    },
    { highWaterMark: 0 },
  )
  prebuffered.add(body)
  return new Response(body, createStreamHead(options))
}

export type { StreamChunk, StreamSource, StreamOptions } from './stream.ts'
