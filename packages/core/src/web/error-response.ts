import { isAnsweredOnSocket } from '../http/answered-on-socket.ts'
import type { ApiRequest } from '../http/request.ts'
import type { Responder, SerializedResponse } from '../respond/responder.ts'

/** A fetch Request in the form that the responder reads. */
export class WebRequest implements ApiRequest<Request> {
  readonly raw: Request
  readonly #responseHeaders: Headers | (() => Headers) | undefined
  readonly exchange: object
  id?: string
  sentStatus?: number
  foreign?: boolean
  unexpected?: boolean
  /**
   * @param responseHeaders The headers that the failed handler has set on its response, or a function that returns them.
   * @param sentStatus The status of the head, if it was sent.
   */
  constructor(raw: Request, responseHeaders?: Headers | (() => Headers), sentStatus?: number) {
    this.raw = raw
    this.exchange = raw
    this.#responseHeaders = responseHeaders
    if (sentStatus !== undefined) this.sentStatus = sentStatus
  }

  get method(): string {
    return this.raw.method
  }

  /** The path and the query, as in the request line. */
  get url(): string {
    const { pathname, search } = new URL(this.raw.url)
    return pathname + search
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined
  }

  /** Returns the methods that the path supports. An adapter that knows them overrides it. */
  allowedMethods(): readonly string[] {
    return []
  }

  responseHeader(name: string): string | undefined {
    const headers = this.#responseHeaders
    return (typeof headers === 'function' ? headers() : headers)?.get(name) ?? undefined
  }
}

/**
 * Reports a failure of a request whose client disconnected.
 *
 * @param nodeResponse Node's own response, if the app runs on one.
 * @returns Whether no response can be sent: the client disconnected, or the error was already sent on the socket.
 */
export function reportIfClientClosed(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  nodeResponse?: object & { readonly destroyed?: boolean },
): boolean {
  if (nodeResponse !== undefined && isAnsweredOnSocket(nodeResponse)) return true
  // Servers on Node.js create a signal when it is read, and may not abort it for an earlier disconnection.
  const isClosed = nodeResponse?.destroyed ?? request.signal.aborted
  if (!isClosed) return false
  responder.reportClientClosed(thrown, new WebRequest(request))
  return true
}

/** Converts a serialized response to a fetch Response. For HEAD it has no body. */
export function toResponse({ status, headers, body }: SerializedResponse, method?: string): Response {
  return new Response(method === 'HEAD' ? null : body, { status, headers })
}

/**
 * Creates the Response of a failed request. Never throws.
 *
 * @param headers The headers that the failed handler has set. Those that describe its body are dropped.
 * @param nodeResponse Node's own response, if the app runs on one.
 */
export function createErrorResponse(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  headers?: Headers,
  nodeResponse?: object,
): Response {
  // The response does not reach a client. 499 is the status for that in logs.
  if (reportIfClientClosed(responder, thrown, request, nodeResponse))
    return new Response(null, { status: 499 })
  const serialized = responder.respond(thrown, new WebRequest(request, headers))
  const response = toResponse(serialized, request.method)
  if (headers !== undefined) keepHeaders(responder, headers, response)
  return response
}

/** Copies the headers of a discarded response that belong to the exchange. */
export function keepHeaders(responder: Responder<Request>, headers: Headers, response: Response): void {
  headers.forEach((value, name) => {
    if (responder.shouldDropHeader(name)) return
    if (name === 'set-cookie') response.headers.append(name, value)
    else if (!response.headers.has(name)) response.headers.set(name, value)
  })
}
