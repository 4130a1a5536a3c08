/**
 * One validation problem, in Standard Schema's shape.
 *
 * @see https://standardschema.dev
 */
export interface Issue {
  /** What is wrong, in words for the caller. */
  readonly message: string
  /** Where: keys from the outside in, as values or as `{ key }`. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
  /** The validator's name for the problem, `too_small` for one. */
  readonly code?: string | undefined
}

/** A segment that reads well after a dot. */
const PLAIN = /^[A-Za-z_$][\w$]*$/
const SEGMENT = /\.([A-Za-z_$][\w$]*)|\[(\d{1,15})\]|\[("(?:[^"\\]|\\.)*")\]/y

/** Writes a path as one string: `['messages', 0, 'role']` becomes `messages[0].role`. */
export function formatPath(path: Issue['path']): string | undefined {
  if (!Array.isArray(path) || path.length === 0) return undefined
  let field: string | undefined
  for (const item of path as readonly (PropertyKey | { readonly key: PropertyKey } | null)[]) {
    const key = typeof item === 'object' ? item?.key : item
    if (field === undefined) field = typeof key === 'number' ? `[${key}]` : String(key)
    else if (typeof key === 'number') field += `[${key}]`
    else if (PLAIN.test(String(key))) field += `.${String(key)}`
    else field += `[${JSON.stringify(String(key))}]`
  }
  return field
}

/** The inverse of `formatPath`; a text that is no such path is a path of one key. */
export function parsePath(field: string): (string | number)[] {
  const head = /^[^.[\]]+/.exec(field)?.[0] ?? ''
  const path: (string | number)[] = head === '' ? [] : [head]
  SEGMENT.lastIndex = head.length
  while (SEGMENT.lastIndex < field.length) {
    const match = SEGMENT.exec(field)
    if (match === null) return [field]
    path.push(match[1] ?? (match[2] === undefined ? unquote(match[3]!) : Number(match[2])))
  }
  return formatPath(path) === field ? path : [field]
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string
  } catch {
    return text
  }
}
