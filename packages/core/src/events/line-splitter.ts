import { parseJson } from '../http/parse-json.ts'
import { HeldBytes } from './held-bytes.ts'
import { SentPieces, type SentStream } from './sent-stream.ts'
import type { StreamSplitter } from './stream-splitter.ts'

const LF = 10

const encoder = /* @__PURE__ */ new TextEncoder()

/** Splits newline-delimited JSON at the ends of its lines. */
export class LineSplitter implements StreamSplitter {
  readonly #held: HeldBytes
  readonly #sent = new SentPieces(parseLines)

  /** @param maxLineSize In bytes. @default 16 MiB */
  constructor(maxLineSize?: number) {
    this.#held = new HeldBytes(maxLineSize)
  }

  get sent(): SentStream {
    return { format: 'lines', ...this.#sent.read() }
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#sent.add(this.#held.release(chunk, chunk.lastIndexOf(LF) + 1))
  }

  pushText(text: string): string | Uint8Array {
    return this.#held.isEmpty && text.endsWith('\n') ? this.#sent.add(text) : this.push(encoder.encode(text))
  }

  pushValue(value: object): string | Uint8Array {
    return this.pushText(`${JSON.stringify(value)}\n`)
  }

  flush(): Uint8Array {
    return this.#held.flush()
  }
}

function parseLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseJson)
}
