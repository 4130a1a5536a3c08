/** The options that the constructor of an error reads. */
interface ReadOptions {
  readonly message?: unknown
  readonly cause?: unknown
  readonly retryAfter?: unknown
  readonly issues?: unknown
  readonly issue?: unknown
  readonly field?: unknown
  readonly origin?: unknown
  readonly headers?: unknown
  readonly details?: unknown
  readonly expose?: unknown
  readonly captureStack?: unknown
}

/** An object without properties. It inherits those that other code has added to `Object.prototype`. */
const PLAIN: ReadOptions = {}

/**
 * Returns the options of an error unchanged, or a copy without a prototype if other code has added a property with the name
 * of an option to `Object.prototype`. Otherwise every error would have that option.
 */
export function copyIfPolluted<Options extends object>(options: Options): Options {
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
