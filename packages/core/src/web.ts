import type { ApiRequest } from './request.ts'
import type { Answer, Responder } from './responder.ts'

/** A fetch Request as the responder sees it. */
export class WebRequest implements ApiRequest<Request> {
  readonly raw: Request
  readonly #headers: Headers | undefined
  id?: string

  /** @param headers Headers that the failed handler had set for its answer. */
  constructor(raw: Request, headers?: Headers) {
    this.raw = raw
    this.#headers = headers
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

  sent(name: string): string | undefined {
    return this.#headers?.get(name) ?? undefined
  }
}

/** An answer as a fetch Response. */
export function toResponse({ status, headers, body }: Answer, method?: string): Response {
  return new Response(method === 'HEAD' ? null : body, { status, headers })
}

/**
 * The Response to a failure. Never throws.
 *
 * @param headers Headers that the failed handler had set; those of the exchange are kept.
 */
export function errorResponse(
  responder: Responder<Request>,
  thrown: unknown,
  request: Request,
  headers?: Headers,
): Response {
  const answer = responder.answer(thrown, new WebRequest(request, headers))
  const response = toResponse(answer, request.method)
  headers?.forEach((value, name) => {
    if (name === 'set-cookie') {
      if (!responder.drops(name)) response.headers.append(name, value)
    } else if (!responder.drops(name) && !response.headers.has(name)) response.headers.set(name, value)
  })
  return response
}
