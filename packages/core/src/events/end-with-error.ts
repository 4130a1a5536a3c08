import type { SentStream } from './sent-stream.ts'
import type { StreamSplitter } from './stream-splitter.ts'

/**
 * Yields the chunks of a stream again, divided so that each has whole events. If the source fails, or an event is larger
 * than the maximum, the part of an event is dropped.
 *
 * @param toEnd Returns the end of the stream for that failure; an empty string if there is nothing to send. What it throws
 * ends the stream.
 */
export async function* endWithError(
  source: AsyncIterable<string | Uint8Array>,
  splitter: StreamSplitter,
  toEnd: (thrown: unknown, sent: SentStream | undefined) => string,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  try {
    for await (const chunk of source) {
      const events = typeof chunk === 'string' ? splitter.pushText(chunk) : splitter.push(chunk)
      if (events.length > 0) yield events
    }
    const rest = splitter.flush()
    if (rest.length > 0) yield rest
  } catch (thrown) {
    const end = toEnd(thrown, splitter.sent)
    if (end !== '') yield end
  }
}
