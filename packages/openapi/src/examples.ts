import {
  createResponder,
  deserializeBody,
  errorClasses,
  isApiErrorClass,
  ValidationFailed,
  type ApiError,
  type ApiErrorClass,
  type Envelope,
  type ErrorCode,
  type SerializedResponse,
} from '@faultline/core'

/** An error class, or the code of a class of the taxonomy. */
export type ErrorClassOrCode = ApiErrorClass | ErrorCode

/** An error class with the response that a server sends for it. */
export interface ExampleAnswer {
  readonly type: ApiErrorClass
  readonly response: SerializedResponse
  /** The parsed body. Timestamps in it have a fixed value. */
  readonly body: unknown
}

/** Request id of every example. */
const REQUEST_ID = 'req_4hk2m8c1x0v7q9wz3n5t6b8d'

/** Timestamp of every example whose envelope has one. */
const TIMESTAMP = '2026-01-01T00:00:00Z'

/** Realistic values for the options that error classes require. */
const exampleOptions = { model: 'gpt-9', available: ['echo'], allow: ['GET', 'HEAD'] }
const exampleField = 'temperature'
const exampleIssues = [{ message: 'must be at most 2', path: [exampleField] }]

/** Codes whose example has a Retry-After. */
const codesWithRetryAfter = new Set(['rate_limit_exceeded', 'service_unavailable'])

const classesByCode: ReadonlyMap<string, ApiErrorClass> = new Map(Object.entries(errorClasses))

/** Returns the class of the taxonomy with a code. */
export function findErrorClass(code: string): ApiErrorClass | undefined {
  return classesByCode.get(code)
}

/** Resolves a code to its class. @throws TypeError for an unknown code or a value that is not an error class */
export function toErrorClass(classOrCode: ErrorClassOrCode): ApiErrorClass {
  if (typeof classOrCode === 'string') {
    const type = findErrorClass(classOrCode)
    if (type === undefined) throw new TypeError(`Unknown error code ${JSON.stringify(classOrCode)}`)
    return type
  }
  if (!isApiErrorClass(classOrCode)) {
    throw new TypeError(`${describeValue(classOrCode)} does not extend ApiError`)
  }
  return classOrCode
}

/** Describes a value for an error message. */
function describeValue(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'anonymous function' : value.name
  return typeof value === 'object' && value !== null
    ? `instance of ${Object.getPrototypeOf(value)?.constructor?.name ?? 'Object'}`
    : String(value)
}

/**
 * Creates the responses that a server sends for some errors. Of several classes with the same code and status, only the
 * first is included.
 *
 * @throws TypeError for an unknown code or a value that is not an error class
 */
export function exampleAnswers(
  envelope: Envelope,
  errors: readonly ErrorClassOrCode[] = Object.values(errorClasses),
): ExampleAnswer[] {
  if (!Array.isArray(errors)) throw new TypeError(`errors must be an array, not ${describeValue(errors)}`)
  const answers = new Map<string, ExampleAnswer>()
  for (const type of new Set(errors.map(toErrorClass))) {
    const response = exampleResponse(envelope, type)
    const key = `${type.code} ${response.status}`
    if (!answers.has(key)) answers.set(key, { type, response, body: parseBody(envelope, response) })
  }
  return [...answers.values()]
}

/** Returns whether a class extends the class with a code, of any installed copy of core. */
function extendsCode(type: ApiErrorClass, code: string): boolean {
  let ancestor: unknown = Object.getPrototypeOf(type)
  while (typeof ancestor === 'function') {
    if (Object.hasOwn(ancestor, 'code') && 'code' in ancestor && ancestor.code === code) return true
    ancestor = Object.getPrototypeOf(ancestor)
  }
  return false
}

/** Returns a value for each parameter of a message: its placeholder, so that the example shows where values differ. */
function createPlaceholders(message: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(message.matchAll(/\{(\w+)\}/g), ([placeholder, name = '']) => [name, placeholder]),
  )
}

/** Creates an error of a class as a handler would throw it. */
export function exampleError(type: ApiErrorClass): ApiError {
  const isAboutField = extendsCode(type, ValidationFailed.code)
  // Each class has its own required options; an object with all of them satisfies every class.
  return Reflect.construct(type, [
    {
      ...createPlaceholders(type.message),
      ...exampleOptions,
      captureStack: false,
      ...(codesWithRetryAfter.has(type.code) ? { retryAfter: 30 } : {}),
      ...(type.code === 'validation_failed' ? { issues: exampleIssues } : {}),
      ...(isAboutField ? { field: type.field ?? exampleField } : {}),
    },
  ])
}

/** Creates the response that a server sends for an error of a class. */
export function exampleResponse(envelope: Envelope, type: ApiErrorClass): SerializedResponse {
  const responder = createResponder({ envelope, onError: () => {} })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined, id: REQUEST_ID }
  return responder.respond(exampleError(type), request)
}

/** Parses the body of an example. Timestamps become a fixed value, so that generated documents are reproducible. */
function parseBody(envelope: Envelope, { body }: SerializedResponse): unknown {
  return deserializeBody(envelope, body.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, TIMESTAMP))
}
