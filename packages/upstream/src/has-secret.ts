import { redact } from '@faultline/core'

/** Returns whether redaction for the wire would change a string. Used for ids, names and codes, which must not change. */
export function hasSecret(text: string): boolean {
  return redact(text, 'wire') !== text
}
