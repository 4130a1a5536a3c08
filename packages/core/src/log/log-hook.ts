import type { ApiError } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
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
}

/**
 * Creates a hook that logs each failure through the framework's logger, or through pino. It logs the result of
 * `serializeError`: a 5xx with its cause chain at level `error`, any other status at level `info`. Other properties of
 * an error are not logged, because they may hold keys and prompts.
 *
 * @param getLogger Returns the logger of a request.
 */
export function logTo<Raw>(getLogger: (raw: Raw) => Logger): ErrorHook<Raw> {
  return function log(error, thrown, request) {
    // The code that wrote the response has not failed.
    if (request.foreign === true) return
    const data = serializeApiError(error, thrown, request)
    if (data.status < 500 && request.unexpected !== true) getLogger(request.raw).info(data, 'client error')
    else getLogger(request.raw).error(data, 'server error')
  }
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
    console.error(`Faultline: ${message}: ${causes}`)
  } catch {
    // console.error itself failed. There is no other place to report it.
  }
}
