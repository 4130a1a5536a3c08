import type { ApiError } from '../errors/api-error.ts'
import { ValidationFailed } from '../errors/index.ts'
import type { Issue } from '../errors/issue.ts'
import { clampText } from '../http/clamp-text.ts'
import { readProperty, readString } from './safe-read.ts'

/** More are of no use to a caller, and a validator can find one for each item of a large body. */
const MOST_ISSUES = 50
const DEEPEST = 32

/**
 * Recognizes a list of issues in Standard Schema's shape: a ZodError, a ValiError, a SchemaError, or a failed result
 * thrown as it is.
 */
export function fromIssues(thrown: object): ApiError | undefined {
  const list = readProperty(thrown, 'issues')
  if (!Array.isArray(list) || readString(list[0], 'message') === undefined) return undefined
  const issues: Issue[] = []
  for (let at = 0; at < list.length && at < MOST_ISSUES; at++) {
    const message = readString(readProperty(list, at), 'message')
    if (message === undefined) continue
    const path = pathOf(readProperty(readProperty(list, at), 'path'))
    const code = readString(readProperty(list, at), 'code')
    issues.push({
      message: clampText(message, 1024),
      ...(path === undefined ? {} : { path }),
      ...(code === undefined ? {} : { code }),
    })
  }
  return new ValidationFailed({ cause: thrown, issues })
}

function pathOf(path: unknown): (string | number)[] | undefined {
  if (!Array.isArray(path)) return undefined
  const keys: (string | number)[] = []
  for (let at = 0; at < path.length && at < DEEPEST; at++) {
    const item = readProperty(path, at)
    const key = typeof item === 'object' && item !== null ? readProperty(item, 'key') : item
    if (typeof key === 'number' && Number.isInteger(key) && key >= 0) keys.push(key)
    else if (typeof key === 'string' || typeof key === 'symbol' || typeof key === 'number')
      keys.push(clampText(String(key), 256))
  }
  return keys
}

/** Recognizes what class-validator found, thrown as it is: a list of errors, each with those below it. */
export function fromClassValidator(thrown: object): ApiError | undefined {
  const first = Array.isArray(thrown) ? readProperty(thrown, 0) : undefined
  const isOne =
    typeof readProperty(first, 'constraints') === 'object' || Array.isArray(readProperty(first, 'children'))
  if (readString(first, 'property') === undefined || !isOne) return undefined
  const issues: Issue[] = []
  collect(thrown, [], issues)
  return new ValidationFailed({ cause: thrown, issues })
}

function collect(errors: unknown, parent: readonly (string | number)[], issues: Issue[]): void {
  if (!Array.isArray(errors) || parent.length === DEEPEST) return
  for (let at = 0; at < errors.length && issues.length < MOST_ISSUES; at++) {
    const error = readProperty(errors, at)
    const property = readString(error, 'property') ?? ''
    const path = [...parent, /^\d{1,9}$/.test(property) ? Number(property) : clampText(property, 256)]
    const constraints = Object.entries((readProperty(error, 'constraints') as object | undefined) ?? {})
    for (const [code, message] of constraints as [string, unknown][]) {
      if (typeof message === 'string') issues.push({ message: clampText(message, 1024), path, code })
    }
    collect(readProperty(error, 'children'), path, issues)
  }
}
