import { CODES, type ApiError } from '../errors/api-error.ts'
import { byteLength } from '../http/byte-length.ts'
import { generateRequestId, isRequestId } from '../http/request-id.ts'
import { retryAfterSeconds } from '../http/retry-after.ts'
import { hasDetails } from './details.ts'
import type { BodyInput, JsonBody, RenderContext } from './envelope.ts'

/** Maximum number of codes whose body is kept. Errors of other services can have any code. */
const MAX_BODIES = 512

let placeholder: string | undefined

/**
 * Returns the text that stands for the request id in a kept body. No body contains it by chance. It is generated with the
 * first body, because Node.js takes several milliseconds to load its cryptography.
 */
function getPlaceholder(): string {
  return (placeholder ??= `placeholder-${generateRequestId()}`)
}

/** The body of an error without the request id, and the values that it depends on. */
interface KeptBody {
  readonly status: number
  /** The JSON before, between and after the places of the request id. */
  parts: readonly string[]
  /** Length of the parts in bytes. */
  partsLength: number
  /** The time in the body, in milliseconds; undefined if it contains no time. */
  time: number | undefined
  readonly errorStatus: number
  readonly origin: string | undefined
  readonly serviceName: string | undefined
  /** The message of the error; undefined if the body has the message of the envelope. */
  readonly publicMessage: string | undefined
  /** Seconds; undefined if the body contains no wait or the error has none. */
  readonly retryAfter: number | undefined
  readonly defaultRetryAfter: number | undefined
  readonly containsRetryAfter: boolean
  /** The properties that `renderBody` has read from the error, and their values. */
  readonly errorReads: readonly (readonly [key: PropertyKey, value: unknown])[]
}

/** The functions of an envelope that a body is created with. Each depends on its arguments alone. */
interface BodySource {
  createInput(error: ApiError, context: RenderContext): BodyInput
  renderBody(input: BodyInput): object | string
  /** Returns whether the code of an error determines its body together with the values in `KeptBody`. */
  isDeterminedByCode(error: ApiError): boolean
  /** Returns whether the envelope replaces the message of an error by its own. */
  hasOwnMessageFor(error: ApiError): boolean
}

/**
 * Keeps the body of the first error of each code as JSON. A later error with the same values gets that body with its own
 * request id, which takes a fraction of the time of rendering and serializing it. Errors with issues, with details, with an
 * own message or from a parsed response are not kept.
 */
export class BodyCache {
  /** Bodies by error code. Null for a code whose bodies cannot be kept. */
  readonly #bodies = new Map<string, KeptBody | null>()
  readonly #source: BodySource

  constructor(source: BodySource) {
    this.#source = source
  }

  /** Returns the response of an error; undefined if its body is not kept. */
  get(error: ApiError, context: RenderContext): JsonBody | undefined {
    const { requestId } = context
    if (
      error.issues !== undefined ||
      error.hasOwnMessage ||
      error.timestamp !== undefined ||
      hasDetails(error)
    )
      return undefined
    if (context.timestamp !== undefined || !isRequestId(requestId)) return undefined
    let kept = this.#bodies.get(error.code)
    if (kept === undefined && this.#bodies.size < MAX_BODIES) {
      kept = this.#source.isDeterminedByCode(error) ? this.#createBody(error, context) : null
      this.#bodies.set(error.code, kept)
    }
    if (kept === undefined || kept === null || !hasSameValues(kept, error, context)) return undefined
    if (kept.time !== undefined && kept.time !== Date.now()) this.#renew(kept, error, context)
    return fill(kept, requestId)
  }

  /** Returns null if the body depends on values that are not compared, or contains the request id in another form. */
  #createBody(error: ApiError, context: RenderContext): KeptBody | null {
    const timestamp = new Date()
    const input = this.#source.createInput(error, { ...context, requestId: getPlaceholder(), timestamp })
    const inputReads = new Map<PropertyKey, unknown>()
    const errorReads = new Map<PropertyKey, unknown>()
    const observed = observe({ ...input, error: observe(error, errorReads) }, inputReads)
    const parts = split(this.#source.renderBody(observed))
    if (inputReads.has(ALL) || inputReads.has('request') || ![...errorReads].every(isComparable)) return null
    if (parts.length === 1 && inputReads.has('requestId')) return null
    return {
      status: input.status,
      parts,
      partsLength: byteLength(parts.join('')),
      time: inputReads.has('timestamp') ? timestamp.getTime() : undefined,
      errorStatus: error.status,
      origin: error.origin,
      serviceName: context.serviceName,
      publicMessage: this.#source.hasOwnMessageFor(error) ? undefined : error.publicMessage,
      retryAfter: retryAfterSeconds(error.retryAfter),
      defaultRetryAfter: context.retryAfter,
      containsRetryAfter: inputReads.has('retryAfter'),
      errorReads: [...errorReads],
    }
  }

  #renew(kept: KeptBody, error: ApiError, context: RenderContext): void {
    const timestamp = new Date()
    const input = this.#source.createInput(error, { ...context, requestId: getPlaceholder(), timestamp })
    kept.parts = split(this.#source.renderBody(input))
    kept.partsLength = byteLength(kept.parts.join(''))
    kept.time = timestamp.getTime()
  }
}

function split(body: object | string): string[] {
  const serialized = typeof body === 'string' ? body : JSON.stringify(body)
  return serialized.split(getPlaceholder())
}

function hasSameValues(kept: KeptBody, error: ApiError, context: RenderContext): boolean {
  if (kept.errorStatus !== error.status || kept.origin !== error.origin) return false
  if (kept.serviceName !== context.serviceName) return false
  if (kept.publicMessage !== undefined && kept.publicMessage !== error.publicMessage) return false
  if (
    kept.containsRetryAfter &&
    (kept.retryAfter !== retryAfterSeconds(error.retryAfter) || kept.defaultRetryAfter !== context.retryAfter)
  )
    return false
  for (const [key, value] of kept.errorReads) if (Reflect.get(error, key) !== value) return false
  return true
}

function fill({ status, parts, partsLength }: KeptBody, requestId: string): JsonBody {
  let body = parts[0] ?? ''
  for (let index = 1; index < parts.length; index += 1) body += requestId + (parts[index] ?? '')
  return { status, body, byteLength: partsLength + (parts.length - 1) * requestId.length }
}

/** Recorded if all properties of an object were read. */
const ALL: unique symbol = Symbol('all')

/** Returns an object that records the properties that are read from another object. */
function observe<Value extends object>(object: Value, reads: Map<PropertyKey, unknown>): Value {
  return new Proxy(object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      reads.set(key, value)
      return value
    },
    ownKeys(target) {
      reads.set(ALL, target)
      return Reflect.ownKeys(target)
    },
  })
}

/** Returns whether a later value of a property can be compared. The codes of a class are one array that never changes. */
function isComparable([key, value]: readonly [key: PropertyKey, value: unknown]): boolean {
  return key === CODES || (key !== ALL && (typeof value !== 'object' || value === null))
}
