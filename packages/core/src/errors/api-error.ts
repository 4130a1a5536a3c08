import { getClassInfo, type ErrorClassInfo, type ErrorClassStatics } from './class-info.ts'
import type { ErrorCode } from './codes.ts'
import { parsePath, type Issue } from './issue.ts'
import { copyIfPolluted } from './polluted-options.ts'

/**
 * Key of an error's codes. Marks an ApiError across installed copies of this package, where `instanceof` of one copy
 * does not recognize the classes of another.
 */
export const CODES: unique symbol = Symbol.for('faultline.codes')

/** Key of the option that passes the state of a parsed error to its constructor. */
export const PARSED: unique symbol = Symbol.for('faultline.wire')

/**
 * Second argument of `super()` in a class whose parent requires options that it does not. It selects the overload of the
 * parent's constructor in which they are optional. Only the compiler uses it.
 */
export const OPTIONAL: unique symbol = Symbol('optional')

/** State of an error that was parsed from a response. It takes precedence over the statics of the class. */
export interface ParsedState {
  /** The code, if no known class has it. */
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly requestId?: string | undefined
  readonly timestamp?: Date | undefined
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
  /** Any further data. No built-in envelope sends it. */
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

/** An error with a code, a status and a public message. Error classes extend it. */
export interface ApiError<Details = unknown> extends Error {
  readonly code: ErrorCode | (string & {})
  readonly status: number
  /** The same as `status`. Some frameworks read this name. */
  readonly statusCode: number
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** Whether `message` is public. The default error handlers of frameworks read it. */
  readonly expose: boolean
  readonly retryAfter?: number | Date
  /** The invalid request field, for example `messages[0].role`. */
  readonly field?: string
  readonly issues?: readonly Issue[]
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly details: Details
  /** The id of the failed request. Set on parsed errors only. */
  readonly requestId?: string
  /** The time of the error response. Set on parsed errors only. */
  readonly timestamp: Date | undefined
  /** `message` if it is public, otherwise a generic message. */
  readonly publicMessage: string
  /** Whether the message was passed as an option and is public. Such a message takes precedence over an envelope's. */
  readonly hasOwnMessage: boolean
  /**
   * Returns the public members of the error. Cause and stack are not public. If the message is not public, only
   * name, code, status, retryable and the generic message are returned.
   */
  toJSON(): Record<string, unknown>
}

/** Type of the class `ApiError`. */
export type ApiErrorConstructor = ErrorClassStatics & {
  readonly prototype: ApiError
  /**
   * Returns whether a value is an error of this class or of a subclass. An error of another installed copy of this package
   * is identified by its codes, so a class without its own code does not recognize it.
   */
  [Symbol.hasInstance](value: unknown): boolean
} & (abstract new <Details = unknown>(options?: ApiErrorOptions<Details>) => ApiError<Details>)

/** A class that extends ApiError: `typeof RateLimitExceeded`, or a class of the application. */
export type ApiErrorClass = ErrorClassStatics &
  (abstract new (options: never) => ApiError) & { readonly prototype: ApiError }

/** Options that the constructor reads in addition to those of `ApiErrorOptions`. */
interface InternalOptions<Details> extends ApiErrorOptions<Details> {
  readonly field?: unknown
  readonly issue?: unknown
  readonly [PARSED]?: ParsedState
}

/** The options of one error that take precedence over the statics of its class. */
interface OwnState {
  readonly hasMessage: boolean
  readonly expose: boolean | undefined
  readonly parsed: ParsedState | undefined
}

/** False if `Error` is frozen, for example by `node --frozen-intrinsics`. */
const canLimitStack = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

type Inspect = (value: object, options: object) => string

/** Errors that are being formatted. An error may refer to itself. */
const inInspection = new Set<object>()

/**
 * Implementation of ApiError. Its private fields are not part of the public type: otherwise TypeScript rejects an
 * error of one installed copy of this package where the type of another copy is expected.
 */
class BaseError<Details = unknown> extends Error implements ApiError<Details> {
  static readonly code: string = 'api_error'
  static readonly status: number = 500
  static readonly retryable: boolean = false
  static readonly message: string = 'Request failed'
  static readonly field: string | undefined = undefined

