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
  StreamError,
  StreamTerminated,
  UpstreamError,
  type ApiError,
} from '@faultline/core'
import { EventSourceParserStream } from 'eventsource-parser/stream'

const DEADLINE = 1000
/** What an OpenAI-style stream ends with. */
const DONE = '[DONE]'

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
      response = await this.#fetch(path, model, body, AbortSignal.any([signal, deadline]))
      const answer = parseAnswer(await readText(response))
      if (!response.ok) throw errorOfAnswer(response, answer)
      if (answer === undefined)
        throw new FailedRequest({ cause: new UpstreamAnswer(response), origin: ORIGIN })
      return answer
    } catch (cause) {
      throw errorOfCut(cause, { signal, deadline, response })
    }
  }

  /**
   * Posts a request that is answered with an event stream. The stream's head is to come in a second.
   *
   * @param signal Aborts when the caller has left.
   * @returns The events of the upstream, as texts.
   */
  async stream(
    path: string,
    model: string,
    body: object,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string>> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), DEADLINE)
    let response: Response | undefined
    try {
      response = await this.#fetch(path, model, body, AbortSignal.any([signal, late.signal]))
      if (!response.ok) throw errorOfAnswer(response, parseAnswer(await readText(response)))
      if (response.body === null || !/^text\/event-stream\b/.test(response.headers.get('content-type') ?? ''))
        throw new FailedRequest({ cause: new UpstreamAnswer(response), origin: ORIGIN })
      return eventsOf(response.body, { signal, response })
    } catch (cause) {
      throw errorOfCut(cause, { signal, deadline: late.signal, response })
    } finally {
      clearTimeout(timer)
    }
  }

  #fetch(path: string, model: string, body: object, signal: AbortSignal): Promise<Response> {
    return fetch(`${model === 'unreachable' ? NOBODY : this.#url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
  }
}

/** A failure on the way to an upstream, or from it. */
function errorOfCut(
  cause: unknown,
  {
    signal,
    deadline,
    response,
  }: { signal: AbortSignal; deadline: AbortSignal; response: Response | undefined },
): ApiError {
  if (isApiError(cause)) return cause
  if (signal.aborted) return new ClientClosedRequest({ cause })
  if (deadline.aborted) return new ModelTimeout({ cause, origin: ORIGIN })
  if (response === undefined) return new ModelUnavailable({ cause, origin: ORIGIN })
  return new StreamTerminated({ cause, origin: ORIGIN })
}

/** The events of an upstream's stream, as they came, up to the one that says that it is whole. */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  told: { signal: AbortSignal; response: Response },
): AsyncGenerator<string> {
  const texts = body.pipeThrough(new TextDecoderStream())
  const events = texts.pipeThrough(new EventSourceParserStream())
  // The answer has begun: from here on an upstream may take its time.
  const deadline = new AbortController().signal
  try {
    for await (const { data } of events) {
      const error = errorOfEvent(data)
      if (error !== undefined) throw error
      yield `data: ${data}\n\n`
      if (data === DONE) return
    }
  } catch (cause) {
    throw errorOfCut(cause, { ...told, deadline })
  }
  throw new StreamTerminated({ origin: ORIGIN })
}

/** What an upstream's stream says went wrong, in an event of its own. */
function errorOfEvent(data: string): ApiError | undefined {
  const { error } = (parseAnswer(data) ?? {}) as { error?: { code?: unknown } }
  if (error === undefined) return undefined
  const code = typeof error?.code === 'string' ? ` (${error.code})` : ''
  return new StreamError({ cause: new Error(`The upstream's stream failed${code}`), origin: ORIGIN })
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
