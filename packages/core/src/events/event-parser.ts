/** An event of an event stream. */
export interface ServerSentEvent {
  /** The name of the event. `message` if the stream does not name it. */
  readonly event: string
  readonly data: string
  /** The last id that the stream has sent. An empty string before the first. */
  readonly id: string
  /** The reconnection time in milliseconds, if the stream has sent one since the previous event. */
  readonly retry?: number
}

/** The beginning of a line of JSON, or of an HTML page. No field begins so. */
const DOCUMENT_START = /^\s*(?:[{[]|<(?:!doctype|html)\b)/i

/** Maximum number of characters of a document that are kept. */
const MAX_DOCUMENT_SIZE = 65_536

/**
 * Parses the text of an event stream incrementally (HTML, section 9.2.6). Lines end in LF, CRLF or CR. A blank line
 * ends an event. An event without data is ignored, and so is a line that begins with a colon (a comment).
 *
 * Two kinds of lines that the standard ignores are reported, because servers and proxies write errors in them: a field
 * `error` of llama.cpp, which becomes an event if its block has no data, and documents (`takeDocument`).
 *
 * The input is decoded text: the decoder has removed the byte order mark.
 */
export class EventParser {
  /** Whether a line or an event exceeded the maximum size. The rest of the stream cannot be parsed. */
  isOversize = false
  readonly #maxSize: number
  /** The beginning of a line whose end has not arrived. */
  #line = ''
  /** Whether the last character was a CR. A LF that follows belongs to the same line end. */
  #isAfterCR = false
  #event = ''
  #data: string[] = []
  #size = 0
  #id = ''
  #retry: number | undefined
  /** The value of a field `error`. */
  #error: string | undefined
  /** The lines of a document in the current block, and the document of an earlier block. */
  #documentLines = ''
  #document: string | undefined

  /** @param maxSize Maximum number of characters of a line and of the data of an event. @default no limit */
  constructor(maxSize: number = Infinity) {
    this.#maxSize = maxSize
  }

  /**
   * Yields the events that a piece of the stream completes.
   *
   * @param text The next piece. It can begin and end anywhere.
   */
  *push(text: string): Generator<ServerSentEvent, void, undefined> {
    let start = 0
    if (this.#isAfterCR && text !== '') {
      this.#isAfterCR = false
      if (text.startsWith('\n')) start = 1
    }
    const lineEnds = /\r\n?|\n/g
    lineEnds.lastIndex = start
    for (let match = lineEnds.exec(text); match !== null; match = lineEnds.exec(text)) {
      const line = this.#line + text.slice(start, match.index)
      start = lineEnds.lastIndex
      this.#line = ''
      this.#isAfterCR = match[0] === '\r' && start === text.length
      const event = this.#parseLine(line)
      if (this.isOversize) return
      if (event !== undefined) yield event
    }
    this.#line += text.slice(start)
    this.#checkSize(this.#line.length)
  }

  /** Whether the text so far ends within an event. A comment is not part of an event. */
  get isWithinEvent(): boolean {
    return (
      this.#data.length > 0 || this.#event !== '' || this.#error !== undefined || /^[^:]/.test(this.#line)
    )
  }

  /**
   * Returns the JSON or the HTML page that a block of lines since the last call contained instead of fields. A proxy can
   * write its error into a stream that has begun.
   */
  takeDocument(): string | undefined {
    const document = this.#document
    this.#document = undefined
    return document
  }

  /** Ends the event whose blank line has not arrived, as if the stream had sent it. */
  end(): ServerSentEvent | undefined {
    if (this.#line !== '') this.#parseLine(this.#line)
    this.#line = ''
    return this.#dispatch()
  }

  #parseLine(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch()
    this.#checkSize(line.length)
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') {
      this.#data.push(value)
      // One character more for the line end; without it, any number of empty data lines would have the size 0.
      this.#size += value.length + 1
    } else if (name === 'event') this.#event = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
    else if (name === 'retry' && /^\d{1,15}$/.test(value)) this.#retry = Number(value)
    else if (name === 'error') this.#error = value
    else this.#addDocumentLine(line)
    return undefined
  }

  #addDocumentLine(line: string): void {
    const size = this.#documentLines.length
    const isPart = size === 0 ? DOCUMENT_START.test(line) : size < MAX_DOCUMENT_SIZE
    if (isPart) this.#documentLines += `${line.slice(0, MAX_DOCUMENT_SIZE)}\n`
  }

  #dispatch(): ServerSentEvent | undefined {
    const error = this.#error
    const data = this.#data
    const isError = error !== undefined && data.length === 0
    const name = isError ? 'error' : this.#event || 'message'
    this.#event = ''
    this.#data = []
    this.#size = 0
    this.#error = undefined
    if (this.#documentLines !== '') {
      this.#document ??= this.#documentLines
      this.#documentLines = ''
    }
    if (data.length === 0 && !isError) return undefined
    const retry = this.#retry
    this.#retry = undefined
    return {
      event: name,
      data: isError ? error : data.join('\n'),
      id: this.#id,
      ...(retry === undefined ? {} : { retry }),
    }
  }

  #checkSize(added: number): void {
    if (this.#size + added > this.#maxSize) this.isOversize = true
  }
}

/**
 * Parses a complete event stream, or some of its events. An event at the end does not need its blank line.
 *
 * @param text Decoded text. A byte order mark at its start is ignored.
 */
export function parseEvents(text: string): ServerSentEvent[] {
  const parser = new EventParser()
  const events = [...parser.push(text.startsWith('\uFEFF') ? text.slice(1) : text)]
  const last = parser.end()
  return last === undefined ? events : [...events, last]
}
