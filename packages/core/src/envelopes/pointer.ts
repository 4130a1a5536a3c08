import { formatPath, parsePath } from '../errors/issue.ts'

/** A field as a JSON Pointer (RFC 6901): `messages[0].role` is `/messages/0/role`. */
export function pointerOf(field: string): string {
  return parsePath(field)
    .map((key) => `/${String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/**
 * The inverse of `pointerOf`; undefined for what is no pointer to a part. A number below the top is an
 * index.
 */
export function fieldAt(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return undefined
  const keys = pointer.slice(1).split('/')
  return formatPath(
    keys.map((key, at) =>
      at > 0 && /^(?:0|[1-9]\d{0,14})$/.test(key)
        ? Number(key)
        : key.replaceAll('~1', '/').replaceAll('~0', '~'),
    ),
  )
}

/** A field as the fragment of a URI (RFC 6901, 6): `#/messages/0/role`. */
export function fragmentOf(field: string): string {
  return `#${pointerOf(field).split('/').map(encodeURIComponent).join('/')}`
}

/** The inverse of `fragmentOf`. */
export function fieldAtFragment(fragment: unknown): string | undefined {
  if (typeof fragment !== 'string' || !fragment.startsWith('#')) return undefined
  try {
    return fieldAt(decodeURIComponent(fragment.slice(1)))
  } catch {
    return undefined
  }
}
