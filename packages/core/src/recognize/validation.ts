import type { ApiError } from '../errors/api-error.ts'
import { InvalidRequest } from '../errors/index.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES, type Issue } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import {
  createIssuesError,
  createValidationError,
  isMissingField,
  readIssue,
  type ForeignIssue,
  type FoundIssue,
} from './create-validation-error.ts'
import { isJsonObject, isObject, readItems, readProperty, readString } from './safe-read.ts'

/** Maximum number of keys of a path, and of levels of nested errors. */
const MAX_DEPTH = 32

/**
 * Recognizes a list of issues in the shape of Standard Schema: a ZodError, a ValiError, a SchemaError, or a failed
 * result that was thrown as it is.
 */
export function fromIssues(thrown: object): ApiError | undefined {
  return fromIssuesOf(thrown, thrown)
}

/**
 * Recognizes a list of issues in the shape of Standard Schema.
 *
 * @param holder The object with the list, such as the ZodError in an error of a framework.
 * @param cause The cause of the created error.
 */
export function fromIssuesOf(holder: object, cause: object): ApiError | undefined {
  const list = readProperty(holder, 'issues')
  if (readString(readItems(list, 1)[0], 'message') === undefined) return undefined
  const issues: Issue[] = []
  let areMissing = true
  for (const item of readItems(list, MAX_ISSUES)) {
    const issue = readIssue(item, toIssue)
    if (issue === undefined) continue
    issues.push(issue)
    areMissing &&= isMissingField(item)
  }
  return createIssuesError(cause, issues, areMissing)
}

function toIssue(issue: ForeignIssue): Issue | undefined {
  const message = readMessage(issue)
  if (message === undefined) return undefined
  const { code } = issue
  return createIssue(
    truncateText(message, MAX_ISSUE_LENGTH),
    readPath(issue.path),
    typeof code === 'string' ? code : undefined,
  )
}

/** Creates an issue without the members that are undefined. A spread per member costs more than the rest of the issue. */
function createIssue(message: string, path: Issue['path'], code: string | undefined): Issue {
  if (path === undefined) return code === undefined ? { message } : { message, code }
  return code === undefined ? { message, path } : { message, path, code }
}

/** Reads the message of an issue. Valibot's messages end with the sent value, which is cut off. */
function readMessage({ message, received, kind, input }: ForeignIssue): string | undefined {
  if (typeof message !== 'string') return undefined
  // Zod's issues have no kind, and name the type of the value only.
  if (typeof received !== 'string' || typeof kind !== 'string') return message
  if (received === 'undefined' || received === 'null' || isObject(input)) return message
  const suffix = `eceived ${received}`
  return message.endsWith(suffix) ? message.slice(0, -suffix.length).replace(/(?: but r|: R)$/, '') : message
}

function readPath(path: unknown): (string | number)[] | undefined {
  if (!Array.isArray(path)) return undefined
  const items = readItems(path, MAX_DEPTH)
  return items.every(isKey) ? items : items.flatMap(toKeys)
}

/** Returns whether an item of a path can be used as it is. */
function isKey(item: unknown): item is string | number {
  return typeof item === 'string' ? item.length <= MAX_FIELD_LENGTH : isIndex(item)
}

function isIndex(key: unknown): key is number {
  return typeof key === 'number' && Number.isInteger(key) && key >= 0
}

function toKeys(item: unknown): (string | number)[] {
  const key = isObject(item) ? readProperty(item, 'key') : item
  if (isIndex(key)) return [key]
  return typeof key === 'string' || typeof key === 'symbol' || typeof key === 'number'
    ? [truncateText(String(key), MAX_FIELD_LENGTH)]
    : []
}

/** Recognizes a list of class-validator's errors that was thrown as it is, nested errors included. */
export function fromClassValidator(thrown: object): ApiError | undefined {
  const [first] = readItems(thrown, 1)
  const isValidationError =
    readString(first, 'property') !== undefined &&
    (typeof readProperty(first, 'constraints') === 'object' || Array.isArray(readProperty(first, 'children')))
  if (!isValidationError) return undefined
  const found: FoundIssue[] = []
  collectIssues(thrown, [], found)
  return createValidationError(thrown, found)
}

function collectIssues(errors: unknown, parentPath: readonly (string | number)[], found: FoundIssue[]): void {
  if (parentPath.length === MAX_DEPTH) return
  for (const error of readItems(errors, MAX_ISSUES)) {
    if (found.length >= MAX_ISSUES) return
    const property = readString(error, 'property') ?? ''
    const path = [
      ...parentPath,
      /^\d{1,9}$/.test(property) ? Number(property) : truncateText(property, MAX_FIELD_LENGTH),
    ]
    const target = readProperty(error, 'target')
    const isMissing = isObject(target) && readProperty(target, property) === undefined
    const constraints = readProperty(error, 'constraints')
    for (const [code, message] of isJsonObject(constraints) ? Object.entries(constraints) : []) {
      if (typeof message === 'string')
        found.push({ issue: { message: truncateText(message, MAX_ISSUE_LENGTH), path, code }, isMissing })
    }
    collectIssues(readProperty(error, 'children'), path, found)
  }
}

/** The first frame of a stack overflow in class-transformer or class-validator. */
const VALIDATOR_FRAME = /^\s*at (?:TransformOperationExecutor|ValidationExecutor)\./m

/** Recognizes the stack overflow of class-transformer and class-validator for a body that is nested too deeply. */
export function fromDeepBody(thrown: object): ApiError | undefined {
  if (readString(thrown, 'name') !== 'RangeError') return undefined
  if (readString(thrown, 'message') !== 'Maximum call stack size exceeded') return undefined
  return VALIDATOR_FRAME.test(readString(thrown, 'stack', 4096) ?? '')
    ? new InvalidRequest({ cause: thrown, message: 'The request body is nested too deeply' })
    : undefined
}
