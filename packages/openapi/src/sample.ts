import {
  createResponder,
  errorClasses,
  type Answer,
  type ApiError,
  type ApiErrorClass,
  type Envelope,
  type ErrorCode,
} from '@faultline/core'

/** A kind of error: its class, or the code of one of the taxonomy. */
export type Kind = ApiErrorClass | ErrorCode

/** The class of a kind. @throws TypeError for what is none */
export function classOf(kind: Kind): ApiErrorClass {
  const known = typeof kind === 'string' ? (errorClasses as Record<string, ApiErrorClass>)[kind] : kind
  if (typeof known !== 'function') throw new TypeError(`There is no error ${JSON.stringify(kind)}`)
  return known
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
export function sampleOf(type: ApiErrorClass): ApiError {
  const Sample = type as unknown as new (options: object) => ApiError
  const { issues, field, ...rest } = plausible
  const isValidation = type.code === 'validation_failed'
  const own = (type as { field?: string }).field
  return new Sample({
    ...rest,
    stack: false,
    ...(waits.has(type.code) ? { retryAfter: 30 } : {}),
    ...(isValidation ? { issues } : { field: own ?? field }),
  })
}

/** The answer that a server gives to an error: what is documented is what is sent. */
export function answerOf(envelope: Envelope, type: ApiErrorClass): Answer {
  const responder = createResponder({ envelope, onError: () => {} })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined, id: REQUEST_ID }
  return responder.answer(sampleOf(type), request)
}

/** The id in every example. */
const REQUEST_ID = 'req_4hk2m8c1x0v7q9wz3n5t6b8d'

/** The time in every example, where an envelope tells it. */
const TIME = '2026-01-01T00:00:00Z'

/** An answer's body, with a time that is the same whenever it is made. */
export function bodyOf({ body }: Answer): unknown {
  return JSON.parse(body.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, TIME)) as unknown
}
