import { formatCauses, serializeError } from './serialize-error.ts'
import type { ErrorHook } from '../respond/options.ts'

/** A logger as frameworks have them: what is to be logged, and a line for people. */
export interface Logger {
  error(about: object, message: string): void
  info(about: object, message: string): void
}

/**
 * A hook that leaves logging to a logger, the framework's or pino: a 5xx with its chain of causes as an error, all
 * others as information, in the words of `serializeError`. Nothing else that hangs on an error is logged: it may hold
 * keys and prompts.
 */
export function logTo<Raw>(loggerOf: (raw: Raw) => Logger): ErrorHook<Raw> {
  return function log(error, thrown, request) {
    const about = serializeError(error, thrown, request)
    if (about.status < 500) loggerOf(request.raw).info(about, 'request refused')
    else loggerOf(request.raw).error(about, 'request failed')
  }
}

/** The hook where there is neither a hook nor a logger: a 5xx with its chain of causes, and nothing of all others. */
export const logToConsole: ErrorHook = function log(error, thrown, request) {
  const { code, status, method, path, requestId, causes = [] } = serializeError(error, thrown, request)
  if (status < 500) return
  tellConsole(`${method} ${path} ${requestId ?? ''} answered ${status} ${code}`, formatCauses(causes))
}

/** Tells of what failed in a hook or a recognizer: nothing else would. */
export function warn(what: string, failure: unknown): void {
  tellConsole(what, formatCauses(serializeError(undefined, failure).causes ?? []))
}

function tellConsole(what: string, why: string): void {
  try {
    console.error(`Faultline: ${what}: ${why}`)
  } catch {
    // Nobody is left to be told.
  }
}
