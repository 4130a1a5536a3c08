import { MAX_ISSUES, type Issue } from '../errors/issue.ts'
import { readItems, readProperty, readString } from './safe-read.ts'

/** The first item of a location, which names the part of the request. */
const REQUEST_PARTS: ReadonlySet<unknown> = new Set(['body', 'query', 'path', 'header', 'cookie'])

/**
 * Parses the `detail` of FastAPI's validation errors: `[{ loc, msg, type }]`. The invalid `input`, which it quotes, is
 * left out.
 *
 * @returns The issues; an empty array for any other value.
 */
export function parseFastApiIssues(detail: unknown): Issue[] {
  return readItems(detail, MAX_ISSUES).flatMap((item) => {
    const message = readString(item, 'msg')
    if (message === undefined) return []
    const location = readItems(readProperty(item, 'loc'), MAX_ISSUES).filter(isKey)
    const path = REQUEST_PARTS.has(location[0]) ? location.slice(1) : location
    const code = readString(item, 'type')
    return [{ message, path, ...(code === undefined ? {} : { code }) }]
  })
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
