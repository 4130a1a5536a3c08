import { describeValue } from '../errors/describe-value.ts'
import { errorClasses, isErrorCode } from '../errors/error-classes.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isSnakeCase } from '../errors/snake-case.ts'
import { isValidHeader } from '../http/headers.ts'
import { isErrorStatus } from '../http/status.ts'
import type { EnvelopeDefinition, RetryPolicy } from './envelope.ts'
import { findHeaderProblems } from './header-problems.ts'

/** Minimum length of a code that can be a misspelled one: short codes of an application resemble others by chance. */
const MIN_MISSPELLED_LENGTH = 9

/** The members of a definition. */
const members = {
  id: true,
  title: true,
  codes: true,
  mapping: true,
  strictFallback: true,
  toWireCode: true,
  fromWireCode: true,
  retryAfterStatuses: true,
  challenge: true,
  contentType: true,
  renderEvents: true,
  endsArrays: true,
  renderSocketMessage: true,
  clientHints: true,
  retryPolicy: true,
  renderBody: true,
  detailsPlace: true,
  errorMember: true,
  isDeterministic: true,
  parseBody: true,
  parseText: true,
  schema: true,
} as const satisfies { readonly [member in keyof EnvelopeDefinition<string>]-?: true }

/** The members of a retry policy. */
const retryMembers = {
  statuses: true,
  maxAttempts: true,
  maxAttemptsByStatus: true,
  delays: true,
  reason: true,
} as const satisfies { readonly [member in keyof RetryPolicy]-?: true }

/**
 * Checks the definition of an envelope.
 *
 * @param name The name of the call, for messages.
 * @throws TypeError naming the invalid or unknown member.
 */
export function checkDefinition(definition: EnvelopeDefinition<string>, name?: string): void {
  if (!isObject(definition)) {
    throw new TypeError(`defineEnvelope: the definition must be an object, not ${describeValue(definition)}`)
  }
  for (const problem of findProblems(definition))
    throw new TypeError(`${name ?? `defineEnvelope(${JSON.stringify(definition.id)})`}: ${problem}`)
}

function* findProblems(definition: EnvelopeDefinition<string>): Generator<string> {
  const { id, codes, mapping, strictFallback = {}, clientHints = {} } = definition
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(id))
    yield 'id may contain only lower-case letters, digits and hyphens'
  for (const member of Object.keys(definition)) {
    if (!Object.hasOwn(members, member))
      yield `unknown member \`${member}\`; known members: ${Object.keys(members).join(', ')}`
  }
  if (typeof definition.renderBody !== 'function') yield 'renderBody must be a function'
  if (typeof definition.parseBody !== 'function') yield 'parseBody must be a function'
  if (!['string', 'object', 'undefined'].includes(typeof definition.detailsPlace))
    yield 'detailsPlace must be a path, such as `error.details`, or null'
  if (!['string', 'undefined'].includes(typeof definition.errorMember))
    yield 'errorMember must be the name of a member of the body'
  if (!isOptionalFunction(definition.renderEvents)) yield 'renderEvents must be a function'
  if (!isOptionalFunction(definition.parseText)) yield 'parseText must be a function'
  if (!isOptionalFunction(definition.renderSocketMessage)) yield 'renderSocketMessage must be a function'
  const { challenge = 'Bearer', contentType = 'text/plain' } = definition
  yield* findHeaderProblems({ challenge, contentType })
  const { requestIdHeader = 'x', maxRetryAfter = 1 } = clientHints
  if (typeof requestIdHeader !== 'string' || !isValidHeader(requestIdHeader, ''))
    yield 'clientHints.requestIdHeader must be a valid header name'
  if (!(maxRetryAfter >= 1)) yield 'clientHints.maxRetryAfter must be a number of seconds >= 1'
  yield* findRetryProblems(definition.retryPolicy ?? {})
  if (!isObject(codes)) {
    yield 'codes must be an object'
    return
  }
  for (const [code, listed] of Object.entries<unknown>(codes)) {
    const status = isObject(listed) && 'status' in listed ? listed.status : undefined
    if (!isErrorStatus(status)) yield describeStatus(`codes.${code}.status`, status)
  }
  yield* findContradictions(definition)
  if (!isObject(mapping) || !Object.hasOwn(mapping, 'default'))
    yield 'mapping must have an entry `default`, the wire code of errors without a closer mapping'
  yield* findMappingProblems('mapping', mapping, codes)
  yield* findMappingProblems('strictFallback', strictFallback, codes)
}

