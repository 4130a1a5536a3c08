/**
 * One validation problem, in the shape of Standard Schema.
 *
 * @see https://standardschema.dev
 */
export interface Issue {
  /** Description of the problem for the caller. */
  readonly message: string
  /** Keys that lead to the invalid value, outermost first, as plain keys or as `{ key }`. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
  /** The validator's name for the problem, for example `too_small`. */
  readonly code?: string | undefined
}

/** Maximum number of issues on the wire. */
export const MAX_ISSUES = 50

/** Maximum length of an issue's message on the wire. */
export const MAX_ISSUE_LENGTH = 1024

/** Maximum length of a field, of a key in a path, and of an issue's code on the wire. */
export const MAX_FIELD_LENGTH = 256

/** Key that is written after a dot; other keys are written in brackets. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/
const SEGMENT = /\.([A-Za-z_$][\w$]*)|\[(\d{1,15})\]|\[("(?:[^"\\]|\\.)*")\]/y

/**
 * Formats a path as a string: `['messages', 0, 'role']` as `messages[0].role`. Undefined for an empty path. Keys after the
 * first `MAX_FIELD_LENGTH` characters are left out, because no response contains them.
 */
export function formatPath(path: Issue['path']): string | undefined {
  if (!Array.isArray(path) || path.length === 0) return undefined
  const items: readonly unknown[] = path
  let field = ''
  for (let index = 0; index < items.length && field.length <= MAX_FIELD_LENGTH; index++)
    field += formatKey(items[index], index === 0)
  return field
}

function formatKey(item: unknown, isFirst: boolean): string {
  const key = typeof item === 'object' ? getKey(item) : item
  if (typeof key === 'number') return `[${key}]`
  const name = (typeof key === 'string' ? key : String(key)).slice(0, MAX_FIELD_LENGTH + 1)
  if (isFirst) return name
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function getKey(item: object | null): unknown {
  return item !== null && 'key' in item ? item.key : undefined
}

/** Parses a string that `formatPath` returned. Any other string, or one that is too long, is a path of one key. */
export function parsePath(field: string): (string | number)[] {
  if (field.length > MAX_FIELD_LENGTH) return [field]
  const head = /^[^.[\]]+/.exec(field)?.[0] ?? ''
  const path: (string | number)[] = head === '' ? [] : [head]
  SEGMENT.lastIndex = head.length
  while (SEGMENT.lastIndex < field.length) {
    const match = SEGMENT.exec(field)
    if (match === null) return [field]
    const [, name, index, quoted = ''] = match
    path.push(name ?? (index === undefined ? unquote(quoted) : Number(index)))
  }
  return formatPath(path) === field ? path : [field]
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}
