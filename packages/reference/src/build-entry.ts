import type { ApiErrorClass } from '@faultline/core'
import { getDefaultRemedy, getErrorDoc } from '@faultline/openapi'
import { createClientExample } from './client-examples/create-client-example.ts'
import type { CodedExample } from './code-paths.ts'
import type { EntryContext, EntryFacts, ReferenceEntry, ReferenceErrorType } from './entry.ts'
import type { DocumentedCode } from './error-document.ts'
import { describeHeaders } from './headers.ts'

/**
 * Builds the entry of a code. Facts that the document does not specify come from the error classes.
 *
 * @param code The code as the document lists it.
 * @param examples The responses that are sent with this code.
 */
export function buildEntry(
  code: DocumentedCode,
  isDocumented: boolean,
  examples: readonly CodedExample[],
  context: EntryContext,
): ReferenceEntry {
  const sorted = examples.toSorted((a, b) => rankMatch(b, code) - rankMatch(a, code))
  const facts = collectFacts(code, isDocumented, sorted, context)
  return { ...facts, client: createClientExample(facts, sorted, context) }
}

function collectFacts(
  code: DocumentedCode,
  isDocumented: boolean,
  sorted: readonly CodedExample[],
  { envelope }: EntryContext,
): EntryFacts {
  const [best] = sorted
  const errorTypes = sorted.map(toErrorType)
  const [bestType] = errorTypes
  const examples = sorted.map(({ type, response, body }) => ({
    errorCode: type.code,
    status: response.status,
    body,
  }))
  const sentStatuses = examples.map(({ status }) => status).toSorted((a, b) => a - b)
  // A document may list a status that the server never sends for the code.
  const mainStatus = sentStatuses.includes(code.status) ? code.status : (best?.response.status ?? code.status)
  const statuses = [...new Set([mainStatus, ...sentStatuses])]
  const { statuses: retriedStatuses, maxAttempts, maxAttemptsByStatus } = envelope.retryPolicy ?? {}
  const retryable = retriedStatuses?.includes(mainStatus) ?? code.retryable ?? bestType?.retryable ?? false
  return {
    code: code.wire,
    statuses,
    message: code.message ?? best?.message ?? '',
    description: code.description ?? bestType?.description ?? '',
    group: code.group,
    retryable,
    maxAttempts: retryable ? (maxAttemptsByStatus?.[mainStatus] ?? maxAttempts) : undefined,
    remedy: code.remedy ?? getRemedy(best?.type, retryable),
    headers: describeHeaders(
      Object.assign({}, ...sorted.map(({ response }) => response.headers), best?.response.headers),
      code.headers,
    ),
    field: code.field ?? (best && envelope.lookup(best.response.error).field),
    isDocumented,
    errorTypes,
    examples: statuses.flatMap((status) => examples.find((example) => example.status === status) ?? []),
    event: best?.event,
  }
}

/** Rates how well an error class represents a code: by status, by the code that a client reads, and by name. */
function rankMatch({ type, response, clientCode, wire }: CodedExample, { status }: DocumentedCode): number {
  const isSameName = type.code === wire.toLowerCase()
  return (response.status === status ? 4 : 0) + (clientCode === type.code ? 2 : 0) + (isSameName ? 1 : 0)
}

function toErrorType({ type, response, isRetryable, message }: CodedExample): ReferenceErrorType {
  const { description, remedy } = getErrorDoc(type)
  return { code: type.code, status: response.status, retryable: isRetryable, message, description, remedy }
}

/** Returns the remedy of the class, unless it would contradict the document's `retryable`. */
function getRemedy(type: ApiErrorClass | undefined, retryable: boolean): string {
  return type?.retryable === retryable ? getErrorDoc(type).remedy : getDefaultRemedy(retryable)
}
