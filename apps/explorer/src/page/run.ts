import type { Ending, SendEvent, SdkReport } from '../shared/send-event.ts'

/** A piece of a body and its arrival time in milliseconds. */
export interface Piece {
  readonly at: number
  readonly text: string
}

/** The state of a request: the events that have arrived so far. */
export interface Run {
  readonly phase: 'idle' | 'sending' | 'done' | 'stopped' | 'failed'
  /** Whether a new request has started and the rest still shows the previous one. */
  readonly isStale: boolean
  /** Message of the error of a failed run. */
  readonly problem?: string | undefined
  readonly request?: (SendEvent & { type: 'request' }) | undefined
  readonly head?: (SendEvent & { type: 'head' }) | undefined
  readonly pieces: readonly Piece[]
  readonly end?: { readonly at: number; readonly ending: Ending; readonly bytes: number } | undefined
  readonly reports: readonly SdkReport[]
}

export const IDLE: Run = { phase: 'idle', isStale: false, pieces: [], reports: [] }

/** Returns the state after an event. */
export function applyEvent(run: Run, event: SendEvent): Run {
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

/** Returns the body received so far. */
export function getBody({ pieces }: Run): string {
  return pieces.map(({ text }) => text).join('')
}

/** Returns the value of a response header. @param name The name in lower case. */
export function getHeader({ head }: Run, name: string): string | undefined {
  return head?.headers.find(([headerName]) => headerName.toLowerCase() === name)?.[1]
}

export function isEventStream(run: Run): boolean {
  return /^text\/event-stream\b/i.test(getHeader(run, 'content-type') ?? '')
}
