import type { Ending, SendEvent, SdkReport } from '../shared/send-event.ts'

/** A piece of a body, and when it came. */
export interface Piece {
  readonly at: number
  readonly text: string
}

/** What is known of a request that was sent, and of its answer. */
export interface Run {
  readonly phase: 'idle' | 'sending' | 'done' | 'stopped' | 'failed'
  /** Whether what is known is of the request before. */
  readonly isStale: boolean
  /** Why nothing could be sent. */
  readonly problem?: string | undefined
  readonly request?: (SendEvent & { type: 'request' }) | undefined
  readonly head?: (SendEvent & { type: 'head' }) | undefined
  readonly pieces: readonly Piece[]
  readonly end?: { readonly at: number; readonly how: Ending; readonly bytes: number } | undefined
  readonly reports: readonly SdkReport[]
}

export const IDLE: Run = { phase: 'idle', isStale: false, pieces: [], reports: [] }

/** What is known after one more event. */
export function after(run: Run, event: SendEvent): Run {
  switch (event.type) {
    case 'request':
      return { ...IDLE, phase: 'sending', request: event }
    case 'head':
      return { ...run, head: event }
    case 'body':
      return { ...run, pieces: [...run.pieces, event] }
    case 'end':
      return { ...run, end: event }
    default:
      return { ...run, reports: [...run.reports, event.report] }
  }
}

/** The body so far, as it came. */
export function bodyOf({ pieces }: Run): string {
  return pieces.map(({ text }) => text).join('')
}

/** The value of a header of the answer. */
export function headerOf({ head }: Run, name: string): string | undefined {
  return head?.headers.find(([given]) => given.toLowerCase() === name)?.[1]
}

/** Whether an answer is an event stream. */
export function isEventStream(run: Run): boolean {
  return /^text\/event-stream\b/i.test(headerOf(run, 'content-type') ?? '')
}
