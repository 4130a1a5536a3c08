import { isEventStreamType, isLinesType } from '../http/content-type.ts'
import { EventSplitter } from './event-splitter.ts'
import { LineSplitter } from './line-splitter.ts'
import type { StreamSplitter } from './stream-splitter.ts'

/**
 * Creates the splitter of a stream that can end with an error. Undefined for any other content type.
 *
 * @param maxEventSize In bytes. @default 16 MiB
 */
export function createSplitter(contentType: string, maxEventSize?: number): StreamSplitter | undefined {
  if (isEventStreamType(contentType)) return new EventSplitter(maxEventSize)
  if (isLinesType(contentType)) return new LineSplitter(maxEventSize)
  return undefined
}
