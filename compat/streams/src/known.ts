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

export const knownViolations: readonly KnownViolation[] = [
  {
    dialects: ['openai-responses', 'universal-responses'],
    sdks: ['codex'],
    positions: ['stream'],
    reason:
      'The Codex CLI has no case for the event `error`, and the envelope does not send `response.failed` yet. The CLI reports its generic error for a stream that ends early.',
  },
  {
    dialects: ['ai-sdk-ui'],
    sdks: ['use-chat-6', 'use-chat-7'],
    positions: ['head', 'stream', 'after'],
    reason:
      'There is no envelope for UI message streams yet; `universal` is sent instead. `useChat` rejects its event, and shows its JSON.',
  },
  {
    dialects: ['google'],
    sdks: ['google'],
    positions: ['stream', 'after'],
    isAffected: endsWithoutBlankLine,
    reason:
      'A cut between the CR and the LF of a blank line, or after a comment whose blank line has not arrived: @google/genai splits a stream at CR LF CR LF and LF LF, so it reads what was sent last and the error event as one event.',
  },
]

/** Returns whether a cut is after a line end that the server has sent, and before the end of a CR LF CR LF. */
function endsWithoutBlankLine({ recording: { bytes } }: Dialect, cut: number): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, cut))
  return /\r\n\r$|(?:^|\n):[^\r\n]*\r\n?$/.test(text)
}

/** Ways to send a stream that are known not to send whole events. */
interface KnownSender {
  readonly framework: string
  readonly bodies: readonly string[]
  /** Written into the documentation. */
  readonly reason: string
}

export const knownSenders: readonly KnownSender[] = [
  {
    framework: 'nestjs-express',
    bodies: ['response', 'file'],
    reason:
      'NestJS on Express pipes a body that a handler returns to the response as it arrives. The part of an event that was sent stays, and a client reads it as an event. Use `stream`.',
  },
]
