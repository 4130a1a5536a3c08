import type { WireCode } from './envelope.ts'
import { errorClasses } from '../errors/index.ts'
import { describeUnmappedStatus, getCanonicalCode } from '../errors/canonical.ts'

/**
 * What a document that has only types, one for each status, calls an error that it lacks: its type for that status,
 * else one made by the same pattern, `payment_required_error` for 402.
 */
export function typeOf(status: number, codes: Readonly<Record<string, WireCode>>): string {
  for (const type in codes) if (codes[type]!.status === status) return type
  const name = describeUnmappedStatus(status)?.code ?? getCanonicalCode(status)
  return name.endsWith('_error') ? name : `${name}_error`
}

/** The code that `typeOf` made a type of. */
export function codeOfType(type: string): string {
  return Object.hasOwn(errorClasses, type) ? type : type.replace(/_error$/, '')
}
