import type { Dialect } from './dialects.ts'
import type { Position } from './results.ts'

/** Outcomes that are known to violate the rule. The run fails if one of them no longer does. */
export interface KnownViolation {
  readonly dialects: readonly string[]
  /** Values of `--client`. */
  readonly sdks: readonly string[]
  readonly positions: readonly Position[]
  /** Limits the violation to some cuts. @default all */
  readonly isAffected?: (dialect: Dialect, cut: number) => boolean
  /** Written into the documentation. */
  readonly reason: string
}

export const knownViolations: readonly KnownViolation[] = []

/** Ways to send a stream that are known not to send whole events. */
interface KnownSender {
  readonly framework: string
  readonly bodies: readonly string[]
  /** Written into the documentation. */
  readonly reason: string
}

export const knownSenders: readonly KnownSender[] = []
