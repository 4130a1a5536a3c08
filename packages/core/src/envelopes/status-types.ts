import { describeUnmappedStatus, getCanonicalCode } from '../errors/canonical.ts'
import { isErrorCode } from '../errors/error-classes.ts'
import type { WireCode } from './envelope.ts'

/**
 * Returns the type of a status for documents that define one type per status: the documented type, otherwise a type of
 * the same pattern, for example `payment_required_error` for 402.
 */
export function getTypeForStatus(status: number, codes: Readonly<Record<string, WireCode>>): string {
  for (const [type, listed] of Object.entries(codes)) if (listed.status === status) return type
  const name = describeUnmappedStatus(status)?.code ?? getCanonicalCode(status)
  return name.endsWith('_error') ? name : `${name}_error`
}

/** Returns the error code of a type that `getTypeForStatus` derived from it. */
export function getCodeForType(type: string): string {
  return isErrorCode(type) ? type : type.replace(/_error$/, '')
}
