import type { Envelope } from '@faultline/core'
import type { ErrorDocument } from './error-document.ts'
import type { ReferenceHeader } from './headers.ts'

/** An error class that is sent as a code. */
export interface ReferenceErrorType {
  /** The code of the class: `model_not_found`. */
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  readonly description: string
  readonly remedy: string
}

/** A response as the server sends it. */
export interface ReferenceExample {
  /** The code of the error class. */
  readonly errorCode: string
  readonly status: number
  readonly body: unknown
}

/** Code for authors of clients. */
export interface ClientExample {
  readonly curl: string
  /** Uses `@faultline/client`. */
  readonly typescript: string
  /** Uses `requests`. */
  readonly python: string
}

/** An entry without its client example. */
export interface EntryFacts {
  /** The code as clients see it. The anchor of the entry equals the code. */
  readonly code: string
  /** The documented status first. */
  readonly statuses: readonly number[]
  readonly message: string
  readonly description: string
  /** The heading of the document that lists the code. */
  readonly group: string | undefined
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** Maximum number of attempts, including the first, if the document limits them. */
  readonly maxAttempts: number | undefined
  readonly remedy: string
  readonly headers: readonly ReferenceHeader[]
  /** The request field that the error always concerns. */
  readonly field: string | undefined
  readonly isDocumented: boolean
  /** The error classes that are sent as this code, the best match first. Empty if no class is. */
  readonly errorTypes: readonly ReferenceErrorType[]
  /** One example per status. */
  readonly examples: readonly ReferenceExample[]
  /** The event that reports the error in a started stream. */
  readonly event: string | undefined
}

/** One code as clients see it. */
export interface ReferenceEntry extends EntryFacts {
  readonly client: ClientExample
}

/** The input that all entries of a reference share. */
export interface EntryContext {
  readonly envelope: Envelope
  readonly url: string
  readonly auth: NonNullable<ErrorDocument['auth']>
}
