import { errorClasses, ValidationFailed } from '@faultline/core'
import type { EntryFacts } from '../entry.ts'

/** The way a client handles an error that remains after automatic retries. */
export type Action =
  | 'wait'
  | 'retry-idempotent'
  | 'change-key'
  | 'change-model'
  | 'fix-field'
  | 'report'
  | 'stop'

/**
 * Statuses of requests that the server has not processed, as `@faultline/client` judges them (503 only with a
 * Retry-After). Clients may repeat such a request even if it is not idempotent (RFC 9110, section 9.2.2).
 */
export const UNPROCESSED_STATUSES: readonly number[] = [408, 429, 503, 529]

/** Returns whether the error of an entry shows that the server has not processed the request. */
export function isUnprocessed({ statuses: [status = 500] }: Pick<EntryFacts, 'statuses'>): boolean {
  return UNPROCESSED_STATUSES.includes(status)
}

/** Chooses the way a client should handle an error. */
export function chooseAction(entry: EntryFacts): Action {
  const {
    errorTypes,
    statuses: [status = 500],
    retryable,
    field,
  } = entry
  const code = errorTypes[0]?.code ?? ''
  if (retryable) return isUnprocessed(entry) ? 'wait' : 'retry-idempotent'
  if (status === 401) return 'change-key'
  if (code === 'model_not_found' || code === 'unsupported_model') return 'change-model'
  if (field !== undefined || isValidationCode(code)) return 'fix-field'
  return status >= 500 ? 'report' : 'stop'
}

/** Whether a code is that of `ValidationFailed` or of one of its subclasses. */
function isValidationCode(code: string): boolean {
  return Object.values(errorClasses).some(
    (type) =>
      type.code === code &&
      (type === ValidationFailed || ValidationFailed.prototype.isPrototypeOf(type.prototype)),
  )
}

/** Wraps text into comment lines of at most `width` columns. */
export function formatComment(text: string, mark: string, width: number): string {
  const lines: string[] = []
  let line = mark
  for (const word of text.split(/\s+/)) {
    if (line !== mark && line.length + word.length >= width) {
      lines.push(line)
      line = mark
    }
    line += ` ${word}`
  }
  return [...lines, line].join('\n')
}