function* findRetryProblems(policy: RetryPolicy): Generator<string> {
  if (!isObject(policy)) {
    yield `retryPolicy must be an object, not ${describeValue(policy)}`
    return
  }
  const { statuses = [], maxAttempts = 1, maxAttemptsByStatus = {}, delays = [0] } = policy
  for (const member of Object.keys(policy)) {
    if (!Object.hasOwn(retryMembers, member))
      yield `unknown member \`retryPolicy.${member}\`; known members: ${Object.keys(retryMembers).join(', ')}`
  }
  if (Array.isArray(statuses)) {
    for (const [index, status] of statuses.entries())
      if (!isErrorStatus(status)) yield describeStatus(`retryPolicy.statuses[${index}]`, status)
  } else yield `retryPolicy.statuses must be an array, not ${describeValue(statuses)}`
  if (!isAttemptCount(maxAttempts)) yield describeAttempts('retryPolicy.maxAttempts', maxAttempts)
  if (!isObject(maxAttemptsByStatus))
    yield `retryPolicy.maxAttemptsByStatus must be an object, not ${describeValue(maxAttemptsByStatus)}`
  for (const [status, attempts] of Object.entries(maxAttemptsByStatus)) {
    if (!isErrorStatus(Number(status)))
      yield describeStatus('The keys of retryPolicy.maxAttemptsByStatus', status)
    if (!isAttemptCount(attempts))
      yield describeAttempts(`retryPolicy.maxAttemptsByStatus[${status}]`, attempts)
  }
  if (!Array.isArray(delays) || delays.length === 0 || !delays.every(isDelay))
    yield `retryPolicy.delays must be an array of at least one number of seconds, not ${describeValue(delays)}`
}

/** Finds codes whose `retryable` differs from the retry policy. */
function* findContradictions({ codes, retryPolicy }: EnvelopeDefinition<string>): Generator<string> {
  const { statuses } = retryPolicy ?? {}
  if (statuses === undefined) return
  for (const [code, { status, retryable }] of Object.entries(codes)) {
    const isRetried = statuses.includes(status)
    if (retryable !== undefined && retryable !== isRetried)
      yield `codes.${code}.retryable is ${retryable}, but retryPolicy.statuses ${isRetried ? 'contains' : 'does not contain'} ${status}`
  }
}

function isAttemptCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1
}

function isDelay(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) >= 0
}

function describeAttempts(name: string, value: unknown): string {
  return `${name} must be a number of attempts >= 1, not ${String(value)}`
}

function* findMappingProblems(
  name: string,
  mapping: NonNullable<EnvelopeDefinition<string>['strictFallback']>,
  codes: object,
): Generator<string> {
  for (const [errorCode, entry] of Object.entries(mapping)) {
    const problem = findCodeProblem(name, errorCode)
    if (problem !== undefined) yield problem
    const { code, status } = isObject(entry) ? entry : { code: entry, status: 400 }
    if (!Object.hasOwn(codes, code)) {
      yield `${name}.${errorCode} is ${describeValue(code)}, which is not in codes (${Object.keys(codes).join(', ')})`
    }
    if (!isErrorStatus(status)) yield describeStatus(`${name}.${errorCode}.status`, status)
  }
}

/**
 * Returns the problem of a key that must be an error code: it is not in snake_case, or is probably a misspelled code of the
 * taxonomy. Applications add codes, so any other code is valid.
 *
 * @param name Name of the table, for the message.
 */
export function findCodeProblem(name: string, code: string): string | undefined {
  if (!isSnakeCase(code))
    return `${name}.${code} is not an error code; use snake_case, for example rate_limit_exceeded`
  if (code === 'default' || isErrorCode(code) || code.length < MIN_MISSPELLED_LENGTH) return undefined
  const similar = findSimilar(code, Object.keys(errorClasses))
  return similar && `${name}.${code} is not a code of the taxonomy; did you mean ${similar}?`
}

function describeStatus(name: string, status: unknown): string {
  return `${name} must be an integer from 400 to 599, not ${String(status)}`
}

function isOptionalFunction(value: unknown): boolean {
  return value === undefined || typeof value === 'function'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
