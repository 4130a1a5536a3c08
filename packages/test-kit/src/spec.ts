import { readdirSync, readFileSync } from 'node:fs'

/** An error of `spec/taxonomy.json`. */
export interface TaxonomyRow<Code extends string = string> {
  readonly code: Code
  readonly class: string
  readonly parent: Code | null
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  /** Constructor options by name, with their types. A type with `?` or `=` is optional. */
  readonly params: Readonly<Record<string, string>>
  readonly wire: Readonly<Record<DocumentName, { code: string; status: number; documented: boolean }>>
}

/** A file of `spec/documented/`. */
export interface SpecDocument {
  readonly id: DocumentName
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
  /** When to retry. Without `statuses`, the `retryable` of the codes applies. */
  readonly retry: {
    readonly statuses?: readonly number[]
    readonly maxAttempts?: number
    readonly maxAttemptsByStatus?: Readonly<Record<string, number>>
    /** A formula, followed by a colon and the delays in seconds, separated by commas. */
    readonly delaySeconds?: string
    readonly why: string
  }
  readonly samples: readonly { readonly when: string; readonly status: number; readonly body: object }[]
}

/** Names of the envelopes whose documents are in `spec/documented/`. */
export type DocumentName = 'a15t' | 'ai-api' | 'compactifai' | 'compresr' | 'humanloop'

const spec = new URL('../../../spec/', import.meta.url)

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, spec), 'utf8'))
}

/**
 * Reads the errors of the specification, in its order.
 *
 * The type of the codes is a parameter, because core's tests use it too: this package cannot import core.
 */
export function readTaxonomy<Code extends string = string>(): TaxonomyRow<Code>[] {
  const { errors } = readJson('taxonomy.json') as { errors: TaxonomyRow<Code>[] }
  return errors
}

/** Reads the five published documents, in the order of their names. */
export function readDocuments(): SpecDocument[] {
  return readdirSync(new URL('documented/', spec)).map(
    (file) => readJson(`documented/${file}`) as SpecDocument,
  )
}

const samples: Readonly<Record<string, unknown>> = {
  model: 'gpt-9',
  field: 'seed',
  issues: [{ message: 'must be an integer', path: ['seed'] }],
  allow: ['GET', 'HEAD'],
  retryAfter: 30,
}

/** Returns constructor options for an error class: a sample value for each required one. */
export function sampleOptions({ params }: Pick<TaxonomyRow, 'params'>): Record<string, unknown> {
  const required = Object.entries(params).filter(([, type]) => !/[?=]/.test(type))
  return Object.fromEntries(required.map(([name]) => [name, samples[name]]))
}
