import type { ProbeSession } from './probe-session.ts'

/** One action of a client, and assertions on the server's response. */
export interface Probe {
  readonly name: string
  readonly run: (session: ProbeSession) => Promise<void>
}

/** Paths of the server for probes that need a route. */
export interface KnownPaths {
  /** A path that responds to GET with success. */
  readonly get: string | undefined
  /** A path that accepts JSON by POST. */
  readonly post: string | undefined
}
