import { isApiError, readProperty, type ApiRequest, type Recognizer } from '@faultline/core'
import { createUpstreamError } from './create-upstream-error.ts'
import { identifyFailure } from './libraries/index.ts'
import type { UpstreamOptions } from './options.ts'

/** Options of `upstreamRecognizer`. */
export interface UpstreamRecognizerOptions<Raw = unknown> extends Omit<
  UpstreamOptions,
  'signal' | 'requestContent' | 'streamStarted'
> {
  /**
   * Returns the signal that aborts when the caller disconnects.
   * @default the `signal` of the framework's request, if that is a fetch Request
   */
  readonly signal?: ((request: ApiRequest<Raw>) => AbortSignal | undefined) | undefined
}

/**
 * Creates a recognizer for the `recognizers` option of an adapter. It converts errors of provider SDKs and HTTP clients
 * that a route handler does not catch, as `fromUpstream` does. It identifies them by their shape and returns undefined
 * for any other value.
 *
 *     faultline(app, { envelope: 'openai', recognizers: [upstreamRecognizer({ origin: 'openai' })] })
 */
export function upstreamRecognizer<Raw = unknown>(
  options: UpstreamRecognizerOptions<Raw> = {},
): Recognizer<Raw> {
  const { signal: getSignal = getRequestSignal, ...upstreamOptions } = options
  return function recognizeUpstream(thrown, request) {
    if (isApiError(thrown)) return undefined
    const failure = identifyFailure(thrown)
    if (failure === undefined) return undefined
    // Fastify creates a request's signal when it is read, which is slow. A response with a status was not aborted.
    const signal = failure.status === undefined ? getSignal(request) : undefined
    return createUpstreamError(
      failure,
      thrown,
      signal === undefined ? upstreamOptions : { ...upstreamOptions, signal },
    )
  }
}

function getRequestSignal({ raw }: ApiRequest): AbortSignal | undefined {
  const signal = readProperty(raw, 'signal')
  return isAbortSignal(signal) ? signal : undefined
}

function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof readProperty(value, 'aborted') === 'boolean'
}
