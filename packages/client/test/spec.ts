import { readdirSync, readFileSync } from 'node:fs'
import { envelopes, errorClasses, type ApiError, type Envelope, type ErrorCode } from '../src/index.ts'

/** A row of the taxonomy. */
interface Row {
  readonly code: ErrorCode
  readonly params: Readonly<Record<string, string>>
}

/** What a document says of its codes. */
export interface Documented {
  readonly id: keyof typeof envelopes
  readonly codes: readonly { readonly wire: string; readonly status: number; readonly retryable?: boolean }[]
  readonly samples: readonly { readonly when: string; readonly status: number; readonly body: object }[]
}

const spec = new URL('../../../spec/', import.meta.url)
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, spec), 'utf8'))

/** The taxonomy, as the specification has it. */
export const taxonomy = (json('taxonomy.json') as { errors: Row[] }).errors

/** The five documents. */
export const documents = readdirSync(new URL('documented/', spec)).map(
  (file) => json(`documented/${file}`) as Documented,
)

/** Every envelope in both modes. */
export const modes: readonly { id: string; envelope: Envelope }[] = Object.entries(envelopes).flatMap(
  ([id, envelope]) => [
    { id, envelope },
    { id: `${id}:strict`, envelope: envelope.strict },
  ],
)

const required: Readonly<Record<string, unknown>> = {
  model: 'gpt-9',
  field: 'seed',
  issues: [
    { message: 'must be an integer', path: ['seed'] },
    { message: 'is too long', path: ['messages', 0, 'content'], code: 'too_long' },
  ],
  allow: ['GET', 'HEAD'],
  retryAfter: 30,
}

/** An error of any kind, with what the kind requires. */
export function errorOfKind({ code, params }: Row, options: object = {}): ApiError {
  const Kind = errorClasses[code] as new (options: object) => ApiError
  const needed = Object.entries(params).filter(([, type]) => !type.includes('?') && !type.includes('='))
  return new Kind({ ...Object.fromEntries(needed.map(([name]) => [name, required[name]])), ...options })
}

/** All that is to be read of an error. No issue is the same as none. */
export function factsOf(error: ApiError): Record<string, unknown> {
  const { name, code, status, message, retryable, retryAfter, requestId, field, origin, details } = error
  const { issues = [] } = error
  return { name, code, status, message, retryable, retryAfter, requestId, field, issues, origin, details }
}
