import { logTo, RateLimitExceeded, type ResponderOptions } from '@faultline/core'
import { upstreamRecognizer } from '@faultline/upstream'
import { logger } from './hand-written.ts'
import { RETRY_AFTER, type Kind } from './workload.ts'

/**
 * Returns the options of Faultline for a kind: the default options, and those that the kind requires.
 *
 * @param hasLogger Whether the framework has a logger that is turned off. Without one, an unknown error is written to the
 * console by default, so the hook is removed.
 */
export function createOptions<Raw>(kind: Kind, hasLogger = false): ResponderOptions<Raw> {
  if (kind === 'upstream-429')
    return { envelope: 'ai-api', recognizers: [upstreamRecognizer<Raw>({ origin: 'openai' })] }
  if (kind === 'unknown-error-logged')
    return { envelope: 'ai-api', onError: logTo<Raw>(() => logger, { limitRepeats: false }) }
  if (kind === 'unknown-error' && !hasLogger) return { envelope: 'ai-api', onError: [] }
  return { envelope: 'ai-api' }
}

/** Creates the typed error of Faultline. The adapters re-export its class. */
export function createFaultlineError(): unknown {
  return new RateLimitExceeded({ retryAfter: RETRY_AFTER })
}
