import { readEvents } from '@faultline/client'
import {
  ClientClosedRequest,
  FailedRequest,
  isApiError,
  StreamError,
  StreamTerminated,
  UpstreamError,
  type ApiError,
} from '@faultline/core'
import { fromUpstream, fromUpstreamResponse } from '@faultline/upstream'

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

/** Calls the OpenAI-style upstream. Every way in which that fails is a typed error. */
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
    try {
      const response = await this.#ask(path, model, body, signal, AbortSignal.timeout(DEADLINE))
      return JSON.parse(await readText(response)) as object
    } catch (thrown) {
      throw errorOf(thrown, signal)
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
    const timer = setTimeout(() => late.abort(new DOMException('Too late', 'TimeoutError')), DEADLINE)
    try {
      const response = await this.#ask(path, model, body, signal, late.signal)
      if (!/^text\/event-stream\b/.test(response.headers.get('content-type') ?? ''))
        throw new FailedRequest({ origin: ORIGIN, cause: new Error('The upstream streamed no events') })
      return eventsOf(response, signal)
    } catch (thrown) {
      throw errorOf(thrown, signal)
    } finally {
      // The answer has begun: from here on an upstream may take its time.
      clearTimeout(timer)
    }
  }

  async #ask(
    path: string,
    model: string,
    body: object,
    signal: AbortSignal,
    deadline: AbortSignal,
  ): Promise<Response> {
    const response = await fetch(`${model === 'unreachable' ? NOBODY : this.#url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, deadline]),
    })
    if (!response.ok)
      throw await fromUpstreamResponse(response, { origin: ORIGIN, signal, requestContent: body })
    return response
  }
}

/** The error of whatever went wrong with the upstream. */
function errorOf(thrown: unknown, signal: AbortSignal): ApiError {
  return isApiError(thrown) ? thrown : fromUpstream(thrown, { origin: ORIGIN, signal })
}

/** The events of an upstream's stream, as they came, up to the one that says that it is whole. */
async function* eventsOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const { data } of readEvents(response, { envelope: 'openai', terminator: DONE, signal }))
      yield `data: ${data}\n\n`
  } catch (cause) {
    if (signal.aborted) throw new ClientClosedRequest({ cause })
    // What the upstream says is its own affair; whether it said anything is not.
    const wasCut = isApiError(cause, 'stream_terminated')
    throw wasCut
      ? new StreamTerminated({ cause, origin: ORIGIN })
      : new StreamError({ cause, origin: ORIGIN })
  }
  yield `data: ${DONE}\n\n`
}

/** Whether an error is the upstream's fault, and no matter of what it was asked. */
export function isUpstreamFailure(error: Error): boolean {
  return isApiError(error) && (error instanceof UpstreamError || error instanceof FailedRequest)
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > LARGEST_ANSWER)
      throw new FailedRequest({ origin: ORIGIN, cause: new Error('The upstream’s answer is too large') })
  }
  return text + decoder.decode()
}
