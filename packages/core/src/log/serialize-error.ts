import type { ApiError } from '../errors/api-error.ts'
import { isApiError } from '../errors/is-api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { getTraceId } from '../http/trace-context.ts'
import { collectCauses } from '../recognize/cause-chain.ts'
import { isObject, readItems, readNumber, readProperty, readString } from '../recognize/safe-read.ts'
import { toApiError } from '../recognize/to-api-error.ts'
import { redact } from './redact.ts'

/** A thrown value or one of its causes, as plain data. */
export interface SerializedCause {
  /** The name of an error; for any other value its type. */
  readonly name: string
  readonly message?: string
  /** The error code of the library that threw it, for example `ECONNREFUSED`. */
  readonly code?: string | number
  readonly stack?: string
}

/** A failure as plain data for a log. Secrets are redacted. The number of causes and the length of each text are limited. */
export interface SerializedError {
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  /** The system that the error came from. Missing for this service. */
  readonly origin?: string
  readonly requestId?: string
  /** The trace id of a valid `traceparent` header of the request. */
  readonly traceId?: string
  readonly method?: string
  /** The path of the request, without its query. */
  readonly path?: string
  /** The status that the client received, if it differs from `status`: 200 for a stream that failed later. */
  readonly sentStatus?: number
  /**
   * The thrown value, its causes, and failures while the response was created, for a status of 500 and above. At most 16.
   * Other properties are left out.
   */
  readonly causes?: readonly SerializedCause[]
  /**
   * The number of equal failures that a line of `logTo` stands for, this one included. Missing for a line that stands for
   * one failure.
   */
  readonly repeated?: number
}

/** Maximum number of causes. */
const MAX_CAUSES = 16
/** Maximum number of causes that are replaced by failures while the response was created. */
const RESERVED_CAUSES = 4
/** Maximum number of characters of a name, a code, an id, a method and an origin. */
const MAX_NAME_LENGTH = 128
const MAX_PATH_LENGTH = 512
const MAX_MESSAGE_LENGTH = 1024
const MAX_STACK_LENGTH = 4096

/**
 * Serializes a failure for a log: with its causes for a status of 500 and above, without them below. `logTo` logs its
 * result, and pino accepts it as a serializer: `pino({ serializers: { err: serializeError } })`. Never throws.
 *
 * @param error The error of the response. A value that is not an ApiError is converted to one.
 * @param thrown The thrown value. @default error
 */
export function serializeError(
  error: unknown,
  thrown: unknown = error,
  request?: Partial<ApiRequest>,
): SerializedError {
  return serializeApiError(isApiError(error) ? error : toApiError(error), thrown, request)
}

/** Serializes a failure whose error is an ApiError, without the recognition of errors of libraries. */
export function serializeApiError(
  apiError: ApiError,
  thrown: unknown,
  request?: Partial<ApiRequest>,
): SerializedError {
  const status = readNumber(apiError, 'status') ?? 500
  const origin = readRedacted(apiError, 'origin')
  const requestId = readRedacted(request, 'id') ?? readRedacted(apiError, 'requestId')
  const traceId = request && getTraceId(request)
  const method = readRedacted(request, 'method')
  const path = readPath(request)
  const sentStatus = readNumber(request, 'sentStatus')
  return {
    code: readRedacted(apiError, 'code') ?? 'internal_error',
    status,
    retryable: readProperty(apiError, 'retryable') === true,
    ...(origin === undefined ? {} : { origin }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(sentStatus === undefined || sentStatus === status ? {} : { sentStatus }),
    ...(status < 500 ? {} : { causes: serializeCauses(apiError, thrown) }),
  }
}

/** Formats a cause chain as Node.js prints one: the stacks, separated by `[cause]:`. */
export function formatCauses(causes: readonly SerializedCause[]): string {
  return causes
    .map(({ name, message, stack }) => stack ?? (message === undefined ? name : `${name}: ${message}`))
    .join('\n[cause]: ')
}

/**
 * Serializes a thrown value and its causes.
 *
 * @param error The error of the response, if there is one. It may have further causes.
 */
export function serializeCauses(error: ApiError | undefined, thrown: unknown): SerializedCause[] {
  const causes = collectCauses(thrown, MAX_CAUSES)
  const later = collectLaterCauses(error, causes)
  const count = MAX_CAUSES - Math.min(later.length, RESERVED_CAUSES)
  return [...causes.slice(0, count), ...later].slice(0, MAX_CAUSES).map(serializeCause)
}

/** Returns the causes of the error that the thrown value does not have: failures while the response was created. */
function collectLaterCauses(error: ApiError | undefined, causes: readonly unknown[]): unknown[] {
  const cause = readProperty(error, 'cause')
  if (cause === undefined || cause === null || causes.includes(cause)) return []
  const isNew = (value: unknown): boolean => !causes.includes(value)
  const members = readItems(readProperty(cause, 'errors'), MAX_CAUSES).filter(isNew)
  if (members.length === 0) return collectCauses(cause, MAX_CAUSES).filter(isNew)
  // The responder and toApiError create AggregateError([thrown, failure]). The causes of the thrown value must not use up
  // the limit.
  return [cause, ...members.flatMap((member) => collectCauses(member, RESERVED_CAUSES))]
}

function serializeCause(value: unknown): SerializedCause {
  if (!isObject(value)) {
    const name = value === null ? 'null' : typeof value
    return typeof value === 'function'
      ? { name }
      : { name, message: redact(String(value), 'log', MAX_MESSAGE_LENGTH) }
  }
  const name = readRedacted(value, 'name') || readRedacted(readProperty(value, 'constructor'), 'name')
  const message = readRedacted(value, 'message', MAX_MESSAGE_LENGTH)
  const code = readRedacted(value, 'code') ?? readNumber(value, 'code')
  const stack = readRedacted(value, 'stack', MAX_STACK_LENGTH)
  return {
    name: name || 'object',
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    // A stack of one line only repeats the message.
    ...(stack?.includes('\n') === true ? { stack } : {}),
  }
}

function readPath(request: Partial<ApiRequest> | undefined): string | undefined {
  const [path] = readString(request, 'url')?.split('?', 1) ?? []
  return path === undefined ? undefined : redact(path, 'log', MAX_PATH_LENGTH)
}

function readRedacted(value: unknown, key: string, maxLength: number = MAX_NAME_LENGTH): string | undefined {
  const text = readString(value, key)
  return text === undefined ? undefined : redact(text, 'log', maxLength)
}
