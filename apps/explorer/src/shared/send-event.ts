import type { SdkName } from './sdk-names.ts'

/** How an answer ended. */
export type Ending =
  /** With all that it had promised. */
  | 'whole'
  /** The connection was closed before the answer's end. */
  | 'cut'
  /** The connection was reset. */
  | 'reset'
  /** It took longer than the explorer waits. */
  | 'too-slow'
  /** It was longer than the explorer reads. */
  | 'too-long'
  /** What came was no HTTP. */
  | 'no-http'
  /** Nobody listens. */
  | 'unreachable'

/** What an SDK raised, as a caller's code can read it. */
export interface Raised {
  /** The name of the class. */
  readonly class: string
  readonly status?: number | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly message: string
  readonly requestId?: string | undefined
}

/** What an SDK made of an answer. */
export interface SdkReport {
  readonly name: SdkName
  /** Whether the envelope is one that it is made for. */
  readonly isAtHome: boolean
  /** What came of it: it raised something, took the answer for a success, or was not done in time. */
  readonly outcome: 'raised' | 'answered' | 'too-slow'
  readonly raised?: Raised | undefined
  /** The text that it had read by then. */
  readonly text: string
  /** Whether it asks again by itself. */
  readonly retries: boolean
  /** How long it waits before that, in milliseconds. */
  readonly waits?: number | undefined
  /** Whether it asks again only where it is told to. */
  readonly isOptIn: boolean
}

/** A line of what `POST /api/send` answers. Times are milliseconds since the request was sent. */
export type SendEvent =
  | { readonly type: 'request'; readonly url: string; readonly head: string; readonly body: string }
  | {
      readonly type: 'head'
      readonly at: number
      readonly statusLine: string
      readonly status: number
      /** As they were on the wire, in their order. */
      readonly headers: readonly (readonly [name: string, value: string])[]
    }
  | { readonly type: 'body'; readonly at: number; readonly text: string }
  | { readonly type: 'end'; readonly at: number; readonly how: Ending; readonly bytes: number }
  | { readonly type: 'sdk'; readonly report: SdkReport }
