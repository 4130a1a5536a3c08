import { readdirSync, readFileSync } from 'node:fs'
import { envelopes, errorClasses, type ApiError, type Envelope, type ErrorCode } from '../src/index.ts'

/** A row of the taxonomy. */
export interface Row {
  readonly code: ErrorCode
  readonly class: string
  readonly parent: ErrorCode | null
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  readonly params: Readonly<Record<string, string>>
  readonly wire: Readonly<Record<DocumentedName, { code: string; status: number; documented: boolean }>>
}

/** A document's codes and samples. */
export interface Documented {
  readonly id: DocumentedName
  readonly statuses: readonly number[]
  readonly identifier: 'code' | 'type'
  readonly codes: readonly {
    readonly wire: string
    readonly status: number
    readonly message?: string
    readonly retryable?: boolean
    readonly field?: string
    readonly headers?: readonly string[]
  }[]
  readonly samples: readonly { readonly when: string; readonly status: number; readonly body: object }[]
}

export type EnvelopeName = keyof typeof envelopes

/** The envelopes whose documents the specification holds. */
export type DocumentedName = 'a15t' | 'ai-api' | 'compactifai' | 'compresr' | 'humanloop'

const spec = new URL('../../../spec/', import.meta.url)
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, spec), 'utf8'))

/** The taxonomy, as the specification has it. */
export const taxonomy = (json('taxonomy.json') as { errors: Row[] }).errors

/** The documents, by envelope. */
export const documented = Object.fromEntries(
  readdirSync(new URL('documented/', spec)).map((file) => {
    const document = json(`documented/${file}`) as Documented
    return [document.id, document]
  }),
) as Readonly<Record<DocumentedName, Documented>>

/** Every envelope in both modes. */
export const modes: readonly { name: EnvelopeName; mode: 'normal' | 'strict'; envelope: Envelope }[] = (
  Object.keys(envelopes) as EnvelopeName[]
).flatMap((name) => [
  { name, mode: 'normal' as const, envelope: envelopes[name] },
  { name, mode: 'strict' as const, envelope: envelopes[name].strict },
])

/** The documented ones in both modes. */
export const documentedModes = modes.filter(
  (mode): mode is (typeof modes)[number] & { name: DocumentedName } => Object.hasOwn(documented, mode.name),
)

const required: Readonly<Record<string, unknown>> = {
  model: 'gpt-9',
  field: 'seed',
  issues: [{ message: 'must be an integer', path: ['seed'] }],
  allow: ['GET', 'HEAD'],
  retryAfter: 30,
}

/** An error of any kind, with what the kind requires and what is given. */
export function errorOfKind(row: Row, options: object = {}): ApiError {
  const Kind = errorClasses[row.code] as new (options: object) => ApiError
  const needed = Object.entries(row.params).filter(([, type]) => !type.includes('?') && !type.includes('='))
  return new Kind({ ...Object.fromEntries(needed.map(([name]) => [name, required[name]])), ...options })
}