  declare readonly retryAfter?: number | Date
  declare readonly field?: string
  declare readonly issues?: readonly Issue[]
  declare readonly origin?: string
  declare readonly headers?: Readonly<Record<string, string>>
  declare readonly details: Details
  declare readonly requestId?: string

  readonly #classInfo: ErrorClassInfo
  /** Undefined for most errors. One field, because each takes time in every constructor. */
  readonly #ownState: OwnState | undefined

  /**
   * Accepts any argument, because an error in an error would hide it. A missing parameter of the message is printed as
   * `unknown`, and an option of the wrong type is ignored. Callers without types may pass a message, as to `Error`.
   */
  constructor(optionsOrMessage?: ApiErrorOptions<Details>) {
    const options = toOptions<Details>(optionsOrMessage)
    const classInfo = getClassInfo(new.target)
    const { message: messageOption, retryAfter, issues, issue, origin, headers, details } = options
    const parsed = options[PARSED]
    const field = typeof options.field === 'string' ? options.field : classInfo.field
    const hasMessageOption = typeof messageOption === 'string'
    const message = hasMessageOption ? messageOption : fillPlaceholders(classInfo.messageParts, options)
    const stackTraceLimit = Error.stackTraceLimit
    const skipStack = canLimitStack && !(options.captureStack ?? classInfo.status >= 500)
    if (skipStack) Error.stackTraceLimit = 0
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    if (skipStack) Error.stackTraceLimit = stackTraceLimit
    this.#classInfo = classInfo
    if (hasMessageOption || options.expose !== undefined || parsed !== undefined)
      this.#ownState = { hasMessage: hasMessageOption, expose: options.expose, parsed }
    if (retryAfter !== undefined) this.retryAfter = retryAfter
    if (field !== undefined) this.field = field
    if (issues !== undefined) this.issues = issues
    else if (field !== undefined)
      this.issues = [{ message: typeof issue === 'string' ? issue : message, path: parsePath(field) }]
    if (origin !== undefined) this.origin = origin
    if (headers !== undefined) this.headers = headers
    if (details !== undefined) this.details = details
    if (parsed?.requestId !== undefined) this.requestId = parsed.requestId
  }

  // The setters ignore the value: middleware such as http-errors assigns `status` and `expose` to errors that it passes
  // on, and without a setter the assignment throws in strict mode.

  get code(): string {
    return this.#ownState?.parsed?.code ?? this.#classInfo.codes[0] ?? BaseError.code
  }
  set code(_) {}

  get status(): number {
    return this.#ownState?.parsed?.status ?? this.#classInfo.status
  }
  set status(_) {}

  get statusCode(): number {
    return this.status
  }
  set statusCode(_) {}

  get retryable(): boolean {
    return this.#ownState?.parsed?.retryable ?? this.#classInfo.retryable
  }
  set retryable(_) {}

  get expose(): boolean {
    return this.#ownState?.expose ?? !this.#classInfo.isInternal
  }
  set expose(_) {}

  get publicMessage(): string {
    return this.expose ? this.message : this.#classInfo.genericMessage
  }

  get hasOwnMessage(): boolean {
    return this.#ownState?.hasMessage === true && this.expose
  }

  get timestamp(): Date | undefined {
    return this.#ownState?.parsed?.timestamp
  }

  get [CODES](): readonly string[] {
    const { codes } = this.#classInfo
    const code = this.#ownState?.parsed?.code
    return code === undefined ? codes : [code, ...codes]
  }

