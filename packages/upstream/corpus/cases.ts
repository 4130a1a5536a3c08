import { readdirSync, readFileSync } from 'node:fs'

/** Codes that count as right, and codes that are tolerable. */
interface WantedCodes {
  readonly best: readonly string[]
  readonly ok: readonly string[]
}

/** The wanted results of a case. `case.schema.json` describes the members. */
interface Wanted {
  readonly upstream?: WantedCodes
  readonly client?: WantedCodes
  readonly readEvents?: readonly string[]
  readonly retryable?: boolean | null
  readonly clientRetryable?: boolean
  readonly retryAfter?: number
  readonly mayPass?: readonly string[]
  readonly mayNotPass?: readonly string[]
}

/** A failure of a provider or gateway: one line of a file of the corpus. */
export interface CorpusCase {
  readonly id: string
  readonly kind: string
  readonly source: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly events?: string
  readonly want: Wanted
  readonly note?: string
}

/** A line of the corpus and the file that contains it. */
export interface CorpusLine {
  /** Name of the file without its extension: the provider, gateway or server. */
  readonly provider: string
  readonly case: CorpusCase
}

/** Reads all files of the corpus, in alphabetical order. */
export function readCorpus(): readonly CorpusLine[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.jsonl'))
    .toSorted()
    .flatMap((file) =>
      readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ provider: file.slice(0, -'.jsonl'.length), case: JSON.parse(line) })),
    )
}
