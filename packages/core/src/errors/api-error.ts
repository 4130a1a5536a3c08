import type { ErrorCode } from './codes.ts'
import { toPascalCase } from './pascal-case.ts'
import { parsePath, type Issue } from './issue.ts'
import { isErrorStatus } from '../http/status.ts'

/** Marks an ApiError across installed copies of this package; its value is the error's codes, its own first. */
const BRAND: unique symbol = Symbol.for('faultline.codes') as never

/** Carries what a wire said of an error and its class does not. */
export const PARSED: unique symbol = Symbol.for('faultline.wire') as never

/** What a wire may say of an error beside its options. */
export interface ParsedState {
  /** The code, where no known class has it. */
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly requestId?: string | undefined
  readonly timestamp?: Date | undefined
}

/** What every kind of error may be given. */
export interface ApiErrorOptions<Details = unknown> {
  /**
   * Text for the caller. Public, except on `internal_error` and its children.
   * @default the kind's own message
   */
  message?: string | undefined
  /** What caused it: for hooks and logs, never on the wire. */
  cause?: unknown
  /** When to try again: seconds from now, or a date. Sent as Retry-After in whole seconds (RFC 9110, 10.2.3). */
  retryAfter?: number | Date | undefined
  /** The problems found in the request. */
  issues?: readonly Issue[] | undefined
  /** The system that the error came from, a provider's name for one. @default this service */
  origin?: string | undefined
  /** Headers to send with the answer. Those that are not valid, or that frame the message, are left out. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Anything of the thrower's own. It keeps its type, and is sent only where an envelope has a place for it. */
  details?: Details
  /**
   * Whether the message may be sent.
   * @default false on `internal_error` and its children, true on all others
   */
  expose?: boolean | undefined
  /**
   * Whether to capture a stack trace, which costs more than the rest of an error's path together.
   * @default true from status 500 up, false below
   */
  captureStack?: boolean | undefined
}

/** The options as they come: a kind's own parameters are among them. */
type AnyOptions = ApiErrorOptions & { readonly [PARSED]?: ParsedState } & {
  readonly [parameter: string]: unknown
}

/** What the statics of a class come to, worked out once. */
interface ErrorClassInfo {
  readonly codes: readonly string[]
  readonly status: number
  readonly retryable: boolean
  readonly internal: boolean
  /** Texts of the default message at even places, names of parameters at odd ones. */
  readonly message: readonly string[]
  readonly field: string | undefined
  /** What is said of an error whose message is not public. */
  readonly generic: string
}

/** The kinds whose messages are not public; a class below them says what the nearest of them says. */
const INTERNAL = new Set(['internal_error', 'processing_error', 'failed_request', 'unknown_workspace'])

const kinds = new WeakMap<object, ErrorClassInfo>()

/** Hardened realms freeze it. */
const canLimitStack = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/**
 * The root of the class tree. A kind of error is a class; its `code`, `status`, `retryable` and default `message`
 * are statics, so that a subclass inherits what it does not say:
 *
 *     class OutOfCredits extends QuotaExceeded {
 *       static override code = 'out_of_credits'
 *       static override status = 402
 *     }
 *     throw new OutOfCredits({ message: 'Top up to continue.' })
 */
export abstract class ApiError<Details = unknown> extends Error {
  /** Identifies the kind, in snake_case. */
  static code = 'api_error'
  /** HTTP status, 400 to 599. */
  static status = 500
  /** Whether the same request may succeed later. */
  static retryable = false
  /** The default message. `{name}` in it stands for the option of that name. */
  static message = 'Request failed'
  /** The field of the request that errors of this kind are about, where it is always the same. */
  static field: string | undefined = undefined

  declare readonly code: ErrorCode | (string & {})
  declare readonly status: number
  /** The same as `status`; frameworks read either. */
  declare readonly statusCode: number
  declare readonly retryable: boolean
  /** Whether a caller may see `message`; frameworks' own default handlers read it. */
  declare readonly expose: boolean
  declare readonly retryAfter?: number | Date
  /** The field at fault, as `messages[0].role`, where the error is about one. */
  declare readonly field?: string
  declare readonly issues?: readonly Issue[]
  declare readonly origin?: string
  declare readonly headers?: Readonly<Record<string, string>>
  declare readonly details: Details
  /** The id of the failed request, where it was read from an answer. */
  declare readonly requestId?: string

  readonly #kind: ErrorClassInfo
  readonly #expose: boolean | undefined
  readonly #own: boolean
  readonly #wire: ParsedState | undefined

