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

/** Statuses of requests that the server did not process. Clients retry them even if the request is not idempotent. */
const unprocessedStatuses = new Set([408, 429, 503, 529])

/** Chooses the way a client should handle an error. */
export function chooseAction({ errorTypes, statuses: [status = 500], retryable, field }: EntryFacts): Action {
  const code = errorTypes[0]?.code ?? ''
  if (retryable) return unprocessedStatuses.has(status) ? 'wait' : 'retry-idempotent'
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
