import { isApiError, type ApiError, type ApiRequest } from '@faultline/core'
import { destination, pino, type Logger } from 'pino'

/** What no log may hold: keys, and tokens of an Authorization header. */
const SECRETS = /\b(sk-|Bearer\s+)[\w.-]{4,}/gi
const LONGEST = 8192

/** JSON lines on standard error. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null }, destination({ dest: 2, sync: true }))
}

/** Logs each failure once: what was answered, and the stack of what was thrown where that is this service's fault. */
export function logFailures(logger: Logger) {
  return function log(error: ApiError, thrown: unknown, { method, url, id }: ApiRequest): void {
    const { code, status } = error
    const line = { request: id, method, path: url.split('?', 1)[0], status, code }
    if (status < 500) logger.info(line, 'request refused')
    else
      logger.error(
        { ...line, stack: stackOf(isApiError(thrown) ? (thrown.cause ?? thrown) : thrown) },
        'request failed',
      )
  }
}

/** A text without keys and tokens. */
export function redact(text: string): string {
  return text.slice(0, LONGEST).replaceAll(SECRETS, '$1***')
}

function stackOf(thrown: unknown): string {
  try {
    const { stack } = Object(thrown) as { stack?: unknown }
    return redact(typeof stack === 'string' ? stack : `${typeof thrown} was thrown`)
  } catch {
    return 'something was thrown that can not be looked at'
  }
}
