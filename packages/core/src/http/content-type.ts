/** Returns whether a content type is that of an event stream, with any parameters. */
export function isEventStreamType(contentType: string): boolean {
  return /^text\/event-stream\b/i.test(contentType)
}

/** Returns whether a content type is that of newline-delimited JSON, which has several names and is not registered. */
export function isLinesType(contentType: string): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|stream\+json)\b/i.test(contentType)
}

/** Returns whether a stream of a content type can end with an error, regardless of its envelope. */
export function canEndWithError(contentType: string): boolean {
  return isEventStreamType(contentType) || isLinesType(contentType)
}

/** Returns whether a content type is that of JSON, which may be an array. */
export function isJsonType(contentType: string): boolean {
  return /^application\/json\b/i.test(contentType)
}
