import { describeValue } from '../errors/describe-value.ts'
import { isSnakeCase } from '../errors/snake-case.ts'
import { isValidHeader } from '../http/headers.ts'
import { isErrorStatus } from '../http/status.ts'
import type { EnvelopeDefinition } from './envelope.ts'

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
  eventName: true,
  eventData: true,
  clientHints: true,
  renderBody: true,
  parseBody: true,
  schema: true,
} as const satisfies { readonly [member in keyof EnvelopeDefinition<string>]-?: true }

/**
 * Checks the definition of an envelope.
 *
 * @throws TypeError naming the invalid or unknown member.
 */
export function checkDefinition(definition: EnvelopeDefinition<string>): void {
  if (!isObject(definition)) {
    throw new TypeError(`defineEnvelope: the definition must be an object, not ${describeValue(definition)}`)
  }
  for (const problem of findProblems(definition))
    throw new TypeError(`defineEnvelope(${JSON.stringify(definition.id)}): ${problem}`)
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
  if (!isOptionalFunction(definition.eventData)) yield 'eventData must be a function'
  const { requestIdHeader = 'x', maxRetryAfter = 1 } = clientHints
  if (typeof requestIdHeader !== 'string' || !isValidHeader(requestIdHeader, ''))
    yield 'clientHints.requestIdHeader must be a valid header name'
  if (!(maxRetryAfter >= 1)) yield 'clientHints.maxRetryAfter must be a number of seconds >= 1'
  if (!isObject(codes)) {
    yield 'codes must be an object'
    return
  }
  for (const [code, listed] of Object.entries<unknown>(codes)) {
    const status = isObject(listed) && 'status' in listed ? listed.status : undefined
    if (!isErrorStatus(status)) yield describeStatus(`codes.${code}.status`, status)
  }
  if (!isObject(mapping) || !Object.hasOwn(mapping, 'default'))
    yield 'mapping must have an entry `default`, the wire code of errors without a closer mapping'
  yield* findMappingProblems('mapping', mapping, codes)
  yield* findMappingProblems('strictFallback', strictFallback, codes)
}

function* findMappingProblems(
  name: string,
  mapping: NonNullable<EnvelopeDefinition<string>['strictFallback']>,
  codes: object,
): Generator<string> {
  for (const [errorCode, entry] of Object.entries(mapping)) {
    // Applications add codes, so only the form of a key can be checked.
    if (!isSnakeCase(errorCode))
      yield `${name}.${errorCode} is not an error code; use snake_case, for example rate_limit_exceeded`
    const { code, status } = isObject(entry) ? entry : { code: entry, status: 400 }
    if (!Object.hasOwn(codes, code)) {
      yield `${name}.${errorCode} is ${describeValue(code)}, which is not in codes (${Object.keys(codes).join(', ')})`
    }
    if (!isErrorStatus(status)) yield describeStatus(`${name}.${errorCode}.status`, status)
  }
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
