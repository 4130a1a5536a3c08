import type { Ending } from '../shared/send-event.ts'
import type { Raise, Target } from '../shared/send-request.ts'

/** A recorded response that all SDKs read. */
export interface Recording {
  /** 0 if there was no response. */
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly chunks: readonly string[]
  readonly ending: Ending
}

/** A task for the SDK worker. */
export interface Job extends Pick<Target, 'envelope'> {
  /** Base URL of the app. */
  readonly address: string
  readonly raise: Raise
  /** Undefined if each SDK must send its own request. */
  readonly recording: Recording | undefined
}
