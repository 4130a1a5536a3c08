import { MAX_FIELD_LENGTH } from '../errors/issue.ts'
import { clampText } from '../http/clamp-text.ts'
import { getCanonicalCode } from '../errors/canonical.ts'
import { errorClasses, isErrorCode } from '../errors/error-classes.ts'
import type { CodeMapping, EnvelopeDefinition, WireCode } from './envelope.ts'

/** A wire code with its documented properties. */
export interface TableEntry extends WireCode {
  readonly code: string
}

/** The mapping of an envelope, indexed by error code and by wire code. Both modes of the envelope share it. */
export class CodeTable {
  readonly #definition: EnvelopeDefinition<string>
  // Created on first use: a process that starts uses few of the envelopes that it loads.
  #mappingEntries: ReadonlyMap<string, TableEntry> | undefined
  #strictFallbackEntries: ReadonlyMap<string, TableEntry> | undefined
  #errorCodeIndex: ReadonlyMap<string, string> | undefined

  constructor(definition: EnvelopeDefinition<string>) {
    this.#definition = definition
  }

  get #mapping(): ReadonlyMap<string, TableEntry> {
    return (this.#mappingEntries ??= this.#createEntries(this.#definition.mapping))
  }

  get #strictFallback(): ReadonlyMap<string, TableEntry> {
    return (this.#strictFallbackEntries ??= this.#createEntries(this.#definition.strictFallback ?? {}))
  }

  /** Error codes by wire code, and by wire code and status. */
  get #errorCodes(): ReadonlyMap<string, string> {
    return (this.#errorCodeIndex ??= this.#indexErrorCodes())
  }

  /** Returns the wire code that an error code is mapped to in both modes. */
  getMapped(errorCode: string): TableEntry | undefined {
    return this.#mapping.get(errorCode)
  }

  /**
   * Returns the wire code of an error in strict mode: the first mapping of its codes, then of the canonical error of its
   * status, of 400 or of 500, otherwise the default.
   *
   * @param errorCodes Codes of the error, its own code first.
   */
  getStrict(errorCodes: readonly string[], status: number): TableEntry {
    const canonicalCodes = [getCanonicalCode(status), getCanonicalCode(status < 500 ? 400 : 500)]
    for (const code of [...errorCodes, ...canonicalCodes]) {
      const entry = this.#mapping.get(code) ?? this.#strictFallback.get(code)
      if (entry !== undefined) return entry
    }
    return this.#createEntry(this.#definition.mapping.default)
  }

  /** Returns the error code that a wire code stands for. The status selects one if several are mapped to it. */
  getErrorCode(wireCode: string, status: number | undefined): string | undefined {
    return this.#errorCodes.get(`${wireCode} ${status}`) ?? this.#errorCodes.get(wireCode)
  }

  #createEntry(mapping: CodeMapping): TableEntry {
    const { code, ...override } = typeof mapping === 'string' ? { code: mapping } : mapping
    const listed = this.#definition.codes[code]
    if (listed === undefined) throw new TypeError(`Envelope ${this.#definition.id} does not list ${code}`)
    return { ...listed, ...override, code }
  }

  #createEntries(mapping: Readonly<Record<string, CodeMapping>>): ReadonlyMap<string, TableEntry> {
    const entries = Object.entries(mapping).filter(([code]) => code !== 'default')
    return new Map(entries.map(([code, target]) => [code, this.#createEntry(target)]))
  }

  /**
   * If several error codes are mapped to a wire code, the one that converts to it is preferred, then one whose class
   * has the status of the entry, then any other of `mapping`, then one of `strictFallback`.
   */
  #indexErrorCodes(): ReadonlyMap<string, string> {
    const { fromWireCode = (wireCode) => wireCode } = this.#definition
    const candidates: { code: string; entry: TableEntry; rank: number }[] = []
    for (const [code, entry] of this.#mapping) {
      const hasClassStatus = isErrorCode(code) && errorClasses[code].status === entry.status
      candidates.push({ code, entry, rank: fromWireCode(entry.code) === code ? 0 : hasClassStatus ? 1 : 2 })
    }
    for (const [code, entry] of this.#strictFallback) {
      candidates.push({ code, entry, rank: 3 })
    }
    const index = new Map<string, string>()
    for (const { code, entry } of candidates.toSorted((a, b) => a.rank - b.rank)) {
      for (const key of [`${entry.code} ${entry.status}`, entry.code]) {
        if (!index.has(key)) index.set(key, code)
      }
    }
    return index
  }
}

/** Limits the length of a code that is not in a table. Codes of the taxonomy are short; a parsed error can have any. */
export function clampCode(code: string): string {
  return code.length > MAX_FIELD_LENGTH ? clampText(code, MAX_FIELD_LENGTH) : code
}
