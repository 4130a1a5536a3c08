import { EventParser, type ServerSentEvent } from '@faultline/core'
import { isSignificant, readStreamFailure } from './read-stream-failure.ts'
import type { StreamFailure } from './stream-failure.ts'

/** Matches the first event of a stream whose last event is known: of OpenAI, Anthropic and AG-UI. */
const KNOWN_START =
  /"object"\s*:\s*"chat\.completion\.chunk"|"type"\s*:\s*"(?:message_start|response\.created|RUN_STARTED)"/

/** Matches an event that ends an answer. Some servers do not send the event that ends the stream after it. */
const ANSWER_END =
  /"(?:finish_reason|finishReason|stop_reason)"\s*:\s*"[^"]|"type"\s*:\s*"(?:message_stop|response\.(?:completed|failed|incomplete|cancelled)|RUN_(?:ERROR|FINISHED))"/

const TRUNCATED: StreamFailure = { kind: 'error', code: 'stream_terminated', body: {} }

/** Finds the failure of a stream in the events that a parser yields, and in the text that is not part of an event. */
export class StreamMonitor {
  readonly #parser: EventParser
  #isFirst = true
  #isKnown: boolean
  #hasEnded = false

  /** @param isKnown Whether the stream must end with `[DONE]`. Otherwise the first event determines how it must end. */
  constructor(parser: EventParser, isKnown: boolean) {
    this.#parser = parser
    this.#isKnown = isKnown
  }

  /** Returns the failure that an event reports, or that the text before it contains. */
  read(event: ServerSentEvent): StreamFailure | undefined {
    const failure = this.#readDocument()
    if (failure !== undefined) return failure
    const { data } = event
    if (this.#isFirst) {
      this.#isFirst = false
      this.#isKnown ||= KNOWN_START.test(data)
    }
    const isEnd = isSignificant(event)
    const reported = isEnd ? readStreamFailure(event) : undefined
    if (reported !== undefined) return reported
    // The part of an event that a gateway has ended with a blank line.
    if (this.#isKnown && !data.endsWith('}') && isPartOfObject(data)) return TRUNCATED
    if (data === '[DONE]' || (isEnd && ANSWER_END.test(data))) this.#hasEnded = true
    return undefined
  }

  /** Returns the failure at the end of the stream. */
  readLast(event: ServerSentEvent | undefined): StreamFailure | undefined {
    return event === undefined ? this.#readDocument() : this.read(event)
  }

  /** Returns the failure in the JSON or the HTML page that the stream contained instead of events. */
  #readDocument(): StreamFailure | undefined {
    const document = this.#parser.takeDocument()
    if (document === undefined) return undefined
    return document.trimStart().startsWith('<') ? TRUNCATED : readStreamFailure({ data: document.trimEnd() })
  }

  /** Whether the stream has ended before the event that ends its answer. */
  get isTruncated(): boolean {
    return this.#isKnown && !this.#hasEnded
  }
}

function isPartOfObject(data: string): boolean {
  return data.startsWith('{') && !data.trimEnd().endsWith('}')
}

/**
 * Finds the first failure in the text of a complete event stream, as `readEvents` does. Returns undefined if the stream
 * did not fail. Never throws.
 */
export function findStreamFailure(text: string): StreamFailure | undefined {
  const parser = new EventParser()
  const monitor = new StreamMonitor(parser, false)
  for (const event of parser.push(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const failure = monitor.read(event)
    if (failure !== undefined) return failure
  }
  const { isWithinEvent } = parser
  return monitor.readLast(parser.end()) ?? (isWithinEvent || monitor.isTruncated ? TRUNCATED : undefined)
}
