import type { ApiError } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { escapeControls } from './escape-controls.ts'
import { formatCauses, serializeApiError, serializeCauses } from './serialize-error.ts'

/** Called once per failure with the error of the response, the thrown value and the request. */
export type ErrorHook<Raw = unknown> = (
  error: ApiError,
  thrown: unknown,
  request: ApiRequest<Raw>,
) => void | Promise<void>

/** A logger as frameworks have them: data, and a human-readable line. */
export interface Logger {
  error(data: object, message: string): void
  info(data: object, message: string): void
  /** Returns whether the logger writes lines of a level. Loggers such as pino and winston have it. @default true */
  isLevelEnabled?(level: LogLevel): boolean
}

/** A level that failures are logged at. */
export type LogLevel = 'error' | 'info'

/**
 * Creates a hook that logs each failure through the framework's logger, or through pino. It logs the result of
 * `serializeError`: a 5xx with its cause chain at level `error`, any other status at level `info`. Other properties of
 * an error are not logged, because they may hold keys and prompts. A failure that the logger would discard is not
 * serialized.
 *
 * @param getLogger Returns the logger of a request.
 */
export function logTo<Raw>(getLogger: (raw: Raw) => Logger): ErrorHook<Raw> {
  return function log(error, thrown, request) {
    // The code that wrote the response has not failed.
    if (request.foreign === true) return
    const logger = getLogger(request.raw)
    const level = error.status < 500 && request.unexpected !== true ? 'info' : 'error'
    if (isDiscarded(logger, level)) return
    const data = serializeApiError(error, thrown, request)
    if (level === 'info') logger.info(data, 'client error')
    else logger.error(data, 'server error')
  }
}

/** Source text of a function without statements. */
const EMPTY_FUNCTION = /^(?:function\b)?\s*\w*\s*\(\s*\)\s*(?:=>)?\s*\{\s*\}$/

/** Functions that were tested by `isDiscarded`. Frameworks create a logger per request, but not its functions. */
const emptyFunctions = new WeakMap<Function, boolean>()

/** Returns whether a logger discards the lines of a level: its function is empty, or `isLevelEnabled` returns false. */
function isDiscarded(logger: Logger, level: LogLevel): boolean {
  const log: unknown = logger[level]
  if (typeof log !== 'function') return false
  let isEmpty = emptyFunctions.get(log)
  if (isEmpty === undefined) {
    isEmpty = EMPTY_FUNCTION.test(Function.prototype.toString.call(log))
    emptyFunctions.set(log, isEmpty)
  }
  return isEmpty || logger.isLevelEnabled?.(level) === false
}

/** The hook without an `onError` option and without a logger: writes a 5xx and its cause chain to the console. */
export const logToConsole: ErrorHook = function log(error, thrown, request) {
  // Describing an error costs more than sending it.
  if ((error.status < 500 && request.unexpected !== true) || request.foreign === true) return
  const { code, status, method, path, requestId, causes = [] } = serializeApiError(error, thrown, request)
  const id = requestId === undefined ? '' : ` (${requestId})`
  writeToConsole(`${method} ${path}${id} failed with ${status} ${code}`, formatCauses(causes))
}

/** Reports an exception in a hook, a recognizer or an option to the console. */
export function warn(message: string, exception: unknown): void {
  writeToConsole(message, formatCauses(serializeCauses(undefined, exception)))
}

function writeToConsole(message: string, causes: string): void {
  try {
    console.error(escapeControls(`Faultline: ${message}: ${causes}`))
  } catch {
    // console.error itself failed. There is no other place to report it.
  }
}
