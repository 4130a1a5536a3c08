import {
  envelopes,
  errorClasses,
  InvalidFieldValue,
  MissingRequiredField,
  parsePath,
  ResourceNotFound,
  type ApiError,
  type ErrorCode,
} from '@faultline/core'
import { firstEvents, type StreamEvent } from './stream-events.ts'

/** The query of `GET /v1/errors/:code`. */
export type ErrorQuery = Readonly<Record<string, unknown>>

/** What a kind requires and the query lacks. */
const plausible = {
  model: 'gpt-9',
  available: ['echo'],
  field: 'field',
  retryAfter: 30,
  allow: ['GET', 'HEAD'],
  issues: [{ message: 'is invalid', path: ['field'] }],
}

const needsRetryAfter = new Set(['rate_limit_exceeded', 'service_unavailable'])

/**
 * Throws the error of a code, as the query has it; with `stream` in the query, after two events of a stream.
 *
 * @param surface The envelope whose clients are to read the events. A `stream` that names another wins: `universal`
 * is read by several.
 */
export function throwByCode(code: string, query: ErrorQuery, surface: string): AsyncIterable<StreamEvent> {
  const error = errorByCode(code, query)
  const stream = text(query, 'stream')
  if (stream === undefined) throw error
  return failing(firstEvents(Object.hasOwn(envelopes, stream) ? stream : surface), error)
}

async function* failing(events: readonly StreamEvent[], error: ApiError): AsyncGenerator<StreamEvent> {
  yield* events
  throw error
}

function errorByCode(code: string, query: ErrorQuery): ApiError {
  if (!Object.hasOwn(errorClasses, code)) throw new ResourceNotFound({ resource: code })
  const Kind = errorClasses[code as ErrorCode] as new (options: object) => ApiError
  const isAboutOne = Kind.prototype instanceof InvalidFieldValue || Kind === (InvalidFieldValue as unknown)
  const isFieldKind = isAboutOne || Kind === (MissingRequiredField as unknown)
  const { model, available, allow } = plausible
  const field = text(query, 'field')
  const issue = text(query, 'issue')
  return new Kind({
    model: text(query, 'model') ?? model,
    available,
    allow,
    message: text(query, 'message'),
    origin: text(query, 'origin'),
    retryAfter: retryAfter(query) ?? (needsRetryAfter.has(code) ? plausible.retryAfter : undefined),
    ...(isFieldKind
      ? { field: field ?? (Kind as unknown as { field?: string }).field ?? plausible.field, issue }
      : issues(code, field, issue)),
  })
}

function issues(code: string, field: string | undefined, issue: string | undefined): object {
  if (field === undefined && issue === undefined)
    return code === 'validation_failed' ? { issues: plausible.issues } : {}
  return { issues: [{ message: issue ?? 'is invalid', path: parsePath(field ?? plausible.field) }] }
}

function retryAfter(query: ErrorQuery): number | undefined {
  const given = text(query, 'retry_after')
  if (given === undefined) return undefined
  const seconds = Number(given)
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new InvalidFieldValue({ field: 'retry_after', issue: 'must be a number of seconds' })
  }
  return seconds
}

function text(query: ErrorQuery, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
