/** An event of an event stream. */
export interface ServerSentEvent {
  /** Its name; `message` where the stream gave none. */
  readonly event: string
  readonly data: string
  /** The last id that the stream gave; an empty text before the first. */
  readonly id: string
}

/**
 * Takes an event stream apart as it comes (HTML, 9.2.6): lines end in CR, LF or both, a blank one ends an event, an
 * event without data is none, what begins with a colon is a comment.
 */
export class EventParser {
  /** Whether an event, or a line, is larger than it may be. Nothing comes of it then. */
  isOversize = false
  readonly #limit: number
  /** A line that has not ended yet. */
  #line = ''
  /** The last character was a CR; a LF that comes next belongs to it. */
  #afterCR = false
  #event = ''
  #data: string[] = []
  #size = 0
  #id = ''

  /** @param limit The most characters of an event's data, and of a line. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param text What comes next, whole lines or not. */
  *push(text: string): Generator<ServerSentEvent, void, undefined> {
    let at = 0
    if (this.#afterCR && text !== '') {
      this.#afterCR = false
      if (text.startsWith('\n')) at = 1
    }
    const ends = /\r\n?|\n/g
    ends.lastIndex = at
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      const line = this.#line + text.slice(at, end.index)
      at = ends.lastIndex
      this.#line = ''
      this.#afterCR = end[0] === '\r' && at === text.length
      const event = this.#take(line)
      if (this.isOversize) return
      if (event !== undefined) yield event
    }
    this.#line += text.slice(at)
    this.#grow(this.#line.length)
  }

  /** Whether an event has begun that has not ended; a comment is none. */
  get isWithin(): boolean {
    return this.#data.length > 0 || this.#event !== '' || /^[^:]/.test(this.#line)
  }

  /** The event that has begun, as if the stream's end were its own. */
  rest(): ServerSentEvent | undefined {
    if (this.#line !== '') this.#take(this.#line)
    return this.#dispatch()
  }

  #take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch()
    this.#grow(line.length)
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') {
      this.#data.push(value)
      // One more for the line's end, or a million empty lines would be of no size.
      this.#size += value.length + 1
    } else if (name === 'event') this.#event = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
    return undefined
  }

  #dispatch(): ServerSentEvent | undefined {
    const isEvent = this.#data.length > 0
    const event = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }
    this.#event = ''
    this.#data = []
    this.#size = 0
    return isEvent ? event : undefined
  }

  #grow(more: number): void {
    if (this.#size + more > this.#limit) this.isOversize = true
  }
}
