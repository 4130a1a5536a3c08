import { readDocuments, readTaxonomy, sampleOptions, type TaxonomyRow } from '@faultline/test-kit'
import { envelopes, errorClasses, type ApiError, type Envelope, type ErrorCode } from '../src/index.ts'

export const taxonomy = readTaxonomy<ErrorCode>()

export const documents = readDocuments()

/** Every envelope in both modes. */
export const modes: readonly { id: string; envelope: Envelope }[] = Object.entries(envelopes).flatMap(
  ([id, envelope]) => [
    { id, envelope },
    { id: `${id}:strict`, envelope: envelope.strict },
  ],
)

/** Creates an error of any class with its required options. */
export function createSampleError(row: TaxonomyRow<ErrorCode>, options: object = {}): ApiError {
  const ErrorClass = errorClasses[row.code] as new (options: object) => ApiError
  return new ErrorClass({ ...sampleOptions(row), ...options })
}

/** Returns the fields of an error that a body or headers can carry. Missing issues equal an empty list. */
export function pickFields(error: Partial<ApiError>): Record<string, unknown> {
  const { name, code, status, message, retryable, retryAfter, requestId, field, origin, details } = error
  const { issues = [] } = error
  return { name, code, status, message, retryable, retryAfter, requestId, field, issues, origin, details }
}
