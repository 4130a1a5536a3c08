import type { Ending } from '../shared/send-event.ts'
import type { Raise, Target } from '../shared/sending.ts'

/** An answer that was recorded, to be read by several. */
export interface Recording {
  /** 0 where there was none. */
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly texts: readonly string[]
  readonly how: Ending
}

/** What SDKs are to be asked about. */
export interface Job extends Pick<Target, 'envelope'> {
  /** The address of the app. */
  readonly address: string
  readonly raise: Raise
  /** What they all read, where each cannot ask the app by itself. */
  readonly recording: Recording | undefined
}
