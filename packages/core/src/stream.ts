import { ClientClosedRequest } from './errors/index.ts'

/** A piece of a stream: a text or bytes, sent as they are, or, in an event stream, an object, sent as one event. */
export type StreamChunk = string | Uint8Array | object

/** What gives the chunks: anything that can be iterated, or what makes it, told by a signal when nobody listens any more. */
export type StreamSource =
  | AsyncIterable<StreamChunk>
  | Iterable<StreamChunk>
  | ReadableStream<StreamChunk>
  | ((
      signal: AbortSignal,
    ) => AsyncIterable<StreamChunk> | Iterable<StreamChunk> | ReadableStream<StreamChunk>)

/** How a stream is sent. */
export interface StreamOptions {
  /** @default text/event-stream; charset=utf-8 */
  readonly contentType?: string
  /** @default 200 */
  readonly status?: number
  /** More headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * How long the head is kept back for the first chunk, in milliseconds: a source that fails in that time is answered
   * with its true status. 0 sends the head at once.
   *
   * @default 10000
   */
  readonly firstChunkTimeout?: number
}

const HOLD = 10_000
const EVENTS = 'text/event-stream; charset=utf-8'

/** The head of a stream's answer. Proxies are told not to keep its chunks back. */
export function createStreamHead({ contentType = EVENTS, status = 200, headers = {} }: StreamOptions): {
  status: number
  headers: Record<string, string>
} {
  return {
    status,
    headers: {
      'content-type': contentType,
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      ...headers,
    },
  }
}

/** A source that was begun. */
export class OpenStream {
  readonly #iterator: AsyncIterator<StreamChunk> | Iterator<StreamChunk>
  readonly #stopped = new AbortController()
  readonly #isEvents: boolean
  #source: unknown
  #first: Promise<IteratorResult<StreamChunk>> | undefined
  #leave: ((reason: unknown) => void) | undefined

  constructor(source: StreamSource, { contentType = EVENTS }: StreamOptions) {
    this.#isEvents = /^text\/event-stream\b/i.test(contentType)
    this.#source = typeof source === 'function' ? source(this.#stopped.signal) : source
    this.#iterator = iteratorOf(this.#source)
  }

  /**
   * Settles when the first chunk is there, or when the time is over.
   *
   * @returns Whether it is there.
   * @throws what the source fails with in that time
   */
  async waitForFirstChunk(milliseconds: number = HOLD): Promise<boolean> {
    const first = this.#next()
    this.#first = first
    // Whoever asks for it hears of its failure.
    first.catch(() => {})
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, milliseconds, false)
    })
    try {
      return await Promise.race([first.then(() => true), patience])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The next chunk, as it is to be written; undefined at the end. */
  async next(): Promise<string | Uint8Array | undefined> {
    const given = this.#first ?? this.#next()
    this.#first = undefined
    const { done, value } = await given
    return done === true ? undefined : this.#written(value)
  }

  /** Stops the source: nobody listens any more. What waits for it is rejected with `client_closed_request`. */
  stop(): void {
    if (this.#stopped.signal.aborted) return
    const reason = new ClientClosedRequest({ captureStack: false })
    this.#stopped.abort(reason)
    this.#leave?.(reason)
    this.#end().catch(() => {
      // Nobody is left to hear of a source that can't be stopped.
    })
  }

  async #end(): Promise<void> {
    const { destroy } = Object(this.#source) as { destroy?: () => void }
    if (typeof destroy === 'function') destroy.call(this.#source)
    await this.#iterator.return?.()
  }

  #next(): Promise<IteratorResult<StreamChunk>> {
    return new Promise((resolve, reject) => {
      if (this.#stopped.signal.aborted) {
        reject(this.#stopped.signal.reason as Error)
        return
      }
      this.#leave = reject
      Promise.resolve(this.#iterator.next()).then(resolve, reject)
    })
  }

  #written(chunk: StreamChunk): string | Uint8Array {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) return chunk
    if (this.#isEvents) return `data: ${JSON.stringify(chunk)}\n\n`
    throw new TypeError('A stream that is no event stream is made of texts and bytes')
  }
}

function iteratorOf(source: unknown): AsyncIterator<StreamChunk> | Iterator<StreamChunk> {
  const { getReader } = Object(source) as Partial<ReadableStream<StreamChunk>>
  if (typeof getReader === 'function') {
    const reader = (source as ReadableStream<StreamChunk>).getReader()
    return {
      next: () => reader.read() as Promise<IteratorResult<StreamChunk>>,
      async return() {
        await reader.cancel()
        return { done: true, value: undefined }
      },
    }
  }
  const iterable = Object(source) as Partial<AsyncIterable<StreamChunk> & Iterable<StreamChunk>>
  const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.()
  if (iterator === undefined || typeof source === 'string')
    throw new TypeError('stream: the source must be something that can be iterated')
  return iterator
}
