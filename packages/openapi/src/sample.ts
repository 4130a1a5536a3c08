import {
  createResponder,
  resolveEnvelope,
  errorClasses,
  isApiErrorClass,
  ValidationFailed,
  type SerializedResponse,
  type ApiError,
  type ApiErrorClass,
  type Envelope,
  type EnvelopeId,
  type ErrorCode,
} from '@faultline/core'

/** A kind of error: its class, or the code of one of the taxonomy. */
export type ErrorClassOrCode = ApiErrorClass | ErrorCode

/** The class of a kind. @throws TypeError for what is none */
export function classOf(kind: ErrorClassOrCode): ApiErrorClass {
  if (typeof kind === 'string') {
    if (Object.hasOwn(errorClasses, kind)) return errorClasses[kind]
    throw new TypeError(`There is no error ${JSON.stringify(kind)}`)
  }
  if (!isApiErrorClass(kind)) throw new TypeError(`${show(kind)} is no class that extends ApiError`)
  return kind
}

/** The envelope of an id, or the one given. @throws TypeError for what is none */
export function envelopeFrom(envelope: Envelope | EnvelopeId): Envelope {
  if (typeof envelope === 'string') return resolveEnvelope(envelope)
  if (typeof (Object(envelope) as Partial<Envelope>).render !== 'function')
    throw new TypeError(`${show(envelope)} is no envelope, and no envelope’s id`)
  return envelope
}

function show(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'A function' : value.name
  return typeof value === 'object' && value !== null
    ? `An instance of ${Object.getPrototypeOf(value)?.constructor?.name ?? 'Object'}`
    : String(value)
}

/** A kind, and what a server answers to it. */
export interface Answered {
  readonly type: ApiErrorClass
  readonly answer: SerializedResponse
  readonly body: unknown
}

/** What a server answers to some kinds. Of those with one code and one status, to the first. */
export function answersOf(envelope: Envelope, kinds: readonly ErrorClassOrCode[]): Answered[] {
  if (!Array.isArray(kinds)) throw new TypeError(`The errors must be a list, not ${show(kinds)}`)
  const answers = new Map<string, Answered>()
  for (const type of new Set(kinds.map(classOf))) {
    const answer = exampleResponse(envelope, type)
    const key = `${type.code} ${answer.status}`
    if (!answers.has(key)) answers.set(key, { type, answer, body: bodyOf(answer) })
  }
  return [...answers.values()]
}

/** What kinds require, and a reader can make something of. */
const plausible = {
  model: 'gpt-9',
  available: ['echo'],
  field: 'temperature',
  allow: ['GET', 'HEAD'],
  issues: [{ message: 'must be at most 2', path: ['temperature'] }],
}

/** Kinds that are answered with a wait. */
const waits = new Set(['rate_limit_exceeded', 'service_unavailable'])

/** An error of a kind as a handler would throw it. */
export function exampleError(type: ApiErrorClass): ApiError {
  const Sample = type as unknown as new (options: object) => ApiError
  const { issues, field, ...rest } = plausible
  const isAboutField = Object.prototype.isPrototypeOf.call(ValidationFailed, type)
  return new Sample({
    ...rest,
    stack: false,
    ...(waits.has(type.code) ? { retryAfter: 30 } : {}),
    ...(type.code === 'validation_failed' ? { issues } : {}),
    ...(isAboutField ? { field: type.field ?? field } : {}),
  })
}

/** The answer that a server gives to an error: what is documented is what is sent. */
export function exampleResponse(envelope: Envelope, type: ApiErrorClass): SerializedResponse {
  const responder = createResponder({ envelope, onError: () => {} })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined, id: REQUEST_ID }
  return responder.respond(exampleError(type), request)
}

/** The id in every example. */
const REQUEST_ID = 'req_4hk2m8c1x0v7q9wz3n5t6b8d'

/** The time in every example, where an envelope tells it. */
const TIME = '2026-01-01T00:00:00Z'

/** An answer's body, with a time that is the same whenever it is made. */
export function bodyOf({ body }: SerializedResponse): unknown {
  return JSON.parse(body.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, TIME)) as unknown
}
