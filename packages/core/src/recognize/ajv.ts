import type { ApiError } from '../errors/api-error.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import { createValidationError, isMissingField, type FoundIssue } from './create-validation-error.ts'
import { isObject, readItems, readProperty, readString } from './safe-read.ts'

type Key = string | number

/** Maximum number of keys of a path. */
const MAX_DEPTH = 32

/**
 * Recognizes errors in the format of Ajv: its ValidationError, the list `validate.errors` that was thrown as it is, a
 * result of openapi-backend, and the errors of TypeBox 1.
 */
export function fromAjv(thrown: object): ApiError | undefined {
  const lists = [
    thrown,
    readProperty(thrown, 'errors'),
    readProperty(readProperty(thrown, 'cause'), 'errors'),
  ]
  const list = lists.find(isAjvErrors)
  return list === undefined ? undefined : createValidationError(thrown, readAjvErrors(list))
}

function isAjvErrors(list: unknown): boolean {
  const [first] = readItems(list, 1)
  return readString(first, 'instancePath') !== undefined && readString(first, 'keyword') !== undefined
}

/** Maximum number of Ajv errors that are read. They are sorted before `MAX_ISSUES` of them are sent. */
const MAX_ERRORS = 4 * MAX_ISSUES

/**
 * Reads a list of errors in the format of Ajv. The keyword `if` only reports that `then` or `else` has failed, whose
 * errors are in the list, too.
 */
export function readAjvErrors(list: unknown): FoundIssue[] {
  const errors = readItems(list, MAX_ERRORS)
  const reasons = errors.filter((error) => readString(error, 'keyword') !== 'if')
  const used = reasons.length === 0 ? errors : reasons
  return sortBySchema(used.flatMap(toFoundIssues), readPropertyOrders(used))
}

/** The position of each property in the schema of an object, by the JSON of the object's path. */
type PropertyOrders = ReadonlyMap<string, ReadonlyMap<Key, number>>

/**
 * Reads the order of properties from the schemas that the errors of missing properties contain with Ajv's option
 * `verbose`. Ajv reports the missing properties of an object before the others.
 */
function readPropertyOrders(ajvErrors: readonly unknown[]): PropertyOrders {
  const orders = new Map<string, ReadonlyMap<Key, number>>()
  for (const error of ajvErrors) {
    const properties = readProperty(readProperty(error, 'parentSchema'), 'properties')
    if (isMissingField(error) && isObject(properties))
      orders.set(
        JSON.stringify(readPath(error)),
        new Map(Object.keys(properties).map((name, index) => [name, index])),
      )
  }
  return orders
}

/**
 * Sorts issues by the order of the fields in the schema. Fields whose order is not known keep the order in which they are
 * first reported.
 */
function sortBySchema(found: readonly FoundIssue[], orders: PropertyOrders): FoundIssue[] {
  if (orders.size === 0) return [...found]
  const positions = new Map<string, Map<Key, number>>()
  const getPosition = (path: readonly Key[], depth: number): number => {
    const key = path[depth] ?? ''
    const object = JSON.stringify(path.slice(0, depth))
    const known = positions.get(object) ?? new Map(orders.get(object))
    positions.set(object, known)
    const position = known.get(key) ?? (typeof key === 'number' ? key : known.size)
    known.set(key, position)
    return position
  }
  return found
    .map((each) => {
      const path = (each.issue.path ?? []) as readonly Key[]
      return { each, place: path.map((_key, depth) => getPosition(path, depth)) }
    })
    .toSorted((a, b) => comparePlaces(a.place, b.place))
    .map(({ each }) => each)
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  const depth = a.findIndex((position, index) => position !== b[index])
  return depth === -1 ? a.length - b.length : (a[depth] ?? 0) - (b[depth] ?? -1)
}

/** Reads the path of the value with the problem: the JSON Pointer (RFC 6901) in `instancePath`. */
function readPath(ajvError: unknown): Key[] {
  const keys = (readString(ajvError, 'instancePath') ?? '')
    .split('/')
    .slice(1, MAX_DEPTH + 1)
    .map(parsePointerToken)
  // openapi-backend validates the request as a whole.
  return keys[0] === 'requestBody' ? keys.slice(1) : keys
}

/** Converts an Ajv error. */
function toFoundIssues(ajvError: unknown): FoundIssue[] {
  const path = readPath(ajvError)
  const params = readProperty(ajvError, 'params')
  const missing = [
    readProperty(params, 'missingProperty'),
    // TypeBox lists all missing properties in one error.
    ...readItems(readProperty(params, 'requiredProperties'), MAX_ISSUES),
  ].filter((name) => typeof name === 'string')
  const issue = {
    message: truncateText(readString(ajvError, 'message') ?? 'is invalid', MAX_ISSUE_LENGTH),
    code: readString(ajvError, 'keyword'),
  }
  const paths =
    missing.length === 0 ? [path] : missing.map((name) => [...path, truncateText(name, MAX_FIELD_LENGTH)])
  const isMissing = isMissingField(ajvError)
  return paths.map((each) => ({ issue: { ...issue, path: each }, isMissing }))
}

function parsePointerToken(token: string): Key {
  const key = truncateText(token.replaceAll('~1', '/').replaceAll('~0', '~'), MAX_FIELD_LENGTH)
  return /^(?:0|[1-9]\d{0,9})$/.test(key) ? Number(key) : key
}
