import { isApiError, type ApiRequest, type Recognizer } from '@faultline/core'
import { identify } from './libraries/index.ts'
import { errorOfFailure } from './from-upstream.ts'
import type { UpstreamOptions } from './options.ts'
import { read } from './read.ts'

/** The options of `upstreamRecognizer`. */
export interface UpstreamRecognizerOptions<Raw = unknown> extends Omit<UpstreamOptions, 'signal' | 'sent'> {
  /**
   * The signal that aborts when the caller has left.
   * @default the `signal` of the framework's request, where that is a fetch Request
   */
  readonly signal?: ((request: ApiRequest<Raw>) => AbortSignal | undefined) | undefined
}

/**
 * A recognizer for the option `recognizers` of every adapter: whatever a route lets through of what a
 * provider's SDK or an HTTP client threw is answered as `fromUpstream` has it. It knows them by their
 * signatures; of anything else it says nothing.
 *
 *     faultline(app, { envelope: 'openai', recognizers: [upstreamRecognizer({ origin: 'openai' })] })
 */
export function upstreamRecognizer<Raw = unknown>(
  options: UpstreamRecognizerOptions<Raw> = {},
): Recognizer<Raw> {
  const { signal: signalOf = signalOfRaw, ...rest } = options
  return function recognizeUpstream(thrown, request) {
    try {
      const failure = isApiError(thrown) ? undefined : identify(thrown)
      if (failure === undefined) return undefined
      return errorOfFailure(failure, thrown, { ...rest, signal: signalOf(request) })
    } catch {
      // A value that can't be looked at is of no library.
      return undefined
    }
  }
}

function signalOfRaw({ raw }: ApiRequest): AbortSignal | undefined {
  const signal = read(raw, 'signal')
  return typeof read(signal, 'aborted') === 'boolean' ? (signal as AbortSignal) : undefined
}
