/** A format of streams that can end with an error: an event stream, newline-delimited JSON, or a JSON array. */
export type StreamFormat = 'events' | 'lines' | 'array'

/** The part of a stream that was sent before it failed. */
export interface SentStream {
  readonly format: StreamFormat
  /** Whether nothing was sent but the head. Undefined if it is not known. */
  readonly isEmpty?: boolean
  /** The JSON of the first event or line. Undefined if it is not known, or not JSON. */
  readonly first?: unknown
  /** The JSON of the last event or line that is an object. Undefined if it is not known. */
  readonly last?: unknown
  /**
   * Text between the sent part and its end, if the sent part does not end with a blank line. Some clients divide a stream at
   * blank lines only, and would read a comment before it and the error as one event.
   */
  readonly separator?: string
}

const LF = 10
const COLON = 58

/** Maximum size of a piece of a stream that is examined when the stream fails, in bytes. */
const MAX_PIECE_SIZE = 2 ** 20

/** Remembers the first and the last piece of a stream, so that its end can refer to them. Each piece has whole events. */
export class SentPieces {
  readonly #parse: (text: string) => unknown[]
  #isEmpty = true
  #first: string | Uint8Array | undefined
  #last: string | Uint8Array | undefined
  /** The last piece, which may be a heartbeat. */
  #end: string | Uint8Array = ''

  /** @param parse Parses a piece to the JSON of its events; undefined for an event that is not JSON. */
  constructor(parse: (text: string) => unknown[]) {
    this.#parse = parse
  }

  /** Adds a piece and returns it. */
  add<Piece extends string | Uint8Array>(piece: Piece): Piece {
    if (piece.length === 0) return piece
    this.#isEmpty = false
    this.#end = piece
    if (isHeartbeat(piece)) return piece
    this.#first ??= keep(piece)
    this.#last = piece
    return piece
  }

  /** Whether the pieces end with a blank line, in one kind of line ends. */
  get endsWithBlankLine(): boolean {
    const end = decode(this.#end.slice(-4))
    return end.endsWith('\n\n') || end === '\r\n\r\n' || end.endsWith('\r\r')
  }

  /** Parses the first and the last piece. */
  read(): Omit<SentStream, 'format'> {
    return {
      isEmpty: this.#isEmpty,
      first: this.#parsePiece(this.#first)[0],
      last: this.#parsePiece(this.#last).findLast((value) => typeof value === 'object' && value !== null),
    }
  }

  #parsePiece(piece: string | Uint8Array | undefined): unknown[] {
    return piece === undefined || piece.length > MAX_PIECE_SIZE ? [] : this.#parse(decode(piece))
  }
}

/** Returns whether a piece has comments and blank lines only. */
function isHeartbeat(piece: string | Uint8Array): boolean {
  // Not destructured: an iterator for each piece costs more than the comparison.
  const first = piece[0]
  return (first === ':' || first === '\n' || first === COLON || first === LF) && !decode(piece).includes('{')
}

/** Copies the first piece, because it is kept as long as the stream, and a source may reuse the memory of its chunks. */
function keep(piece: string | Uint8Array): string | Uint8Array {
  if (piece.length > MAX_PIECE_SIZE) return ''
  return typeof piece === 'string' ? piece : new Uint8Array(piece)
}

function decode(piece: string | Uint8Array): string {
  return typeof piece === 'string' ? piece : new TextDecoder().decode(piece)
}
