import type { ApiError } from '../errors/api-error.ts'
import { isApiError } from '../errors/is-api-error.ts'
import { toApiError } from '../recognize/to-api-error.ts'
import { redact } from './redact.ts'
import type { ApiRequest } from '../http/request.ts'

/** One link of a chain of causes. */
export interface SerializedCause {
  /** The name of an error; of what is none, its type. */
  readonly name: string
  readonly message?: string
  /** A library's own code, `ECONNREFUSED` for one. */
  readonly code?: string | number
  readonly stack?: string
}

/** What a log says of a failure: plain data, no secret that can be told from words, and never more than 100 kB. */
export interface SerializedError {
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  /** The system that the error came from; left out, it is this service. */
  readonly origin?: string
  readonly requestId?: string
  readonly method?: string
  /** Without its query. */
  readonly path?: string
  /** The status that the client got, where it is another one: 200 for a stream that broke off. */
  readonly sentStatus?: number
  /** From 500 up: what was thrown, what caused it, and so on, 16 at most. Nothing else that hangs on them is here. */
  readonly causes?: readonly SerializedCause[]
}

/** The most links of a chain. */
const MOST_CAUSES = 16
/** The most members of an aggregate. */
const MOST_MEMBERS = 8
/** The most characters of a name, a code or an id. */
const LONGEST_NAME = 128
const LONGEST_PATH = 512
const LONGEST_MESSAGE = 1024
const LONGEST_STACK = 4096

/**
 * Describes a failure for a log: one quiet line of a 4xx, the whole chain of causes of anything else. It is what
 * `logTo` logs, and a serializer of pino's and its like: `pino({ serializers: { err: serializeError } })`. Never
 * throws, whatever was thrown.
 *
 * @param error What was answered. Anything that is no ApiError is taken for what was thrown.
 * @param thrown What was thrown. @default error
 */
export function serializeError(
  error: unknown,
  thrown: unknown = error,
  request?: Partial<ApiRequest>,
): SerializedError {
  const answer = isApiError(error) ? error : toApiError(error)
  const status = numberOf(answer, 'status') ?? 500
  const answered = numberOf(request, 'answered')
  return {
    code: textOf(answer, 'code', LONGEST_NAME) ?? 'internal_error',
    status,
    retryable: read(answer, 'retryable') === true,
    ...given('origin', textOf(answer, 'origin', LONGEST_NAME)),
    ...given('requestId', textOf(request, 'id', LONGEST_NAME) ?? textOf(answer, 'requestId', LONGEST_NAME)),
    ...given('method', textOf(request, 'method', LONGEST_NAME)),
    ...given('path', pathOf(request)),
    ...given('sentStatus', answered === status ? undefined : answered),
    ...given('causes', status < 500 ? undefined : causesOf(answer, thrown)),
  }
}

/** A chain of causes as one text, as Node prints one: stack after stack. */
export function formatCauses(causes: readonly SerializedCause[]): string {
  return causes
    .map(({ name, message, stack }) => stack ?? (message === undefined ? name : `${name}: ${message}`))
    .join('\n[cause]: ')
}

function causesOf(answer: ApiError, thrown: unknown): SerializedCause[] {
  const causes: SerializedCause[] = []
  const seen = new Set<unknown>()
  // What failed while the answer was made is in its cause alone.
  const waiting: unknown[] = [thrown, read(answer, 'cause')]
  while (waiting.length > 0 && causes.length < MOST_CAUSES) {
    const value = waiting.shift()
    if (seen.has(value) || ((value ?? undefined) === undefined && seen.size > 0)) continue
    seen.add(value)
    causes.push(causeOf(value))
    if (isObject(value)) waiting.unshift(read(value, 'cause'), ...membersOf(read(value, 'errors')))
  }
  return causes
}

function causeOf(value: unknown): SerializedCause {
  if (!isObject(value)) {
    const message = typeof value === 'function' ? undefined : redact(String(value), LONGEST_MESSAGE)
    return { name: value === null ? 'null' : typeof value, ...given('message', message) }
  }
  const stack = textOf(value, 'stack', LONGEST_STACK)
  const name = textOf(value, 'name', LONGEST_NAME) || textOf(read(value, 'constructor'), 'name', LONGEST_NAME)
  return {
    name: name || 'object',
    ...given('message', textOf(value, 'message', LONGEST_MESSAGE)),
    ...given('code', textOf(value, 'code', LONGEST_NAME) ?? numberOf(value, 'code')),
    // One without frames says no more than the message.
    ...given('stack', stack?.includes('\n') ? stack : undefined),
  }
}

function pathOf(request: Partial<ApiRequest> | undefined): string | undefined {
  const url = read(request, 'url')
  return typeof url === 'string' ? redact(url.split('?', 1)[0]!, LONGEST_PATH) : undefined
}

/** A member, where there is something for it. */
function given<Name extends string, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [name in Name]?: Value }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A property of anything at all; undefined where reading it throws. */
function read(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | undefined)?.[key]
  } catch {
    return undefined
  }
}

function textOf(value: unknown, key: string, longest: number): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? redact(text, longest) : undefined
}

function numberOf(value: unknown, key: string): number | undefined {
  const number = read(value, key)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function membersOf(errors: unknown): unknown[] {
  try {
    return Array.isArray(errors) ? errors.slice(0, MOST_MEMBERS) : []
  } catch {
    return []
  }
}
