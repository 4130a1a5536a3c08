import { formatPath, parsePath } from '../errors/issue.ts'

/** Converts a field to a JSON Pointer (RFC 6901): `messages[0].role` to `/messages/0/role`. */
export function toPointer(field: string): string {
  return parsePath(field)
    .map((key) => `/${String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/**
 * Converts a JSON Pointer to a field; returns undefined for an invalid pointer and for the pointer to the whole
 * document. A number is an array index, except as the first key.
 */
export function parsePointer(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return undefined
  const keys = pointer.slice(1).split('/')
  return formatPath(
    keys.map((key, depth) =>
      depth > 0 && /^(?:0|[1-9]\d{0,14})$/.test(key)
        ? Number(key)
        : key.replaceAll('~1', '/').replaceAll('~0', '~'),
    ),
  )
}

/** Converts a field to a URI fragment (RFC 6901, section 6): `messages[0].role` to `#/messages/0/role`. */
export function toFragment(field: string): string {
  return `#${toPointer(field).split('/').map(encodeURIComponent).join('/')}`
}

/** Converts a URI fragment to a field; returns undefined for an invalid fragment. */
export function parseFragment(fragment: unknown): string | undefined {
  if (typeof fragment !== 'string' || !fragment.startsWith('#')) return undefined
  try {
    return parsePointer(decodeURIComponent(fragment.slice(1)))
  } catch {
    // Invalid percent-encoding.
    return undefined
  }
}
