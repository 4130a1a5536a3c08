import {
  readDocuments,
  readTaxonomy,
  sampleOptions,
  type DocumentName,
  type SpecDocument,
  type TaxonomyRow,
} from '@faultline/test-kit'
import { envelopes, errorClasses, type ApiError, type Envelope, type ErrorCode } from '../src/index.ts'

export type Row = TaxonomyRow<ErrorCode>
export type Documented = SpecDocument
export type DocumentedName = DocumentName
export type EnvelopeName = keyof typeof envelopes

/** The taxonomy in the specification. */
export const taxonomy = readTaxonomy<ErrorCode>()

/** The published documents by envelope. */
export const documented = Object.fromEntries(
  readDocuments().map((document) => [document.id, document]),
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

/** Creates an error of a class with its required options and the given ones. */
export function createSample(row: Row, options: object = {}): ApiError {
  const ErrorClass = errorClasses[row.code] as new (options: object) => ApiError
  return new ErrorClass({ ...sampleOptions(row), ...options })
}
