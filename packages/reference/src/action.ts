import { errorClasses, ValidationFailed, type ErrorCode } from '@faultline/core'
import type { ReferenceEntry } from './entry.ts'

/** What code does about an error, beside retries that are made already. */
export type Action = 'wait' | 'again' | 'key' | 'model' | 'field' | 'report' | 'stop'

/** An entry, before there is code for it. */
export type Told = Omit<ReferenceEntry, 'client'>

/** Statuses that say that the request was not carried out, so that it is tried again whatever it was. */
const NOTHING_DONE = new Set([408, 429, 503, 529])

/** What a client should do that meets an error. */
export function actionFor({ kinds, statuses: [status = 500], retryable, field }: Told): Action {
  const code = kinds[0]?.code ?? ''
  if (retryable) return NOTHING_DONE.has(status) ? 'wait' : 'again'
  if (status === 401) return 'key'
  if (code === 'model_not_found' || code === 'unsupported_model') return 'model'
  if (field !== undefined || isAboutFields(code)) return 'field'
  return status >= 500 ? 'report' : 'stop'
}

function isAboutFields(code: string): boolean {
  const type: unknown = errorClasses[code as ErrorCode]
  return (
    type === ValidationFailed ||
    (type as { prototype?: unknown } | undefined)?.prototype instanceof ValidationFailed
  )
}

/** A text as the lines of a comment. */
export function commentOf(text: string, mark: string, width: number): string {
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
