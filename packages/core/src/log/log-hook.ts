import type { ApiError } from '../errors/api-error.ts'
import { describeValue } from '../errors/describe-value.ts'
import type { ApiRequest } from '../http/request.ts'
import { readString } from '../recognize/safe-read.ts'
import {
  detectLogStyle,
  isDiscarded,
  LOG_STYLES,
  type Logger,
  type LogLevel,
  type LogStyle,
  type MessageLogger,
  type TextLogger,
} from './logger.ts'
import { limitRepeats } from './repeat-limiter.ts'
import { formatCauses, serializeApiError, serializeCauses, type SerializedError } from './serialize-error.ts'

/** Called once per failure with the error of the response, the thrown value and the request. */
export type ErrorHook<Raw = unknown> = (
  error: ApiError,
  thrown: unknown,
  request: ApiRequest<Raw>,
) => void | Promise<void>

/** Options of `logTo`. */
export interface LogOptions<Style extends LogStyle = LogStyle> {
  /** The arguments that the logger takes. @default detected for pino, bunyan, winston, consola and the console */
  readonly style?: Style | undefined
  /**
   * Whether equal failures are logged once per second, with their number as `repeated`. They are equal if level, method, path,
   * status, code, and name and message of the thrown value are equal; ids in the path may differ. @default true
   */
  readonly limitRepeats?: boolean | undefined
}

/** A failure that may be logged later. */
interface LoggedFailure {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: ApiRequest
}

/**
 * Creates a hook that logs each failure: a 5xx with its cause chain at level `error`, any other status at level `info`. It
 * logs the result of `serializeError` with the message `server error` or `client error`, or one string for loggers that take
 * one. Other properties of an error are not logged, because they may hold keys and prompts. A failure that the logger
 * would discard is not serialized.
 *
 * @param getLogger Returns the logger of a request.
 * @throws TypeError if an argument is wrong.
 */
export function logTo<Raw>(
  getLogger: (raw: Raw) => Logger,
  options?: LogOptions<'data-first'>,
): ErrorHook<Raw>
export function logTo<Raw>(
  getLogger: (raw: Raw) => MessageLogger,
  options: LogOptions<'message-first'> & { style: 'message-first' },
): ErrorHook<Raw>
export function logTo<Raw>(
  getLogger: (raw: Raw) => TextLogger,
  options: LogOptions<'text'> & { style: 'text' },
): ErrorHook<Raw>
export function logTo<Raw>(
  getLogger: (raw: Raw) => AnyLogger,
  { style, limitRepeats: isLimited = true }: LogOptions = {},
): ErrorHook<Raw> {
  checkArguments(getLogger, style)
  const write = (failure: FailureWithLogger, repeated: number): void => {
    writeToLogger(failure, style ?? detectLogStyle(failure.logger), repeated)
  }
  const writeLimited = isLimited ? limitRepeats(write) : undefined
  return function log(error, thrown, request) {
    // The code that wrote the response has not failed.
    if (request.foreign === true) return
    const logger = getLogger(request.raw)
    const level = isServerError(error, request) ? 'error' : 'info'
    if (isDiscarded(logger, level)) return
    const failure = { error, thrown, request, logger, level } as const
    if (writeLimited === undefined) write(failure, 1)
    else writeLimited(getRepeatKey(failure), failure)
  }
}

type AnyLogger = Logger | MessageLogger | TextLogger

interface FailureWithLogger extends LoggedFailure {
  readonly logger: AnyLogger
  readonly level: LogLevel
}

function checkArguments(getLogger: unknown, style: LogStyle | undefined): void {
  if (typeof getLogger !== 'function')
    throw new TypeError(
      `logTo: the first argument must be a function that returns the logger, not ${describeValue(getLogger)}; pass () => logger`,
    )
  if (style !== undefined && !LOG_STYLES.includes(style))
    throw new TypeError(
      `logTo: option \`style\` must be 'data-first', 'message-first' or 'text', not ${describeValue(style)}`,
    )
}

function writeToLogger(failure: FailureWithLogger, style: LogStyle, repeated: number): void {
  const { logger, level } = failure
  try {
    const data = serializeRepeated(failure, repeated)
    Reflect.apply(logger[level], logger, createLogArguments(data, level, style))
  } catch (exception) {
    warn('The logger failed', exception)
  }
}

function createLogArguments(data: SerializedError, level: LogLevel, style: LogStyle): unknown[] {
  if (style === 'text') return [formatFailure(data)]
  const message = level === 'info' ? 'client error' : 'server error'
  return style === 'data-first' ? [data, message] : [message, data]
}

function serializeRepeated({ error, thrown, request }: LoggedFailure, repeated: number): SerializedError {
  const data = serializeApiError(error, thrown, request)
  return repeated > 1 ? { ...data, repeated } : data
}

/** Returns whether a failure is one of this service: a 5xx, or an unknown value with a 4xx that the handler had set. */
export function isServerError(error: ApiError, request: ApiRequest): boolean {
  return error.status >= 500 || request.unexpected === true
}

/** Creates the hook without an `onError` option and without a logger: writes a 5xx and its cause chain to the console. */
export function createConsoleLog(): ErrorHook {
  const write = limitRepeats<LoggedFailure>((failure, repeated) => {
    writeToConsole(formatFailure(serializeRepeated(failure, repeated)))
  })
  return function log(error, thrown, request) {
    // Describing an error costs more than sending it.
    if (!isServerError(error, request) || request.foreign === true) return
    const failure = { error, thrown, request }
    write(getRepeatKey(failure), failure)
  }
}

/** Writes each 5xx and its cause chain to the console. */
export const logToConsole: ErrorHook = /* @__PURE__ */ createConsoleLog()

/** Maximum length of each part of a key. */
const MAX_KEY_LENGTH = 200
/** A segment of a path that may be an id: it contains a digit and is not a version. */
const ID_SEGMENT = /\/(?!v\d+(?:\/|$))[^/]*\d[^/]*/g

/** Returns a key that equal failures have. Ids in the path are left out. */
function getRepeatKey({ error, thrown, request }: LoggedFailure): string {
  const isServer = isServerError(error, request)
  // The message of an invalid value may be a getter that formats every issue.
  const source = isServer ? thrown : error
  const description =
    typeof source === 'string'
      ? source.slice(0, MAX_KEY_LENGTH)
      : `${readString(source, 'name', MAX_KEY_LENGTH)} ${readString(source, 'message', MAX_KEY_LENGTH)}`
  const [path = ''] = request.url.slice(0, MAX_KEY_LENGTH).split('?', 1)
  return [
    isServer,
    request.method,
    path.replaceAll(ID_SEGMENT, '/*'),
    error.status,
    error.code,
    description,
  ].join('\n')
}

/** Formats a serialized failure as a string: one line, and the cause chain if it has one. */
export function formatFailure(data: SerializedError): string {
  const { code, status, method, path, requestId, causes = [], repeated } = data
  const id = requestId === undefined ? '' : ` (${requestId})`
  const times = repeated === undefined ? '' : `, ${repeated} times`
  const chain = causes.length === 0 ? '' : `: ${formatCauses(causes)}`
  return `${method} ${path}${id} failed with ${status} ${code}${times}${chain}`
}

/** Reports an exception in a hook, a recognizer or an option to the console. */
export function warn(message: string, exception: unknown): void {
  writeToConsole(`${message}: ${formatCauses(serializeCauses(undefined, exception))}`)
}

function writeToConsole(text: string): void {
  try {
    console.error(`Faultline: ${text}`)
  } catch {
    // console.error itself failed. There is no other place to report it.
  }
}
