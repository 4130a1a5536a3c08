import { getClassInfo, type ErrorClassInfo } from './class-info.ts'
import type { ErrorCode } from './codes.ts'
import { createMessage } from './create-message.ts'
import { parsePath, type Issue } from './issue.ts'
import type { ErrorClassStatics } from './static-members.ts'
import { PARSED, readOptions, type ApiErrorOptions, type ParsedState } from './error-options.ts'

/**
 * Key of an error's codes. Marks an ApiError across installed copies of this package, where `instanceof` of one copy
 * does not recognize the classes of another.
 */
export const CODES: unique symbol = Symbol.for('faultline.codes')

/**
 * Second argument of `super()` in a class with its own constructor. It selects the overload of the parent's constructor in
 * which all options are optional. Only the compiler uses it. Every class has this overload, because TypeScript compares
 * the classes of two installed copies of this package only if their constructors are overloaded.
 */
export const OPTIONAL = 'optional'

/** Arguments of a constructor whose options are optional, unless `Details` excludes undefined. */
export type OptionalOptions<Details, Own = unknown> = undefined extends Details
  ? [options?: ApiErrorOptions<Details> & Own]
  : [options: ApiErrorOptions<Details> & Own & { details: Details }]

/** Options of a constructor that requires some of them. `details` is one of these, unless `Details` includes undefined. */
export type RequiredOptions<Details, Own> = ApiErrorOptions<Details> &
  Own &
  (undefined extends Details ? unknown : { details: Details })

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
  /** Members that an extended envelope added to the body. Set on parsed errors only. */
  readonly extraMembers?: Readonly<Record<string, unknown>>
  /** Whether an envelope's `parse` created the error: its message and its details are those of a response. */
  readonly isReceived: boolean
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
} & (abstract new <Details = undefined>(...args: OptionalOptions<Details>) => ApiError<Details>) &
  (abstract new <Details = undefined>(
    options: ApiErrorOptions<Details> | undefined,
    optional: typeof OPTIONAL,
  ) => ApiError<Details>)

/** A class that extends ApiError: `typeof RateLimitExceeded`, or a class of the application. */
export type ApiErrorClass = ErrorClassStatics &
  (abstract new (options: never) => ApiError) & { readonly prototype: ApiError }

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

/** Properties that most errors do not have. */
const UNSET_PROPERTIES = [
  'retryAfter',
  'field',
  'issues',
  'origin',
  'headers',
  'details',
  'requestId',
  'extraMembers',
] as const satisfies readonly (keyof ApiError)[]

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
  declare readonly extraMembers?: Readonly<Record<string, unknown>>

  readonly #classInfo: ErrorClassInfo
  /** Undefined for most errors. One field, because each takes time in every constructor. */
  readonly #ownState: OwnState | undefined

  /**
   * Accepts any argument, because an error in an error would hide it. An option of the wrong type is ignored. Callers
   * without types may pass a message, as to `Error`.
   */
  constructor(optionsOrMessage?: ApiErrorOptions<Details>) {
    const options = readOptions<Details>(optionsOrMessage)
    const classInfo = getClassInfo(new.target)
    const { message: messageOption, retryAfter, issues, issue, origin, headers, details } = options
    const parsed = options[PARSED]
    const field = typeof options.field === 'string' ? options.field : classInfo.field
    const hasMessageOption = typeof messageOption === 'string'
    const message = hasMessageOption
      ? messageOption
      : (createMessage(classInfo, options) ?? BaseError.message)
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
    if (parsed?.extraMembers !== undefined) this.extraMembers = parsed.extraMembers
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

  get isReceived(): boolean {
    return this.#ownState?.parsed?.isReceived === true
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
    for (const property of UNSET_PROPERTIES)
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
