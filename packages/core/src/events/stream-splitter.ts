import type { SentStream } from './sent-stream.ts'

/**
 * Divides the chunks of a stream so that each has whole events, lines or array items, and changes no byte. The bytes of an
 * incomplete event are held, so that they can be dropped if the source fails.
 */
export interface StreamSplitter {
  /** The part that was returned. Undefined if no error can follow it. */
  readonly sent: SentStream | undefined
  /**
   * Adds a chunk.
   *
   * @returns All bytes up to the end of the last complete event, without those that were returned before. It may be empty.
   * @throws OversizeEventError
   */
  push(chunk: Uint8Array): Uint8Array
  /** Adds a chunk of text. */
  pushText(text: string): string | Uint8Array
  /** Adds an event, a line or an item as JSON. */
  pushValue(value: object): string | Uint8Array
  /**
   * Returns the held bytes after a regular end of the source. Readers that split at lines accept a last event without its
   * blank line. After a failure they are an incomplete event.
   */
  flush(): string | Uint8Array
}
