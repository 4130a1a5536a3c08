import { models } from '@faultline/app-upstream'
import {
  resolveEnvelope,
  errorClasses,
  InvalidFieldValue,
  InvalidRequest,
  isJsonObject,
  MissingRequiredField,
  type Members,
} from '@faultline/core'
import { invalidRequests } from '../shared/invalid-requests.ts'
import { QUERY, type ErrorQuery, type Raise, type SendRequest } from '../shared/send-request.ts'
import { isKind } from './catalog.ts'

/** Maximum length of a query parameter. */
const MAX_QUERY_LENGTH = 2000

/**
 * Parses the body of `POST /api/send`.
 *
 * @param frameworks Names of the available apps. Clients cannot name an address.
 * @throws ApiError for the first problem
 */
export function parseSendRequest(body: unknown, frameworks: readonly string[]): SendRequest {
  if (!isJsonObject(body)) throw new InvalidRequest({ message: 'The body must be a JSON object' })
  assertKnownNames(body, '', ['framework', 'envelope', 'raise', 'sdks'])
  return {
    framework: readOneOf(body, 'framework', frameworks),
    envelope: readEnvelope(readText(body, 'envelope')),
    raise: readRaise(body['raise']),
    sdks: readFlag(body, 'sdks'),
  }
}

function readRaise(members: unknown): Raise {
  if (members === undefined) throw new MissingRequiredField({ field: 'raise' })
  if (!isJsonObject(members)) throw new InvalidFieldValue({ field: 'raise', issue: 'must be an object' })
  switch (readOneOf(members, 'kind', ['error', 'throw', 'request', 'chat'], 'raise.')) {
    case 'error':
      assertKnownNames(members, 'raise.', ['kind', 'code', 'query', 'stream'])
      return {
        kind: 'error',
        code: readKnown(members, 'code', 'raise.', (code) => Object.hasOwn(errorClasses, code)),
        query: readQuery(members['query']),
        stream: readFlag(members, 'stream', 'raise.'),
      }
    case 'throw':
      assertKnownNames(members, 'raise.', ['kind', 'what'])
      return { kind: 'throw', what: readKnown(members, 'what', 'raise.', isKind) }
    case 'request':
      assertKnownNames(members, 'raise.', ['kind', 'name'])
      return {
        kind: 'request',
        name: readKnown(members, 'name', 'raise.', (name) => Object.hasOwn(invalidRequests, name)),
      }
    default:
      assertKnownNames(members, 'raise.', ['kind', 'model', 'stream'])
      return {
        kind: 'chat',
        model: readKnown(members, 'model', 'raise.', (model) => Object.hasOwn(models, model)),
        stream: readFlag(members, 'stream', 'raise.'),
      }
  }
}

function readQuery(members: unknown): ErrorQuery {
  if (members === undefined) return {}
  if (!isJsonObject(members))
    throw new InvalidFieldValue({ field: 'raise.query', issue: 'must be an object' })
  assertKnownNames(members, 'raise.query.', QUERY)
  for (const name of Object.keys(members)) {
    const value = readText(members, name, 'raise.query.')
    if (value.length > MAX_QUERY_LENGTH) {
      const issue = `must have at most ${MAX_QUERY_LENGTH} characters`
      throw new InvalidFieldValue({ field: `raise.query.${name}`, issue })
    }
  }
  return members
}

function readEnvelope(id: string): string {
  try {
    resolveEnvelope(id)
    return id
  } catch (cause) {
    throw new InvalidFieldValue({
      field: 'envelope',
      issue: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

function assertKnownNames(members: Members, prefix: string, names: readonly string[]): void {
  const unknown = Object.keys(members).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const issue = `is not known; known are ${names.join(', ')}`
  throw new InvalidFieldValue({ field: prefix + unknown, issue })
}

function readOneOf(members: Members, name: string, values: readonly string[], prefix = ''): string {
  const value = readText(members, name, prefix)
  if (values.includes(value)) return value
  throw new InvalidFieldValue({ field: prefix + name, issue: `must be one of ${values.join(', ')}` })
}

function readKnown(
  members: Members,
  name: string,
  prefix: string,
  isKnown: (value: string) => boolean,
): string {
  const value = readText(members, name, prefix)
  if (isKnown(value)) return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'is not in the catalog' })
}

function readText(members: Members, name: string, prefix = ''): string {
  const value = members[name]
  if (value === undefined) throw new MissingRequiredField({ field: prefix + name })
  if (typeof value === 'string') return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'must be a string' })
}

function readFlag(members: Members, name: string, prefix = ''): boolean {
  const value = members[name] ?? false
  if (typeof value === 'boolean') return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'must be a boolean' })
}
