import { readdirSync, readFileSync } from 'node:fs'
import { envelopes, errorClasses, type ApiError, type Envelope, type ErrorCode } from '../src/index.ts'

/** An error class of the taxonomy in the specification. */
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

/** Codes and samples of a published document. */
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

/** Envelopes with a published document in the specification. */
export type DocumentedName = 'a15t' | 'ai-api' | 'compactifai' | 'compresr' | 'humanloop'

const spec = new URL('../../../spec/', import.meta.url)
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, spec), 'utf8'))

/** The taxonomy in the specification. */
export const taxonomy = (json('taxonomy.json') as { errors: Row[] }).errors

/** The published documents by envelope. */
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

/** Envelopes with a published document, in both modes. */
export const documentedModes = modes.filter(
  (mode): mode is (typeof modes)[number] & { name: DocumentedName } => Object.hasOwn(documented, mode.name),
)

/** Values of required options. */
const requiredOptions: Readonly<Record<string, unknown>> = {
  model: 'gpt-9',
  field: 'seed',
  issues: [{ message: 'must be an integer', path: ['seed'] }],
  allow: ['GET', 'HEAD'],
  retryAfter: 30,
}

/** Creates an error of a class with its required options and the given ones. */
export function createSample(row: Row, options: object = {}): ApiError {
  const ErrorClass = errorClasses[row.code] as new (options: object) => ApiError
  const requiredParams = Object.entries(row.params).filter(
    ([, type]) => !type.includes('?') && !type.includes('='),
  )
  return new ErrorClass({
    ...Object.fromEntries(requiredParams.map(([name]) => [name, requiredOptions[name]])),
    ...options,
  })
}
