import type { EnvelopeDefinition, WireCode } from './envelope.ts'
import { errorClasses, type ErrorCode } from '../errors/index.ts'

const kinds = Object.entries(errorClasses)

/** What a standard needs that has a shape and no codes of its own: the taxonomy's, each on its own status. */
export const plainDefinition = {
  codes: Object.fromEntries(
    kinds.map(([code, { status, retryable }]) => [code, { status, retryable }]),
  ) as Record<ErrorCode, WireCode>,
  mapping: {
    ...(Object.fromEntries(kinds.map(([code]) => [code, code])) as Record<ErrorCode, ErrorCode>),
    default: 'internal_error',
  },
} as const satisfies Partial<EnvelopeDefinition<ErrorCode>>

/** A kind in words: a title is the same each time (RFC 9457, 3.1.3; JSON:API 1.1, error objects). */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ').replace(/\b(?:api|uri)\b/g, (name) => name.toUpperCase())
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
