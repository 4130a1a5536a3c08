import type { Issue } from './issue.ts'

/** Key of the option that passes the state of a parsed error to its constructor. */
export const PARSED: unique symbol = Symbol.for('faultline.wire')

/** State of an error that was parsed from a response. It takes precedence over the statics of the class. */
export interface ParsedState {
  /** The code, if no known class has it. */
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly requestId?: string | undefined
  readonly timestamp?: Date | undefined
  /** Whether an envelope parsed the error from a response. */
  readonly isReceived?: boolean
  /** Members that an extended envelope adds to its bodies. */
  readonly extraMembers?: Readonly<Record<string, unknown>> | undefined
}

/** Options of every error class. */
export interface ApiErrorOptions<Details = unknown> {
  /**
   * Message for the caller. Public, except on `internal_error` and its subclasses.
   * @default the message of the class
   */
  message?: string | undefined
  /** Cause of the error. Hooks and logs receive it; it is never sent. */
  cause?: unknown
  /**
   * When to retry: a number of seconds (not milliseconds) from now, or a date. Sent as Retry-After in whole seconds
   * (RFC 9110, section 10.2.3). A value of another type, such as a string, is not sent.
   */
  retryAfter?: number | Date | undefined
  /** Validation problems of the request. */
  issues?: readonly Issue[] | undefined
  /** The system that the error came from, for example the name of a provider. @default this service */
  origin?: string | undefined
  /** Headers to send with the response. Invalid headers, and headers that the server sets itself, are dropped. */
  headers?: Readonly<Record<string, string>> | undefined
  /**
   * Any further data that JSON can represent, at most 16 KiB. Public: envelopes send it in normal mode, except on
   * `internal_error` and its subclasses, and on errors whose message is private. Define the property as not enumerable to
   * keep it for hooks and logs.
   */
  details?: Details
  /**
   * Whether the message is public.
   * @default false on `internal_error` and its subclasses, otherwise true
   */
  expose?: boolean | undefined
  /**
   * Whether to capture a stack trace. Capturing takes longer than all other work for an error.
   * @default true if the status of the class is 500 or above, otherwise false
   */
  captureStack?: boolean | undefined
}

/** Options that the constructor reads in addition to those of `ApiErrorOptions`. */
export interface InternalOptions<Details> extends ApiErrorOptions<Details> {
  readonly field?: unknown
  readonly issue?: unknown
  readonly [PARSED]?: ParsedState
}

type OptionName = Exclude<keyof InternalOptions<unknown>, typeof PARSED>

/** An object without properties. It inherits those that other code has added to `Object.prototype`. */
const PLAIN: { readonly [name in OptionName]?: unknown } = {}

/**
 * Returns the options in the argument of a constructor: a string is the message, any other value but an object sets no
 * option. The options are copied without their prototype if other code has added a property with the name of an option to
 * `Object.prototype`. Otherwise every error would have that option.
 */
export function readOptions<Details>(
  argument: InternalOptions<Details> | string | null | undefined,
): InternalOptions<Details> {
  const options =
    typeof argument === 'object' && argument !== null
      ? argument
      : typeof argument === 'string'
        ? { message: argument }
        : {}
  return isPolluted() ? Object.assign(Object.create(null), options) : options
}

/** Reads each option by a constant name, which is much faster than `in` or a loop over names. */
function isPolluted(): boolean {
  const value =
    PLAIN.message ??
    PLAIN.cause ??
    PLAIN.retryAfter ??
    PLAIN.issues ??
    PLAIN.issue ??
    PLAIN.field ??
    PLAIN.origin ??
    PLAIN.headers ??
    PLAIN.details ??
    PLAIN.expose ??
    PLAIN.captureStack
  return value !== undefined && value !== null
}
