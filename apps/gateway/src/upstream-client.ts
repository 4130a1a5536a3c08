import {
  ClientClosedRequest,
  FailedRequest,
  isApiError,
  ModelOverloaded,
  ModelServerError,
  ModelTimeout,
  ModelUnavailable,
  parseRetryAfter,
  PromptTooLong,
  RateLimitExceeded,
  StreamTerminated,
  UpstreamError,
  type ApiError,
} from '@faultline/core'

const DEADLINE = 1000
const LARGEST_ANSWER = 4 * 1024 * 1024

/** What the upstream is called where an error came from it. */
const ORIGIN = 'upstream'

/** A port where nobody listens: the demo's model `unreachable` is served there. */
const NOBODY = 'http://127.0.0.1:2'

/** The key of this service at the upstream. None of its callers' business. */
const SERVICE_KEY = 'sk-service-at-upstream'

/** What an upstream answered, for logs: without its text, which may quote keys and prompts. */
class UpstreamAnswer extends Error {
  readonly status: number
  readonly upstreamCode: string | undefined
  readonly upstreamRequestId: string | undefined

  constructor({ status, headers }: Response, code?: string) {
    super(`The upstream answered ${status}`)
    this.name = 'UpstreamAnswer'
    this.status = status
    this.upstreamCode = code
    this.upstreamRequestId = headers.get('x-request-id') ?? undefined
  }
}

/** Calls the OpenAI-style upstream, and turns every way in which that fails into a typed error. */
export class UpstreamClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /**
   * Posts a request and reads its answer, in a second at most.
   *
   * @param signal Aborts when the caller has left.
   */
  async post(path: string, model: string, body: object, signal: AbortSignal): Promise<object> {
    const deadline = AbortSignal.timeout(DEADLINE)
    let response: Response | undefined
    try {
      response = await fetch(`${model === 'unreachable' ? NOBODY : this.#url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, deadline]),
      })
      const answer = parseAnswer(await readText(response))
      if (!response.ok) throw errorOfAnswer(response, answer)
      if (answer === undefined)
        throw new FailedRequest({ cause: new UpstreamAnswer(response), origin: ORIGIN })
      return answer
    } catch (cause) {
      if (isApiError(cause)) throw cause
      if (signal.aborted) throw new ClientClosedRequest({ cause })
      if (deadline.aborted) throw new ModelTimeout({ cause, origin: ORIGIN })
      if (response === undefined) throw new ModelUnavailable({ cause, origin: ORIGIN })
      throw new StreamTerminated({ cause, origin: ORIGIN })
    }
  }
}

/** Whether an error is the upstream's fault, and no matter of what it was asked. */
export function isUpstreamFailure(error: Error): boolean {
  return isApiError(error) && (error instanceof UpstreamError || error instanceof FailedRequest)
}

function errorOfAnswer(response: Response, answer: { error?: unknown } | undefined): ApiError {
  const { code, message } = (answer?.error ?? {}) as Record<string, unknown>
  const cause = new UpstreamAnswer(response, typeof code === 'string' ? code : undefined)
  const options = { cause, origin: ORIGIN }
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'))
  if (response.status === 429) return new RateLimitExceeded({ ...options, retryAfter: retryAfter ?? 5 })
  if (response.status === 503) return new ModelOverloaded({ ...options, retryAfter })
  if (response.status >= 500) return new ModelServerError(options)
  if (code === 'context_length_exceeded') {
    return new PromptTooLong({ ...options, message: typeof message === 'string' ? message : undefined })
  }
  // What is left, the service's own key refused for one, is this service's fault, and says nothing.
  return new FailedRequest(options)
}

function parseAnswer(text: string): object | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > LARGEST_ANSWER)
      throw new FailedRequest({ cause: new UpstreamAnswer(response), origin: ORIGIN })
  }
  return text + decoder.decode()
}
