import type { Transport } from './transport.ts'

/** What is known of a failure, whichever library told of it. Every part is as foreign as what was thrown. */
export interface Failure {
  /** The status of the upstream's answer; undefined where none came. */
  readonly status?: number | undefined
  /** The headers of that answer, in any form. */
  readonly headers?: unknown
  /** Its body: parsed, as text or as bytes. */
  readonly body?: unknown
  /** The name of its kind, where the library keeps it apart from the body. */
  readonly type?: string | undefined
  /** The upstream's id of the request, where the library keeps it apart from the headers. */
  readonly requestId?: string | undefined
  /** What was sent: nothing of it may come back in a message. */
  readonly sent?: unknown
  /** Whether the answer had begun when it failed. */
  readonly began?: boolean | undefined
  /** How the way to the upstream, or from it, failed. */
  readonly transport?: Transport | undefined
}
