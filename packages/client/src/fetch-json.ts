import { StreamTerminated, type ApiError } from '@faultline/core'
import { isAbort, networkError } from './network-error.ts'
import { parseError, withRequestId, type ParseErrorOptions } from './parse-error.ts'
import { readText } from './read-body-text.ts'
import { retry, type RetryOptions } from './retry.ts'
import { UnusableAnswer } from './unexpected-response.ts'

/** What fetch is given, and how to retry and to read errors. */
export interface FetchOptions
  extends Omit<RequestInit, 'signal'>, Omit<ParseErrorOptions, 'signal'>, RetryOptions {
  /**
   * Whether sending it twice is as good as sending it once.
   * @default true for GET, HEAD, OPTIONS, TRACE, PUT and DELETE (RFC 9110, 9.2.2), and with an Idempotency-Key
   */
  idempotent?: boolean | undefined
  /** Sends a request. @default the global fetch */
  fetch?: ((request: Request, init: { signal: AbortSignal }) => Promise<Response>) | undefined
}

export interface FetchJsonOptions extends FetchOptions {
  /** The most bytes of an answer that are read. @default 64 MiB */
  maxBytes?: number | undefined
}

const MAX_BYTES = 2 ** 26

/**
 * Fetches, and tries again where that is of use and safe. A request's body that is a stream is kept until then.
 *
 * @returns An answer with a status of 2xx, its body not yet read. The signal goes on to end that.
 * @throws an ApiError: the one that the server answered, or one for what happened to the network, with its cause
 * (`model_unavailable`, `gateway_timeout`, `upstream_error`); the signal's reason once that is aborted; a TypeError
 * where no request can be made of what was given
 */
export async function fetchWithRetry(
  input: string | URL | Request,
  options: FetchOptions = {},
): Promise<Response> {
  return exchange(input, options, (response) => response)
}

/**
 * Fetches JSON, and tries again where that is of use and safe.
 *
 * @returns What an answer with a status of 2xx says; undefined for 204 and 205, which say nothing.
 * @throws what `fetchWithRetry` throws; `upstream_error`, not retryable, where a 2xx is no JSON or too large;
 * `stream_terminated` where it broke off
 */
export async function fetchJson<T = unknown>(
  input: string | URL | Request,
  options: FetchJsonOptions = {},
): Promise<T> {
  return exchange(input, options, (response, signal) => readJson<T>(response, signal, options))
}

async function exchange<T>(
  input: string | URL | Request,
  options: FetchOptions,
  use: (response: Response, signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const request = new Request(input, options as RequestInit)
  const { fetch: send = globalThis.fetch, idempotent = isIdempotent(request) } = options
  const outer = options.signal ?? (input instanceof Request ? input.signal : undefined)
  return retry(
    async ({ signal }) => {
      const response = await send(request.clone(), { signal }).catch((thrown: unknown) => {
        throw isAbort(thrown) ? thrown : networkError(thrown)
      })
      if (response.status >= 400) throw await parseError(response, { ...options, signal })
      if (!response.ok) throw unusable(`The answer has the status ${response.status}`, response, options)
      return use(response, signal)
    },
    { ...options, idempotent, signal: outer },
  )
}

async function readJson<T>(response: Response, signal: AbortSignal, options: FetchJsonOptions): Promise<T> {
  if (response.status === 204 || response.status === 205) return undefined as T
  const { maxBytes: limit = MAX_BYTES } = options
  const { text, end, cause } =
    response.body === null
      ? { text: '', end: 'whole' as const }
      : await readText(response.body, { limit, signal })
  if (isAbort(cause)) throw cause
  if (end === 'broken') throw withRequestId(new StreamTerminated({ cause }), response.headers, options)
  if (end === 'limit') throw unusable(`The answer is larger than ${limit} bytes`, response, options)
  try {
    return JSON.parse(text) as T
  } catch (problem) {
    throw unusable('The answer is no JSON', response, options, problem)
  }
}

function unusable(message: string, response: Response, options: FetchOptions, cause?: unknown): ApiError {
  if (!response.bodyUsed) response.body?.cancel().catch(() => {})
  return withRequestId(new UnusableAnswer({ message, cause }), response.headers, options)
}

function isIdempotent({ method, headers }: Request): boolean {
  return /^(?:GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/.test(method) || headers.has('idempotency-key')
}
