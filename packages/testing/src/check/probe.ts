import type { Desk } from './probe-session.ts'

/** One thing that a client could do, and a look at what the server makes of it. */
export interface Probe {
  readonly name: string
  readonly run: (desk: Desk) => Promise<void>
}

/** What is known of the server beside its address. */
export interface Known {
  /** A path that answers GET with success. */
  readonly get: string | undefined
  /** A path that takes JSON by POST. */
  readonly post: string | undefined
}
