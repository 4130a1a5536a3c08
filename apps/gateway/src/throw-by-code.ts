import {
  envelopes,
  errorClasses as coreErrorClasses,
  InvalidFieldValue,
  MissingRequiredField,
  parsePath,
  ResourceNotFound,
  type ApiError,
} from '@faultline/core'
import { errors } from './errors.ts'
import { firstEvents, type StreamEvent } from './stream-events.ts'

/** The query of `GET /v1/errors/:code`. */
export type ErrorQuery = Readonly<Record<string, unknown>>

/** All errors of the API. */
const errorClasses: Readonly<Record<string, unknown>> = {
  ...coreErrorClasses,
  out_of_credits: errors.OutOfCredits,
}

/** Options for errors that require them, if the query does not have them. */
const defaults = {
  model: 'gpt-9',
  project: 'project-demo',
  available: ['echo'],
  field: 'field',
  retryAfter: 30,
  allow: ['GET', 'HEAD'],
  issues: [{ message: 'is invalid', path: ['field'] }],
}

const needsRetryAfter = new Set(['rate_limit_exceeded', 'service_unavailable'])

/**
 * Throws the error of a code, with the options in the query. With `stream` in the query it is thrown after two stream
 * events.
 *
 * @param surface Envelope whose clients read the events. If `stream` is an envelope id it takes precedence, because
 * the envelope `universal` has several kinds of clients.
 */
export function throwByCode(code: string, query: ErrorQuery, surface: string): AsyncIterable<StreamEvent> {
  const error = createError(code, query)
  const stream = readText(query, 'stream')
  if (stream === undefined) throw error
  return failAfter(firstEvents(Object.hasOwn(envelopes, stream) ? stream : surface), error)
}

async function* failAfter(events: readonly StreamEvent[], error: ApiError): AsyncGenerator<StreamEvent> {
  yield* events
  throw error
}

function createError(code: string, query: ErrorQuery): ApiError {
  if (!Object.hasOwn(errorClasses, code)) throw new ResourceNotFound({ resource: code })
  const ErrorClass = errorClasses[code] as new (options: object) => ApiError
  const isFieldError =
    ErrorClass.prototype instanceof InvalidFieldValue || ErrorClass === (InvalidFieldValue as unknown)
  const hasField = isFieldError || ErrorClass === (MissingRequiredField as unknown)
  const { model, project, available, allow } = defaults
  const field = readText(query, 'field')
  const issue = readText(query, 'issue')
  return new ErrorClass({
    model: readText(query, 'model') ?? model,
    project,
    available,
    allow,
    message: readText(query, 'message'),
    origin: readText(query, 'origin'),
    retryAfter: readRetryAfter(query) ?? (needsRetryAfter.has(code) ? defaults.retryAfter : undefined),
    ...(hasField
      ? { field: field ?? (ErrorClass as unknown as { field?: string }).field ?? defaults.field, issue }
      : createIssues(code, field, issue)),
  })
}

function createIssues(code: string, field: string | undefined, issue: string | undefined): object {
  if (field === undefined && issue === undefined)
    return code === 'validation_failed' ? { issues: defaults.issues } : {}
  return { issues: [{ message: issue ?? 'is invalid', path: parsePath(field ?? defaults.field) }] }
}

function readRetryAfter(query: ErrorQuery): number | undefined {
  const value = readText(query, 'retry_after')
  if (value === undefined) return undefined
  const seconds = Number(value)
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new InvalidFieldValue({ field: 'retry_after', issue: 'must be a number of seconds' })
  }
  return seconds
}

function readText(query: ErrorQuery, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
