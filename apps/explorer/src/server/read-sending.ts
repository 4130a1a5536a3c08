import { models } from '@faultline/app-upstream'
import {
  resolveEnvelope,
  errorClasses,
  InvalidFieldValue,
  InvalidRequest,
  MissingRequiredField,
} from '@faultline/core'
import { oddRequests } from '../shared/odd-requests.ts'
import { QUERY, type ErrorQuery, type Raise, type Sending } from '../shared/sending.ts'
import { isKind } from './catalogue.ts'

/** The longest text that a query may hold. */
const LONGEST = 2000

type Members = Readonly<Record<string, unknown>>

/**
 * Reads what the page asks for.
 *
 * @param frameworks The names of the apps that there are: an address is never taken from a page.
 * @throws the error of the first thing that is wrong with it.
 */
export function readSending(body: unknown, frameworks: readonly string[]): Sending {
  if (!isObject(body)) throw new InvalidRequest({ message: 'The body must be a JSON object' })
  only(body, '', ['framework', 'envelope', 'raise', 'sdks'])
  return {
    framework: oneOf(body, 'framework', frameworks),
    envelope: envelope(text(body, 'envelope')),
    raise: raise(body['raise']),
    sdks: flag(body, 'sdks'),
  }
}

function raise(given: unknown): Raise {
  if (given === undefined) throw new MissingRequiredField({ field: 'raise' })
  if (!isObject(given)) throw new InvalidFieldValue({ field: 'raise', issue: 'must be an object' })
  switch (oneOf(given, 'kind', ['error', 'throw', 'request', 'chat'], 'raise.')) {
    case 'error':
      only(given, 'raise.', ['kind', 'code', 'query', 'stream'])
      return {
        kind: 'error',
        code: known(given, 'code', 'raise.', (code) => Object.hasOwn(errorClasses, code)),
        query: query(given['query']),
        stream: flag(given, 'stream', 'raise.'),
      }
    case 'throw':
      only(given, 'raise.', ['kind', 'what'])
      return { kind: 'throw', what: known(given, 'what', 'raise.', isKind) }
    case 'request':
      only(given, 'raise.', ['kind', 'name'])
      return {
        kind: 'request',
        name: known(given, 'name', 'raise.', (name) => Object.hasOwn(oddRequests, name)),
      }
    default:
      only(given, 'raise.', ['kind', 'model', 'stream'])
      return {
        kind: 'chat',
        model: known(given, 'model', 'raise.', (model) => Object.hasOwn(models, model)),
        stream: flag(given, 'stream', 'raise.'),
      }
  }
}

function query(given: unknown): ErrorQuery {
  if (given === undefined) return {}
  if (!isObject(given)) throw new InvalidFieldValue({ field: 'raise.query', issue: 'must be an object' })
  only(given, 'raise.query.', QUERY)
  for (const name of Object.keys(given)) {
    const value = text(given, name, 'raise.query.')
    if (value.length > LONGEST) {
      const issue = `must have at most ${LONGEST} characters`
      throw new InvalidFieldValue({ field: `raise.query.${name}`, issue })
    }
  }
  return given
}

function envelope(id: string): string {
  try {
    resolveEnvelope(id)
    return id
  } catch (cause) {
    throw new InvalidFieldValue({ field: 'envelope', issue: (cause as Error).message, cause })
  }
}

function only(given: Members, prefix: string, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const issue = `is not known; known are ${names.join(', ')}`
  throw new InvalidFieldValue({ field: prefix + unknown, issue })
}

function oneOf(given: Members, name: string, values: readonly string[], prefix = ''): string {
  const value = text(given, name, prefix)
  if (values.includes(value)) return value
  throw new InvalidFieldValue({ field: prefix + name, issue: `must be one of ${values.join(', ')}` })
}

function known(given: Members, name: string, prefix: string, isKnown: (value: string) => boolean): string {
  const value = text(given, name, prefix)
  if (isKnown(value)) return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'is not in the catalogue' })
}

function text(given: Members, name: string, prefix = ''): string {
  const value = given[name]
  if (value === undefined) throw new MissingRequiredField({ field: prefix + name })
  if (typeof value === 'string') return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'must be a string' })
}

function flag(given: Members, name: string, prefix = ''): boolean {
  const value = given[name] ?? false
  if (typeof value === 'boolean') return value
  throw new InvalidFieldValue({ field: prefix + name, issue: 'must be a boolean' })
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