  /**
   * @param options What to say beside the kind. Nothing is refused: a parameter of the wrong type, or one that the
   * kind requires and that is missing, costs its place in the answer and no more.
   */
  constructor(options?: ApiErrorOptions<Details>) {
    const given = (options ?? {}) as AnyOptions
    const kind = kindOf(new.target)
    const own = typeof given.message === 'string'
    const field = typeof given['field'] === 'string' ? given['field'] : kind.field
    const message = own ? (given.message as string) : fill(kind.message, given)
    const limit = Error.stackTraceLimit
    const bare = canLimitStack && !(given.captureStack ?? kind.status >= 500)
    if (bare) Error.stackTraceLimit = 0
    super(message, 'cause' in given ? { cause: given.cause } : undefined)
    if (bare) Error.stackTraceLimit = limit
    const wire = given[PARSED]
    this.#kind = kind
    this.#expose = given.expose
    this.#own = own
    this.#wire = wire
    if (given.retryAfter !== undefined) this.retryAfter = given.retryAfter
    if (field !== undefined) this.field = field
    if (given.issues !== undefined) this.issues = given.issues
    else if (field !== undefined) {
      const issue = given['issue']
      this.issues = [{ message: typeof issue === 'string' ? issue : message, path: parsePath(field) }]
    }
    if (given.origin !== undefined) this.origin = given.origin
    if (given.headers !== undefined) this.headers = given.headers
    if (given.details !== undefined) this.details = given.details as Details
    if (wire?.requestId !== undefined) this.requestId = wire.requestId
  }

  static {
    const readers = {
      code: (error: ApiError) => error.#wire?.code ?? error.#kind.codes[0],
      status: (error: ApiError) => error.#wire?.status ?? error.#kind.status,
      statusCode: (error: ApiError) => error.status,
      retryable: (error: ApiError) => error.#wire?.retryable ?? error.#kind.retryable,
      expose: (error: ApiError) => error.#expose ?? !error.#kind.internal,
    }
    for (const [name, read] of Object.entries(readers)) {
      Object.defineProperty(this.prototype, name, {
        get(this: ApiError) {
          return read(this)
        },
        // What passes errors on likes to write to them, http-errors a 403 for one; a kind stays what it is.
        set() {},
        enumerable: true,
        configurable: true,
      })
    }
  }

  /** Its codes up the class tree, its own first. */
  get [BRAND](): readonly string[] {
    return this.#wire?.code === undefined ? this.#kind.codes : [this.#wire.code, ...this.#kind.codes]
  }

  /** What a caller may see: the message, or a generic one in its place. */
  get publicMessage(): string {
    return this.expose ? this.message : this.#kind.generic
  }

  /** Whether the thrower gave a message and a caller may see it. It wins over any that an envelope documents. */
  get hasOwnMessage(): boolean {
    return this.#own && this.expose
  }

  /** When the failed request was answered, where it was read from an answer. */
  get timestamp(): Date | undefined {
    return this.#wire?.timestamp
  }

  /** All that is public of the error. Neither cause nor stack is, nor anything but the kind of an internal one. */
  toJSON(): Record<string, unknown> {
    const { name, code, status, retryable } = this
    const json = { name, code, status, retryable, message: this.publicMessage }
    return this.expose ? { ...(this as object), ...json } : json
  }

  /** True for an error of this kind, or of one below it, from whichever installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const codes = errorCodes(value)
    if (codes === undefined) return false
    if (this === ApiError || Function.prototype[Symbol.hasInstance].call(this, value)) return true
    return Object.hasOwn(this, 'code') && codes.includes(this.code)
  }
}

/** The class of a kind: `typeof RateLimitExceeded`, or a user's own. */
export type ApiErrorClass = {
  readonly name: string
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  readonly field: string | undefined
} & (abstract new (options: never) => ApiError) & { readonly prototype: ApiError }

/** Whether a value is a class that extends ApiError, from whichever installed copy of this package. */
export function isApiErrorClass(value: unknown): value is ApiErrorClass {
  if (typeof value !== 'function') return false
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null && BRAND in prototype
}

/**
 * The codes of an error, its own first and then up the class tree; undefined for anything that is no ApiError.
 * Never throws.
 */
export function errorCodes(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const codes = (value as { [BRAND]?: unknown })[BRAND]
    return Array.isArray(codes) && typeof codes[0] === 'string' ? (codes as string[]) : undefined
  } catch {
    return undefined
  }
}

/** What a class is called, by which codes it is found, and what it says by default. */
function kindOf(type: ApiErrorClass): ErrorClassInfo {
  let kind = kinds.get(type)
  if (kind === undefined) {
    kind = readKind(type)
    kinds.set(type, kind)
  }
  return kind
}

function readKind(type: ApiErrorClass): ErrorClassInfo {
  const codes: string[] = []
  let generic: string | undefined
  for (let at: ApiErrorClass = type; at !== ApiError; at = Object.getPrototypeOf(at) as ApiErrorClass) {
    if (Object.hasOwn(at, 'code')) codes.push(at.code)
    if (INTERNAL.has(at.code)) generic ??= at.message
  }
  const internal = codes.includes('internal_error')
  // From the code, so that no minifier changes it; where other errors have theirs.
  const name = Object.hasOwn(type, 'code') ? toPascalCase(type.code) : type.name
  Reflect.defineProperty(type.prototype, 'name', { value: name, writable: true, configurable: true })
  return {
    codes: codes.length === 0 ? [type.code] : codes,
    status: isErrorStatus(type.status) ? type.status : 500,
    retryable: type.retryable,
    internal,
    message: type.message.split(/\{(\w+)\}/),
    field: type.field,
    generic: generic ?? 'Internal server error',
  }
}

function fill(parts: readonly string[], given: AnyOptions): string {
  let text = parts[0]!
  for (let at = 1; at < parts.length; at += 2) {
    const value = given[parts[at]!]
    text += (typeof value === 'string' || typeof value === 'number' ? value : 'unknown') + parts[at + 1]!
  }
  return text
}