  toJSON(): Record<string, unknown> {
    const { name, code, status, retryable, publicMessage: message } = this
    const json = { name, code, status, retryable, message }
    return this.expose ? { ...Object.fromEntries(Object.entries(this)), ...json } : json
  }

  /** Formats the error for `console.log` and `util.inspect`, which otherwise omit the code and the status. */
  [INSPECT](depth: number | null, options: object, inspect: Inspect): string {
    if (inInspection.has(this)) return '[Circular]'
    inInspection.add(this)
    try {
      return inspect(this.#copyForInspection(), { ...options, depth })
    } finally {
      inInspection.delete(this)
    }
  }

  #copyForInspection(): object {
    const copy = Object.create(Object.getPrototypeOf(this), {
      code: { value: this.code, enumerable: true },
      status: { value: this.status, enumerable: true },
    })
    return Object.defineProperties(copy, {
      ...Object.getOwnPropertyDescriptors(this),
      // These may be accessors that read internal state, which the copy lacks. `inspect` reads the codes through `instanceof`.
      stack: { value: this.stack },
      [CODES]: { value: this[CODES] },
      // Otherwise `inspect` calls the method of the copy.
      [INSPECT]: { value: undefined },
    })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const codes = errorCodes(value)
    if (codes === undefined) return false
    if (this === BaseError || Function.prototype[Symbol.hasInstance].call(this, value)) return true
    return Object.hasOwn(this, 'code') && codes.includes(this.code)
  }

  static {
    // Without them, an error would inherit what other code adds to Object.prototype.
    for (const property of ['retryAfter', 'field', 'issues', 'origin', 'headers', 'details', 'requestId'])
      Object.defineProperty(this.prototype, property, {
        value: undefined,
        writable: true,
        configurable: true,
      })
    // The class is exported under this name.
    Object.defineProperty(this, 'name', { value: 'ApiError' })
    // Loggers such as pino copy the properties that `for...in` visits.
    for (const property of [
      'code',
      'status',
      'statusCode',
      'retryable',
      'expose',
    ] satisfies (keyof ApiError)[])
      Object.defineProperty(this.prototype, property, { enumerable: true })
  }
}

/**
 * Root of the error classes. `code`, `status`, `retryable` and the default message of a class are statics, so that a
 * subclass inherits the ones that it does not declare:
 *
 *     class OutOfCredits extends QuotaExceeded {
 *       static override code = 'out_of_credits'
 *       static override status = 402
 *     }
 *     throw new OutOfCredits({ message: 'Top up to continue.' })
 */
export const ApiError: ApiErrorConstructor = BaseError

/** Returns whether a value is ApiError or a class that extends it, also of another installed copy of this package. */
export function isApiErrorClass(value: unknown): value is ApiErrorClass {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null && CODES in prototype
}

/**
 * Returns the codes of an error, its own code first, then those of its class's ancestors; undefined for a value that is
 * not an ApiError. Never throws.
 */
export function errorCodes(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const codes: unknown = CODES in value ? value[CODES] : undefined
    return Array.isArray(codes) && typeof codes[0] === 'string' ? codes : undefined
  } catch {
    // The value is a Proxy or has a throwing getter.
    return undefined
  }
}

/** Converts the argument of a constructor: a string is the message, any other value but an object sets no option. */
function toOptions<Details>(
  argument: InternalOptions<Details> | string | null | undefined,
): InternalOptions<Details> {
  if (typeof argument === 'object' && argument !== null) return copyIfPolluted(argument)
  return copyIfPolluted(typeof argument === 'string' ? { message: argument } : {})
}

/** @param parts Text at even indexes, names of options at odd ones. */
function fillPlaceholders(parts: readonly string[], options: object): string {
  let message = parts[0] ?? ''
  for (let i = 1; i < parts.length; i += 2)
    message += formatParameter(Reflect.get(options, parts[i] ?? '')) + (parts[i + 1] ?? '')
  return message
}

function formatParameter(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown'
}
