import type { ApiError } from '../errors/api-error.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import { createValidationError, type FoundIssue } from './create-validation-error.ts'
import { isObject, readItems, readProperty, readString } from './safe-read.ts'

type Path = readonly (string | number)[]

/** Maximum number of levels of an issue, of which several can belong to one level of the value. */
const MAX_DEPTH = 64

/**
 * Recognizes the errors of Effect Schema: ParseError of version 3, and SchemaError of version 4. Their messages quote the
 * sent value, so the messages are created from the schema.
 */
export function fromEffectSchema(thrown: object): ApiError | undefined {
  const tag = readString(thrown, '_tag')
  if (tag !== 'ParseError' && tag !== 'SchemaError') return undefined
  const found: FoundIssue[] = []
  collectIssues(readProperty(thrown, 'issue'), [], 0, found)
  return found.length === 0 ? undefined : createValidationError(thrown, found)
}

/** Collects the leaves of a tree of issues. The nodes `Pointer` contain the path. */
function collectIssues(node: unknown, parentPath: Path, depth: number, found: FoundIssue[]): void {
  if (depth === MAX_DEPTH || found.length === MAX_ISSUES || !isObject(node)) return
  const path = [...parentPath, ...readPath(readProperty(node, 'path'))]
  const expected = readExpected(node)
  const nested = readProperty(node, 'issues') ?? readProperty(node, 'issue')
  const children = Array.isArray(nested) ? readItems(nested, MAX_ISSUES) : [nested]
  if (expected === undefined && children.some(isObject)) {
    for (const child of children) collectIssues(child, path, depth + 1, found)
    return
  }
  const tag = readString(node, '_tag') ?? ''
  const isMissing = tag.startsWith('Missing')
  const message = isMissing
    ? 'is missing'
    : tag.startsWith('Unexpected')
      ? 'is unexpected'
      : `Expected ${expected ?? describeSchema(readProperty(node, 'ast'))}`
  found.push({ issue: { message: truncateText(message, MAX_ISSUE_LENGTH), path }, isMissing })
}

/** Reads the description of a check of version 4, for example `a value greater than 0`. */
function readExpected(node: object): string | undefined {
  return readString(readProperty(readProperty(node, 'filter'), 'annotations'), 'expected')
}

function readPath(path: unknown): Path {
  const keys = Array.isArray(path) ? readItems(path, MAX_DEPTH) : [path]
  return keys
    .filter((key) => typeof key === 'number' || typeof key === 'string')
    .map((key) => (typeof key === 'string' ? truncateText(key, MAX_FIELD_LENGTH) : key))
}

/** Describes a schema: version 3 formats it as a type; version 4 only has the kind. */
function describeSchema(schema: unknown): string {
  const format = readProperty(schema, 'toString')
  const text: unknown =
    typeof format === 'function' && format !== Object.prototype.toString
      ? format.call(schema)
      : readString(schema, '_tag')?.toLowerCase()
  return typeof text === 'string' ? text : 'another value'
}
