import { StreamTerminated, type ApiError } from '@faultline/core'
import { addRequestId, parseError, type ParseErrorOptions } from './parse/parse-error.ts'
import { readBodyText } from './parse/read-body-text.ts'
import { createUnexpectedResponse } from './parse/unexpected-response.ts'
import { createNetworkError, isAbort } from './retry/network-error.ts'
import { retry, type RetryOptions } from './retry/retry.ts'

/** Options of fetch, of retries and of the parsing of errors. */
export interface FetchOptions
  extends Omit<RequestInit, 'signal'>, Omit<ParseErrorOptions, 'signal'>, RetryOptions {
  /**
   * Whether the request may be sent twice without further effect.
   * @default true for GET, HEAD, OPTIONS, TRACE, PUT and DELETE (RFC 9110, section 9.2.2), and with an Idempotency-Key
   */
  idempotent?: boolean | undefined
  /** Sends a request. @default the global fetch */
  fetch?: ((request: Request, init: { signal: AbortSignal }) => Promise<Response>) | undefined
}

export interface FetchJsonOptions extends FetchOptions {
  /** Maximum size of the response body, in bytes. @default 64 MiB */
  maxBytes?: number | undefined
}

const MAX_BYTES = 2 ** 26

/**
 * Fetches, and retries if that may succeed and is safe. A request body that is a stream is buffered for retries.
 *
 * @returns A response with a 2xx status whose body has not been read. The signal still aborts the reading of the body.
 * @throws An ApiError: the server's error, or an error of the network with its cause (`model_unavailable`,
 * `gateway_timeout`, `upstream_error`). The signal's reason if the signal aborts. A TypeError if the arguments are not
 * a valid request.
 */
export async function fetchWithRetry(
  input: string | URL | Request,
  options: FetchOptions = {},
): Promise<Response> {
  return fetchAndUse(input, options, (response) => response)
}

/**
 * Fetches JSON, and retries if that may succeed and is safe.
 *
 * @returns The parsed body of a response with a 2xx status; undefined for 204 and 205, which have no body.
 * @throws The errors of `fetchWithRetry`; `upstream_error`, not retryable, if a 2xx body is not JSON or too large;
 * `stream_terminated` if the body is truncated.
 */
export async function fetchJson<T = unknown>(
  input: string | URL | Request,
  options: FetchJsonOptions = {},
): Promise<T> {
  return fetchAndUse(input, options, (response, signal) => readJson<T>(response, signal, options))
}

/** Retries include `useResponse`, because the connection can fail while the body is read. */
async function fetchAndUse<T>(
  input: string | URL | Request,
  options: FetchOptions,
  useResponse: (response: Response, signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const { fetch: send = globalThis.fetch, signal, ...init } = options
  const request = new Request(input, { ...init, ...(signal === undefined ? {} : { signal }) })
  const { idempotent = isIdempotent(request) } = options
  const callerSignal = signal ?? (input instanceof Request ? input.signal : undefined)
  return retry(
    async ({ signal: attemptSignal }) => {
      const response = await send(request.clone(), { signal: attemptSignal }).catch((thrown: unknown) => {
        throw isAbort(thrown) ? thrown : createNetworkError(thrown)
      })
      if (response.status >= 400) throw await parseError(response, { ...options, signal: attemptSignal })
      if (!response.ok)
        throw rejectResponse(`Unexpected response status ${response.status}`, response, options)
      return useResponse(response, attemptSignal)
    },
    { ...options, idempotent, signal: callerSignal },
  )
}

async function readJson<T>(response: Response, signal: AbortSignal, options: FetchJsonOptions): Promise<T> {
  if (response.status === 204 || response.status === 205) return undefined as T
  const { maxBytes = MAX_BYTES } = options
  const { text, end, cause } =
    response.body === null
      ? { text: '', end: 'complete' }
      : await readBodyText(response.body, { maxBytes, signal })
  if (isAbort(cause)) throw cause
  if (end === 'truncated') throw addRequestId(new StreamTerminated({ cause }), response.headers, options)
  if (end === 'too-large')
    throw rejectResponse(`The response body exceeds ${maxBytes} bytes`, response, options)
  try {
    return JSON.parse(text) as T
  } catch (syntaxError) {
    throw rejectResponse('The response body is not valid JSON', response, options, syntaxError)
  }
}

/** Creates the error for an unusable response, and closes a body that was not read. */
function rejectResponse(
  message: string,
  response: Response,
  options: FetchOptions,
  cause?: unknown,
): ApiError {
  if (!response.bodyUsed) response.body?.cancel().catch(() => {})
  return createUnexpectedResponse(message, response, options, cause)
}

function isIdempotent({ method, headers }: Request): boolean {
  return /^(?:GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/.test(method) || headers.has('idempotency-key')
}
