import { changeOf, type Change } from './change.ts'
import type { Finding } from './compare-shapes.ts'

/**
 * The change that a finding in a body is.
 *
 * @param where The answer that the body is of; every answer without it.
 */
export function bodyChange({ rule, path, before, after, when }: Finding, where?: string): Change {
  const which = when === undefined ? undefined : `${when.path} ${JSON.stringify(when.value)}`
  const place = [where, which].filter((part) => part !== undefined).join(', ')
  return changeOf(rule, path || 'body', { before, after, where: place === '' ? [] : [place] })
}
