/** Returns whether a content type is that of an event stream, with any parameters. */
export function isEventStreamType(contentType: string): boolean {
  return /^text\/event-stream\b/i.test(contentType)
}
