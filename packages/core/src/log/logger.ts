import { isObject, readProperty } from '../recognize/safe-read.ts'

/** A level that failures are logged at. */
export type LogLevel = 'error' | 'info'

interface Levels {
  /** Returns whether the logger writes lines of a level. Loggers such as pino and winston have it. @default true */
  isLevelEnabled?(level: LogLevel): boolean
}

/** A logger that takes data, then a message, such as pino and bunyan. */
export interface Logger extends Levels {
  error(data: object, message: string): void
  info(data: object, message: string): void
}

/** A logger that takes a message, then data, such as winston. */
export interface MessageLogger extends Levels {
  error(message: string, data: object): void
  info(message: string, data: object): void
}

/** A logger that takes a string, such as the console. */
export interface TextLogger extends Levels {
  error(text: string): void
  info(text: string): void
}

/** The arguments that a logger takes: data and a message, a message and data, or one text with all data. */
export type LogStyle = 'data-first' | 'message-first' | 'text'

export const LOG_STYLES: readonly LogStyle[] = ['data-first', 'message-first', 'text']

/**
 * Detects the arguments that a logger takes: `text` for a console and for consola, `message-first` for winston and its child
 * loggers, and `data-first` for any other, such as pino and bunyan.
 */
export function detectLogStyle(logger: unknown): LogStyle {
  // The console has `groupEnd`; consola `wrapConsole`.
  if (isMethod(logger, 'groupEnd') || isMethod(logger, 'wrapConsole')) return 'text'
  return isObject(readProperty(logger, 'transports')) && isMethod(logger, 'log')
    ? 'message-first'
    : 'data-first'
}

function isMethod(logger: unknown, name: string): boolean {
  return typeof readProperty(logger, name) === 'function'
}

/** Source text of a function without statements. */
const EMPTY_FUNCTION = /^(?:function\b)?\s*\w*\s*\(\s*\)\s*(?:=>)?\s*\{\s*\}$/

/** Functions that were tested by `isDiscarded`. Frameworks create a logger per request, but not its functions. */
const emptyFunctions = new WeakMap<Function, boolean>()

/** Returns whether a logger discards the lines of a level: its function is empty, or `isLevelEnabled` returns false. */
export function isDiscarded(logger: Logger | MessageLogger | TextLogger, level: LogLevel): boolean {
  const log: unknown = logger[level]
  if (typeof log !== 'function') return false
  let isEmpty = emptyFunctions.get(log)
  if (isEmpty === undefined) {
    isEmpty = EMPTY_FUNCTION.test(Function.prototype.toString.call(log))
    emptyFunctions.set(log, isEmpty)
  }
  return isEmpty || logger.isLevelEnabled?.(level) === false
}
