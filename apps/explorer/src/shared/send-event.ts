import type { SdkName } from './sdk-names.ts'

/** The way a response ended. */
export type Ending =
  | 'complete'
  /** The connection was closed before the response was complete. */
  | 'truncated'
  /** The connection was reset. */
  | 'reset'
  | 'timed-out'
  /** The response exceeded the explorer's size limit. */
  | 'too-large'
  | 'invalid-http'
  /** The connection was refused. */
  | 'unreachable'

/** An error that an SDK threw, with the fields that a caller can read. */
export interface SdkError {
  /** Name of the class. */
  readonly class: string
  readonly status?: number | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly message: string
  readonly requestId?: string | undefined
}

/** The result of one SDK. */
export interface SdkReport {
  readonly name: SdkName
  /** Whether the SDK is made for the envelope. */
  readonly isOwnEnvelope: boolean
  readonly outcome: 'failed' | 'succeeded' | 'timed-out'
  readonly error?: SdkError | undefined
  /** Text that the SDK read before it ended. */
  readonly text: string
  readonly isRetried: boolean
  /** Delay before the retry. */
  readonly retryDelayMs?: number | undefined
  /** Whether the SDK only retries if its options enable it. */
  readonly isRetryOptIn: boolean
}

/** A line of the response to `POST /api/send`. `at` is in milliseconds since the request was sent. */
export type SendEvent =
  | { readonly type: 'request'; readonly url: string; readonly head: string; readonly body: string }
  | {
      readonly type: 'head'
      readonly at: number
      readonly statusLine: string
      readonly status: number
      /** In the order and spelling of the wire. */
      readonly headers: readonly (readonly [name: string, value: string])[]
    }
  | { readonly type: 'body'; readonly at: number; readonly text: string }
  | { readonly type: 'end'; readonly at: number; readonly ending: Ending; readonly bytes: number }
  | { readonly type: 'sdk'; readonly report: SdkReport }
