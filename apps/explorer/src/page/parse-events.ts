import { EventParser } from '@faultline/core'
import type { Piece } from './run.ts'

/** An event of an event stream. */
export interface StreamEvent {
  /** Arrival time of the last byte, in milliseconds. */
  readonly at: number
  /** `message` if the stream does not name the event. */
  readonly event: string
  readonly data: string
  readonly isError: boolean
}

/** Parses the complete events of a stream and keeps their arrival times. */
export function parseEvents(pieces: readonly Piece[]): readonly StreamEvent[] {
  const parser = new EventParser()
  const events: StreamEvent[] = []
  for (const { at, text } of pieces) {
    for (const { event, data } of parser.push(text)) {
      events.push({ at, event, data, isError: event === 'error' || hasError(data) })
    }
  }
  return events
}

function hasError(data: string): boolean {
  try {
    const { error } = JSON.parse(data) as { error?: unknown }
    return error !== undefined && error !== null
  } catch {
    return false
  }
}
