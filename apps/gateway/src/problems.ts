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

/** Where a problem is: keys from the outside in. Validators differ in words, and agree in this. */
export type Path = readonly (string | number)[]

/** What is wrong with a field, in this gateway's words; `[]` stands for any index. In the order of report. */
const words: Readonly<Record<string, string>> = {
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

/** The fields whose problems have a kind of their own, with all there is to say. */
const kinds: Readonly<Record<string, new () => ApiError>> = {
  temperature: InvalidTemperature,
  max_tokens: InvalidMaxTokens,
  size: InvalidImageSize,
  quality: InvalidImageQuality,
}

/** The path of a prompt that is too long; its words are its kind's. */
export const PROMPT_TOO_LONG: Path = ['prompt', 'too_long']

interface Problem {
  readonly path: Path
  readonly error: ApiError
}

/**
 * The error of what a validator found: of one problem its own kind, of several `validation_failed` with them all.
 *
 * @param paths Where the problems are, in any order.
 * @param body What was validated; a path that leads to nothing in it is a missing field's.
 * @returns Undefined for no problems.
 */
export function errorOfProblems(paths: readonly Path[], body: unknown): ApiError | undefined {
  const found = new Map<string, Problem>()
  for (const path of paths) found.set(JSON.stringify(path), { path, error: errorOfProblem(path, body) })
  const problems = [...found.values()].toSorted((a, b) => rank(a.path) - rank(b.path))
  if (problems.length <= 1) return problems[0]?.error
  const issues = problems.map(({ error: { code, field, message, issues: own } }) => ({
    message: own?.[0]?.message ?? message,
    path: parsePath(field ?? ''),
    code,
  }))
  return new ValidationFailed({ issues })
}

function errorOfProblem(path: Path, body: unknown): ApiError {
  if (path === PROMPT_TOO_LONG) return new PromptTooLong()
  const field = formatPath(path) ?? 'body'
  if (at(body, path) === undefined) return new MissingRequiredField({ field })
  const name = nameOf(path)
  const Kind = kinds[name]
  return Kind === undefined
    ? new InvalidFieldValue({ field, issue: words[name] ?? 'is invalid' })
    : new Kind()
}

function at(value: unknown, path: Path): unknown {
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key]
  return value
}

function nameOf(path: Path): string {
  return path.map((key, place) => (typeof key === 'number' ? '[]' : place === 0 ? key : `.${key}`)).join('')
}

const order = Object.keys(words)

/** Fields in their order, and items of a list in theirs: an item's own problem before those of its fields. */
function rank(path: Path): number {
  if (path === PROMPT_TOO_LONG) return order.indexOf('prompt') * 1000
  const [first, index, last] = path
  const base = order.indexOf(String(first)) * 1000
  return typeof index === 'number'
    ? base + 1 + index * 4 + (last === undefined ? 0 : order.indexOf(nameOf(path)) - 1)
    : base
}
