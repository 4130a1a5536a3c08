/** An event of a stream, by its fields. */
export interface SseEvent {
  readonly type?: string
  readonly data: string
}

/** The events of a frame, for frameworks that write events from their fields. */
export function parseEvents(frame: string): SseEvent[] {
  const events = frame.trim().split('\n\n')
  return events.map((event) => {
    const type = /^event: (.*)$/m.exec(event)?.[1]
    const data = event.replaceAll(/^(?!data: ).*\n?|^data: /gm, '')
    return type === undefined ? { data } : { type, data }
  })
}
