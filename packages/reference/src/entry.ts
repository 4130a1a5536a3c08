import type { ApiErrorClass, Envelope } from '@faultline/core'
import { getErrorDoc, AGAIN, REPORT } from '@faultline/openapi'
import { codeFor, type ClientExample } from './client-code.ts'
import type { DocumentedCode, ErrorDocument } from './error-document.ts'
import { headersOf, type ReferenceHeader } from './headers-sent.ts'
import type { Identified } from './identifier.ts'

/** A kind of error that is sent as a code. */
export interface ReferenceErrorType {
  /** What it is called in code: `model_not_found`. */
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  readonly description: string
  readonly remedy: string
}

/** An answer as it is sent. */
export interface ReferenceExample {
  /** The kind that it tells of. */
  readonly kind: string
  readonly status: number
  readonly body: unknown
}

/** One code as clients see it. */
export interface ReferenceEntry {
  /** The code; its anchor is the same. */
  readonly code: string
  /** The one that the document gives first. */
  readonly statuses: readonly number[]
  readonly message: string
  readonly description: string
  /** The heading of the document that it stands under. */
  readonly group: string | undefined
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  readonly remedy: string
  readonly headers: readonly ReferenceHeader[]
  /** The field of the request that it is always about. */
  readonly field: string | undefined
  readonly isDocumented: boolean
  /** The kinds that are sent as it, the one that it is named for first; none where nothing sends it. */
  readonly kinds: readonly ReferenceErrorType[]
  /** One of each status. */
  readonly samples: readonly ReferenceExample[]
  /** The event that tells of it once a stream has begun. */
  readonly event: string | undefined
  readonly client: ClientExample
}

/** What all entries are made with. */
export interface Making {
  readonly envelope: Envelope
  readonly url: string
  readonly auth: NonNullable<ErrorDocument['auth']>
}

/** A code that is listed; whatever is not said of it is what the kinds say that are sent as it. */
export function documentedEntry(
  code: DocumentedCode,
  answers: readonly Identified[],
  making: Making,
): ReferenceEntry {
  return entryOf(code, true, answers, making)
}

/** A code that is not listed, of the kinds that are sent as it. */
export function sentEntry(answers: readonly Identified[], making: Making): ReferenceEntry {
  const [{ wire, answer }] = answers as [Identified]
  return entryOf({ wire, status: answer.status }, making.envelope.mode === 'strict', answers, making)
}

function entryOf(
  code: DocumentedCode,
  isDocumented: boolean,
  answers: readonly Identified[],
  making: Making,
): ReferenceEntry {
  const { wire, status, group } = code
  const sorted = answers.toSorted((a, b) => rank(b, code) - rank(a, code))
  const kinds = sorted.map(kindOf)
  const [first] = sorted
  const [kind] = kinds
  const retryable = code.retryable ?? kind?.retryable ?? false
  const samples = sorted.map(({ type, answer, body }) => ({ kind: type.code, status: answer.status, body }))
  const others = samples.map((sample) => sample.status).toSorted((a, b) => a - b)
  // A list may have a status that nothing is sent with.
  const main = others.includes(status) ? status : (first?.answer.status ?? status)
  const statuses = [...new Set([main, ...others])]
  const entry = {
    code: wire,
    statuses,
    message: code.message ?? first?.message ?? '',
    description: code.description ?? kind?.description ?? '',
    group,
    retryable,
    remedy: code.remedy ?? todoOf(first?.type, retryable),
    headers: headersOf(
      Object.assign({}, ...answers.map(({ answer }) => answer.headers), first?.answer.headers),
      code.headers,
    ),
    field: code.field ?? (first && making.envelope.lookup(first.answer.error).field),
    isDocumented,
    kinds,
    samples: statuses.flatMap((each) => samples.find((sample) => sample.status === each) ?? []),
    event: first?.event,
  }
  return { ...entry, client: codeFor(entry, sorted, making) }
}

/** How well a kind stands for a code: on its status, by the code that a client reads back, and by name. */
function rank({ type, answer, clientCode, wire }: Identified, { status }: DocumentedCode): number {
  const isSame = type.code === wire.toLowerCase()
  return (answer.status === status ? 4 : 0) + (clientCode === type.code ? 2 : 0) + (isSame ? 1 : 0)
}

function kindOf({ type, answer, isRetryable, message }: Identified): ReferenceErrorType {
  const { description, remedy } = getErrorDoc(type)
  return { code: type.code, status: answer.status, retryable: isRetryable, message, description, remedy }
}

/** A document may think otherwise of a retry than the taxonomy, whose advice would then contradict it. */
function todoOf(type: ApiErrorClass | undefined, retryable: boolean): string {
  if (type?.retryable === retryable) return getErrorDoc(type).remedy
  return retryable ? AGAIN : REPORT
}
