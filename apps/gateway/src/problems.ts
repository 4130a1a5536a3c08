import {
  formatPath,
  InvalidFieldValue,
  InvalidImageQuality,
  InvalidImageSize,
  InvalidMaxTokens,
  InvalidTemperature,
  MissingRequiredField,
  parsePath,
  PromptTooLong,
  ValidationFailed,
  type ApiError,
} from '@faultline/core'

/** Path of a problem, outermost key first. Validators agree on paths but not on messages, so only paths are used. */
export type Path = readonly (string | number)[]

/** The issue text of each field; `[]` stands for any index. Issues are reported in this order. */
const issueTexts: Readonly<Record<string, string>> = {
  model: 'must be a text',
  messages: 'must be a list of 1 to 100 messages',
  'messages[]': 'must be an object with a role and a content',
  'messages[].role': 'must be system, user or assistant',
  'messages[].content': 'must be a text',
  temperature: 'must be a number from 0 to 2',
  max_tokens: 'must be an integer of at least 1',
  stream: 'must be true or false',
  prompt: 'must be a text',
  size: 'must be 256x256, 512x512 or 1024x1024',
  quality: 'must be standard or hd',
}

/** Fields with their own error class. Its default message describes the problem. */
const errorsByField: Readonly<Record<string, new () => ApiError>> = {
  temperature: InvalidTemperature,
  max_tokens: InvalidMaxTokens,
  size: InvalidImageSize,
  quality: InvalidImageQuality,
}

/** The path that reports a prompt that is too long. It is not a field of the request. */
export const PROMPT_TOO_LONG: Path = ['prompt', 'too_long']

interface Problem {
  readonly path: Path
  readonly error: ApiError
}

/**
 * Creates the error for the problems that a validator found: the field's own error for one problem,
 * `missing_required_field` with all issues for several missing fields, `validation_failed` with all issues for others.
 *
 * @param paths Paths of the problems, in any order.
 * @param body The validated body. A path without a value in it is a missing field.
 * @returns Undefined if there are no problems.
 */
export function createValidationError(paths: readonly Path[], body: unknown): ApiError | undefined {
  const byPath = new Map<string, Problem>()
  for (const path of paths) byPath.set(JSON.stringify(path), { path, error: createFieldError(path, body) })
  const problems = [...byPath.values()].toSorted((a, b) => getRank(a.path) - getRank(b.path))
  if (problems.length <= 1) return problems[0]?.error
  const issues = problems.map(({ error }) => ({
    message: error.issues?.[0]?.message ?? error.message,
    path: parsePath(error.field ?? ''),
    code: error.code,
  }))
  const field = problems[0]?.error.field
  const isMissingOnly = problems.every(({ error }) => error.code === MissingRequiredField.code)
  return isMissingOnly && field !== undefined
    ? new MissingRequiredField({ field, issues })
    : new ValidationFailed({ issues })
}

function createFieldError(path: Path, body: unknown): ApiError {
  if (path === PROMPT_TOO_LONG) return new PromptTooLong()
  const field = formatPath(path) ?? 'body'
  if (getValue(body, path) === undefined) return new MissingRequiredField({ field })
  const pattern = formatPattern(path)
  const ErrorClass = errorsByField[pattern]
  return ErrorClass === undefined
    ? new InvalidFieldValue({ field, issue: issueTexts[pattern] ?? 'is invalid' })
    : new ErrorClass()
}

function getValue(value: unknown, path: Path): unknown {
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key]
  return value
}

/** Formats a path with `[]` for each index: `messages[].role`. */
function formatPattern(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? '[]' : index === 0 ? key : `.${key}`)).join('')
}

const order = Object.keys(issueTexts)

/** Sorts by field and then by list index. A problem of a list item comes before problems of the item's fields. */
function getRank(path: Path): number {
  if (path === PROMPT_TOO_LONG) return order.indexOf('prompt') * 1000
  const [first, index, last] = path
  const base = order.indexOf(String(first)) * 1000
  return typeof index === 'number'
    ? base + 1 + index * 4 + (last === undefined ? 0 : order.indexOf(formatPattern(path)) - 1)
    : base
}
