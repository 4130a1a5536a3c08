import { describeUnmappedStatus, getCanonicalCode } from '../errors/canonical.ts'
import type { ErrorCode } from '../errors/codes.ts'
import { errorClasses, isErrorCode } from '../errors/error-classes.ts'
import type { EnvelopeDefinition, WireCode } from './envelope.ts'

/**
 * Creates the codes and the mapping of envelopes whose standard does not define codes (RFC 9457, JSON:API). Each error
 * class keeps its own code and status.
 */
export function createCodelessDefinition(): Pick<EnvelopeDefinition<ErrorCode>, 'codes' | 'mapping'> {
  return {
    codes: createRecordByCode((code) => {
      const { status, retryable } = errorClasses[code]
      return { status, retryable }
    }),
    mapping: { ...createRecordByCode((code) => code), default: 'internal_error' },
  }
}

/**
 * Creates the codes and the mapping of envelopes whose bodies have neither a code nor a status. The status of the response
 * determines the code of a received error: it is that of the class which represents the status.
 */
export function createStatusDefinition(): Required<
  Pick<EnvelopeDefinition<ErrorCode>, 'codes' | 'mapping' | 'toWireCode'>
> {
  const statuses = new Set(Object.values(errorClasses).map(({ status }) => status))
  const entries = [...statuses].map((status) => [getCanonicalCode(status), { status }] as const)
  return {
    codes: Object.fromEntries(entries) as Record<ErrorCode, WireCode>,
    mapping: {
      ...createRecordByCode((code) => getCanonicalCode(errorClasses[code].status)),
      default: 'internal_error',
    },
    toWireCode: (_, status) => describeUnmappedStatus(status)?.code ?? getCanonicalCode(status),
  }
}

function createRecordByCode<Value>(toValue: (code: ErrorCode) => Value): Record<ErrorCode, Value> {
  const codes = Object.keys(errorClasses).filter(isErrorCode)
  return Object.fromEntries(codes.map((code) => [code, toValue(code)])) as Record<ErrorCode, Value>
}

/**
 * Formats a code as a title: `Invalid API key` for `invalid_api_key`. A title must not change between occurrences
 * (RFC 9457, section 3.1.3; JSON:API 1.1, error objects).
 */
export function formatTitle(code: string): string {
  const words = code
    .replaceAll('_', ' ')
    .replace(/\b(?:api|uri)\b/g, (word) => word.toUpperCase())
    .replace(/^im\b/, "I'm")
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
