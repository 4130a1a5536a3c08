import type { ApiError } from '../errors/api-error.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES, parsePath } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import { createValidationError, isMissingField, type FoundIssue } from './create-validation-error.ts'
import { isObject, readItems, readProperty, readString } from './safe-read.ts'
import { fromIssuesOf } from './validation.ts'

// Validators whose errors do not have the shape of Standard Schema. Values that a client has sent are cut off messages.

type Path = readonly (string | number)[]

/** Recognizes the errors of validators by the property that holds their issues. */
export function fromValidator(thrown: object): ApiError | undefined {
  const issues = readIssues(thrown)
  if (issues === undefined || issues.length === 0) return undefined
  return createValidationError(thrown, issues)
}

/** Recognizes an exception that wraps a ZodError: that of nestjs-zod. */
export function fromZodException(thrown: object): ApiError | undefined {
  const getZodError = readProperty(thrown, 'getZodError')
  if (typeof getZodError !== 'function') return undefined
  const zodError: unknown = getZodError.call(thrown)
  return isObject(zodError) ? fromIssuesOf(zodError, thrown) : undefined
}

function readIssues(thrown: object): FoundIssue[] | undefined {
  const details = readProperty(thrown, 'details')
  // Celebrate: a map from a part of the request to Joi's error.
  if (details instanceof Map)
    return [...details.values()]
      .slice(0, MAX_ISSUES)
      .flatMap((error) => readJoi(readProperty(error, 'details')))
  if (readProperty(thrown, 'isJoi') === true || readString(thrown, 'name') === 'ZodValidationError')
    return readJoi(details)
  switch (readString(thrown, 'name')) {
    case 'ValidationError':
      return readYup(thrown)
    case 'StructError':
      return readStructError(thrown)
    case 'TraversalError':
      return readJoi(readProperty(thrown, 'arkErrors'))
    case 'Bad Request':
      return readOpenApi(readProperty(thrown, 'errors'))
    default:
      return readTypeBox(thrown) ?? readExpressValidator(thrown)
  }
}

/** Joi, zod-validation-error and ArkType: items with `message` and an array `path`. */
function readJoi(details: unknown): FoundIssue[] {
  return readItems(details, MAX_ISSUES).flatMap((item) => {
    const path = readItems(readProperty(item, 'path'), 32).filter(isKey)
    return createIssue(readString(item, 'message'), path, readString(item, 'type'), isMissingField(item))
  })
}

/** Yup: nested errors in `inner`; without them, one error with `path` as text. */
function readYup(thrown: object): FoundIssue[] | undefined {
  if (!Array.isArray(readProperty(thrown, 'inner'))) return undefined
  const inner = readItems(readProperty(thrown, 'inner'), MAX_ISSUES)
  return (inner.length === 0 ? [thrown] : inner).flatMap((error) =>
    createIssue(
      readString(error, 'message'),
      toPath(readString(error, 'path')),
      readString(error, 'type'),
      isMissingField(error) || isMissingInYup(error),
    ),
  )
}

/** Yup's `required` fails for a missing field and, for some types, for an empty value. */
function isMissingInYup(error: unknown): boolean {
  const params = readProperty(error, 'params')
  return (
    readString(error, 'type') === 'required' &&
    isObject(params) &&
    readProperty(params, 'value') === undefined
  )
}

/**
 * TypeBox before version 1: the first problem in `error`, and all problems from the method `Errors`, with `path` as a JSON
 * Pointer. A missing property has a further problem with its type, which is left out.
 */
function readTypeBox(thrown: object): FoundIssue[] | undefined {
  const first = readProperty(thrown, 'error')
  if (typeof readProperty(first, 'type') !== 'number' || !isObject(readProperty(first, 'schema')))
    return undefined
  const list = readProperty(thrown, 'Errors')
  const problems: unknown[] = []
  if (typeof list === 'function') {
    for (const problem of list.call(thrown) as Iterable<unknown>) {
      problems.push(problem)
      if (problems.length === MAX_ISSUES) break
    }
  }
  const byPath = new Map<string, FoundIssue[]>()
  for (const problem of problems.length === 0 ? [first] : problems) {
    const pointer = readString(problem, 'path', MAX_FIELD_LENGTH) ?? ''
    if (byPath.has(pointer)) continue
    const path = pointer.split('/').slice(1, 33)
    const isMissing = readProperty(problem, 'type') === TYPEBOX_REQUIRED
    byPath.set(pointer, createIssue(readString(problem, 'message'), path, undefined, isMissing))
  }
  return [...byPath.values()].flat()
}

/** `ValueErrorType.ObjectRequiredProperty` of TypeBox. */
const TYPEBOX_REQUIRED = 45

/** Superstruct: the first failure is on the error itself. */
function readStructError(thrown: object): FoundIssue[] {
  const path = readItems(readProperty(thrown, 'path'), 32).filter(isKey)
  const type = readString(thrown, 'type')
  const message = type === undefined ? undefined : `Expected ${type}`
  return createIssue(message, path, type, readProperty(thrown, 'value') === undefined)
}

/** express-openapi-validator: `path` begins with the part of the request, such as `/body/model`. */
function readOpenApi(errors: unknown): FoundIssue[] {
  return readItems(errors, MAX_ISSUES).flatMap((item) => {
    const [, , ...keys] = (readString(item, 'path', MAX_FIELD_LENGTH) ?? '').split('/')
    return createIssue(readString(item, 'message'), keys, readString(item, 'errorCode'), isMissingField(item))
  })
}

/** express-validator: a result with the functions `array` and `mapped`, whose items have `msg` and `path`. */
function readExpressValidator(thrown: object): FoundIssue[] | undefined {
  const list = readProperty(thrown, 'array')
  if (typeof list !== 'function' || typeof readProperty(thrown, 'mapped') !== 'function') return undefined
  return readItems(list.call(thrown), MAX_ISSUES).flatMap((item) =>
    createIssue(
      readString(item, 'msg'),
      toPath(readString(item, 'path')),
      readString(item, 'type'),
      readProperty(item, 'value') === undefined,
    ),
  )
}

function isKey(key: unknown): key is string | number {
  return typeof key === 'string' || (typeof key === 'number' && Number.isInteger(key) && key >= 0)
}

function toPath(field: string | undefined): Path {
  return field === undefined || field === '' ? [] : parsePath(truncateText(field, MAX_FIELD_LENGTH))
}

/** The parts of a message that quote the sent value: those of Joi's patterns and of Yup's type errors. */
const QUOTED_VALUE = / with value ".*?"(?= (?:fails|matches|is))|,? but the final value was: [^]*$/gs

function createIssue(
  message: string | undefined,
  path: Path,
  code: string | undefined,
  isMissing: boolean,
): FoundIssue[] {
  if (message === undefined) return []
  const issue = {
    message: truncateText(message.replace(QUOTED_VALUE, ''), MAX_ISSUE_LENGTH),
    ...(path.length === 0
      ? {}
      : { path: path.map((key) => (typeof key === 'string' ? truncateText(key, MAX_FIELD_LENGTH) : key)) }),
    ...(code === undefined ? {} : { code }),
  }
  return [{ issue, isMissing }]
}
