import type { Piece } from './run.ts'

/** An event of an event stream. */
export interface StreamEvent {
  /** Arrival time of the last byte, in milliseconds. */
  readonly at: number
  /** Empty if the event has no name. */
  readonly event: string
  readonly data: string
  readonly isError: boolean
}

/** Parses the complete events of a stream (HTML Standard, section 9.2.6). */
export function parseEvents(pieces: readonly Piece[]): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  let rest = ''
  for (const { at, text } of pieces) {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseEvent(block, at)
      if (event !== undefined) events.push(event)
    }
  }
  return events
}

function parseEvent(block: string, at: number): StreamEvent | undefined {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
  const getValues = (field: string): string[] =>
    fields.filter(([, name]) => name === field).map(([, , value = '']) => value)
  const data = getValues('data').join('\n')
  const event = getValues('event').at(-1) ?? ''
  if (data === '' && event === '') return undefined
  return { at, event, data, isError: event === 'error' || hasError(data) }
}

function hasError(data: string): boolean {
  try {
    const { error } = JSON.parse(data) as { error?: unknown }
    return error !== undefined && error !== null
  } catch {
    return false
  }
}
