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

const RESPONSE_TIMEOUT_MS = 1000

/** The data of the last event of an OpenAI-style stream. */
const DONE = '[DONE]'

/** Maximum length of a response body, in UTF-16 code units. */
const MAX_BODY_LENGTH = 4 * 1024 * 1024

/** The `origin` of errors from the upstream. */
const ORIGIN = 'upstream'

/** A port that refuses connections. Requests for the demo's model `unreachable` go there. */
const UNREACHABLE_URL = 'http://127.0.0.1:2'

/** This service's key at the upstream. Clients must never see it. */
const SERVICE_KEY = 'sk-service-at-upstream'

/** Calls the OpenAI-style upstream. All failures are typed errors. */
export class UpstreamClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /**
   * Posts a request and returns the JSON response. The whole response must arrive within a second.
   *
   * @param signal Aborts when the client has disconnected.
   */
  async post(path: string, model: string, body: object, signal: AbortSignal): Promise<object> {
    try {
      const response = await this.#send(path, model, body, signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS))
      return await readObject(response, body)
    } catch (thrown) {
      throw toUpstreamError(thrown, signal)
    }
  }

  /**
   * Posts a request and returns the events of the response. Its head must arrive within a second.
   *
   * @param signal Aborts when the client has disconnected.
   */
  async stream(
    path: string,
    model: string,
    body: object,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string>> {
    // AbortSignal.timeout cannot be cancelled, and the rest of the stream has no time limit.
    const deadline = new AbortController()
    const timer = setTimeout(
      () => deadline.abort(new DOMException('The upstream did not respond in time', 'TimeoutError')),
      RESPONSE_TIMEOUT_MS,
    )
    try {
      const response = await this.#send(path, model, body, signal, deadline.signal)
      if (!/^text\/event-stream\b/.test(response.headers.get('content-type') ?? '')) {
        await readObject(response, body)
        throw new FailedRequest({ origin: ORIGIN, cause: new Error('The response is not an event stream') })
      }
      return readStream(response, signal)
    } catch (thrown) {
      throw toUpstreamError(thrown, signal)
    } finally {
      clearTimeout(timer)
    }
  }

  async #send(
    path: string,
    model: string,
    body: object,
    signal: AbortSignal,
    deadline: AbortSignal,
  ): Promise<Response> {
    const response = await fetch(`${model === 'unreachable' ? UNREACHABLE_URL : this.#url}${path}`, {
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

function toUpstreamError(thrown: unknown, signal: AbortSignal): ApiError {
  return isApiError(thrown) ? thrown : fromUpstream(thrown, { origin: ORIGIN, signal })
}

/** Yields the text of each event. The stream is complete only if it ends with `[DONE]`. */
async function* readStream(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  try {
    // An answer that a content filter ended is passed on.
    for await (const { data } of readEvents(response, {
      envelope: 'openai',
      terminator: DONE,
      contentFilter: 'yield',
      signal,
    }))
      yield `data: ${data}\n\n`
  } catch (cause) {
    if (signal.aborted) throw new ClientClosedRequest({ cause })
    // The upstream's own message stays in the cause. Clients only learn whether the stream was cut or failed.
    throw isApiError(cause, 'stream_terminated')
      ? new StreamTerminated({ cause, origin: ORIGIN })
      : new StreamError({ cause, origin: ORIGIN })
  }
  yield `data: ${DONE}\n\n`
}

/** Returns whether an error is the upstream's fault. Errors caused by the request are not. */
export function isUpstreamFailure(error: Error): boolean {
  return isApiError(error) && (error instanceof UpstreamError || error instanceof FailedRequest)
}

/** Reads a JSON response. @throws ApiError if it is an error in a response with status 200 */
async function readObject(response: Response, requestContent: object): Promise<object> {
  const text = await readText(response)
  const body = JSON.parse(text) as object
  if ('error' in body)
    throw await fromUpstreamResponse(new Response(text, response), { origin: ORIGIN, requestContent })
  return body
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > MAX_BODY_LENGTH)
      throw new FailedRequest({ origin: ORIGIN, cause: new Error('The response body is too large') })
  }
  return text + decoder.decode()
}
