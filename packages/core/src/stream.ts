import type { ApiError } from './errors/api-error.ts'
import { ClientClosedRequest } from './errors/index.ts'
import { ArraySplitter } from './events/array-splitter.ts'
import { createSplitter } from './events/create-splitter.ts'
import type { SentStream } from './events/sent-stream.ts'
import type { StreamSplitter } from './events/stream-splitter.ts'
import { isEventStreamType, isJsonType } from './http/content-type.ts'
import { isObject } from './recognize/safe-read.ts'

/**
 * A chunk of a stream: a string or bytes, which are sent unchanged, or an object, sent as the JSON of an event, of a line of
 * newline-delimited JSON, or of an item of a JSON array. In these formats strings and bytes may end anywhere, and an event,
 * a line or an item is sent when it is complete.
 */
export type StreamChunk = string | Uint8Array | object

type Chunks = AsyncIterable<StreamChunk> | Iterable<StreamChunk> | ReadableStream<StreamChunk>

/**
 * The chunks, a function that returns them, or a fetch Response, of which the status and the headers are sent, too. The
 * signal of the function aborts when the client disconnects.
 */
export type StreamSource = Chunks | Response | ((signal: AbortSignal) => Chunks)

/** Options of `stream`. */
export interface StreamOptions {
  /** @default text/event-stream; charset=utf-8 */
  readonly contentType?: string
  /** @default 200 */
  readonly status?: number
  /** Further headers of the response. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Maximum time to wait for the first chunk before the head is sent, in milliseconds. A source that fails in this time
   * gets an error response with its status. 0 sends the head immediately.
   *
   * @default 10000
   */
  readonly firstChunkTimeout?: number
  /**
   * Maximum size of an event, a line or an array item, in bytes. At a larger one the connection is cut.
   *
   * @default 16777216
   */
  readonly maxEventSize?: number
}

const FIRST_CHUNK_TIMEOUT_MS = 10_000
const EVENT_FIELDS = ['data', 'event', 'id', 'retry']
const EVENT_START = /^\uFEFF?(?:$|[:\r\n]|(?:data|event|id|retry)(?:[:\r\n]|$))/
/** Number of characters or bytes of the first chunk that are examined. */
const START_LENGTH = 20
const EVENT_STREAM = 'text/event-stream; charset=utf-8'

/** Headers of a response that do not apply to another response with the same body. */
const CONNECTION_HEADERS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'keep-alive',
  'transfer-encoding',
])

/** Returns the options of a source: those of the call and, if it is a Response, its status, content type and headers. */
export function resolveStreamOptions(source: unknown, options: StreamOptions): StreamOptions {
  if (!isResponse(source)) return options
  const { status, headers } = source
  const contentType = headers.get('content-type')
  return {
    status,
    ...(contentType === null ? {} : { contentType }),
    ...options,
    headers: {
      ...Object.fromEntries([...headers].filter(([name]) => !CONNECTION_HEADERS.has(name))),
      ...options.headers,
    },
  }
}

/** Not with instanceof: undici and polyfills have their own class. */
function isResponse(source: unknown): source is Response {
  return isObject(source) && 'body' in source && 'headers' in source && 'status' in source
}

/** Creates status and headers of a streaming response. The headers turn off caching and buffering in proxies. */
export function createStreamHead({ contentType = EVENT_STREAM, status = 200, headers = {} }: StreamOptions): {
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

/** A stream source that was started, read chunk by chunk. */
export class OpenStream {
  readonly #source: unknown
  readonly #iterator: AsyncIterator<StreamChunk> | Iterator<StreamChunk>
  readonly #abortController = new AbortController()
  /** Undefined if the chunks are not divided. */
  readonly #splitter: StreamSplitter | undefined
  #isStartChecked: boolean
  #hasEnded = false
  #firstPiece: Promise<string | Uint8Array | undefined> | undefined
  #rejectStopped: (reason: unknown) => void = () => {}
  /**
   * Rejects with the reason when the stream is stopped; never resolves. A read of the source may be pending for ever then.
   * One promise for the whole stream, because one for each read would cost more than the read.
   */
  readonly stopped: Promise<never>

  /** @throws TypeError if the source is not iterable. */
  constructor(source: StreamSource, { contentType = EVENT_STREAM, maxEventSize }: StreamOptions) {
    this.#splitter =
      createSplitter(contentType, maxEventSize) ??
      (isJsonType(contentType) ? new ArraySplitter(maxEventSize) : undefined)
    this.#isStartChecked = !isEventStreamType(contentType)
    this.#source = typeof source === 'function' ? source(this.#abortController.signal) : source
    this.#iterator = getIterator(this.#source)
    this.stopped = new Promise((_, reject) => {
      this.#rejectStopped = reject
    })
    // Most streams end without being stopped, and nothing waits then.
    this.stopped.catch(() => {})
  }

  /**
   * Waits for the first chunk, or the first complete event.
   *
   * @param timeoutMs Maximum time to wait, in milliseconds.
   * @returns Whether it arrived in time.
   * @throws The error with which the source failed in this time, or the reason if the stream is stopped.
   */
  async waitForFirstChunk(timeoutMs: number = FIRST_CHUNK_TIMEOUT_MS): Promise<boolean> {
    const firstPiece = this.#readPiece()
    this.#firstPiece = firstPiece
    // `next` returns the same promise, so a failure after the timeout is not lost.
    firstPiece.catch(() => {})
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, false)
    })
    try {
      return await Promise.race([firstPiece.then(() => true), timeout, this.stopped])
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Returns the next chunk in the form to send, in an event stream whole events; undefined at the end. After the stream was
   * stopped it rejects, but not before the source answers: wait for `stopped` at the same time.
   */
  next(): Promise<string | Uint8Array | undefined> {
    const pending = this.#firstPiece ?? this.#readPiece()
    this.#firstPiece = undefined
    return pending
  }

  /** The part of the stream that was returned. Undefined if no error can follow it. */
  get sent(): SentStream | undefined {
    return this.#splitter?.sent
  }

  /** Aborts when the stream is stopped. */
  get signal(): AbortSignal {
    return this.#abortController.signal
  }

  /**
   * Stops the source, and rejects `stopped`.
   *
   * @param reason By default, the client has disconnected.
   */
  stop(reason: ApiError = new ClientClosedRequest({ captureStack: false })): void {
    const { signal } = this
    if (signal.aborted) return
    this.#abortController.abort(reason)
    this.#rejectStopped(reason)
    this.#closeSource().catch(() => {
      // The request is already reported as closed by the client. A failure to stop the source changes nothing.
    })
  }

  async #closeSource(): Promise<void> {
    // Node streams: `return` of their iterator waits for a pending read, `destroy` does not.
    if (isObject(this.#source) && 'destroy' in this.#source && typeof this.#source.destroy === 'function')
      this.#source.destroy()
    await this.#iterator.return?.()
  }

  async #readPiece(): Promise<string | Uint8Array | undefined> {
    while (!this.#hasEnded) {
      const { done, value } = await this.#iterator.next()
      if (this.signal.aborted) throw this.signal.reason
      if (done === true) this.#hasEnded = true
      // At the regular end, the last event may lack its blank line.
      const piece = done === true ? this.#splitter?.flush() : this.#serialize(value)
      if (piece !== undefined && piece.length > 0) return piece
    }
    return undefined
  }

  /** @throws TypeError if the first chunk of an event stream begins no event: clients ignore such text. */
  #checkStart(chunk: string | Uint8Array): void {
    if (chunk.length === 0) return
    this.#isStartChecked = true
    const text = typeof chunk === 'string' ? chunk.slice(0, START_LENGTH) : decodeStart(chunk)
    if (EVENT_START.test(text) || EVENT_FIELDS.some((field) => field.startsWith(text))) return
    throw new TypeError(
      `stream: an event stream cannot begin with the text ${JSON.stringify(text.slice(0, 20))}; ` +
        'yield objects, or complete events such as "data: text\n\n", or set another `contentType`',
    )
  }

  #serialize(chunk: StreamChunk): string | Uint8Array {
    const splitter = this.#splitter
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) {
      if (splitter === undefined) return chunk
      if (!this.#isStartChecked) this.#checkStart(chunk)
      return typeof chunk === 'string' ? splitter.pushText(chunk) : splitter.push(chunk)
    }
    if (splitter === undefined)
      throw new TypeError(
        'stream: a chunk is an object, but the content type is not an event stream, newline-delimited JSON or JSON; ' +
          'yield strings or Uint8Arrays, or set another `contentType`',
      )
    this.#isStartChecked = true
    return splitter.pushValue(chunk)
  }
}

/** Decodes the beginning of a chunk. A chunk may end within a character. */
function decodeStart(chunk: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(chunk.subarray(0, START_LENGTH), {
    stream: true,
  })
}

function getIterator(source: unknown): AsyncIterator<StreamChunk> | Iterator<StreamChunk> {
  if (isResponse(source)) return getIterator(source.body ?? [])
  if (isReadableStream(source)) return readerIterator(source.getReader())
  if (isObject(source)) {
    const { [Symbol.asyncIterator]: getAsync, [Symbol.iterator]: getSync } = source as Partial<
      AsyncIterable<StreamChunk> & Iterable<StreamChunk>
    >
    const iterator = getAsync?.call(source) ?? getSync?.call(source)
    if (iterator !== undefined) return iterator
  }
  throw new TypeError(
    'stream: source must be an (async) iterable, a ReadableStream, a Response, or a function that returns one',
  )
}

function isReadableStream(source: unknown): source is ReadableStream<StreamChunk> {
  return isObject(source) && 'getReader' in source && typeof source.getReader === 'function'
}

/** The iterator of a reader. Not every platform has ReadableStream[Symbol.asyncIterator]. */
function readerIterator(reader: ReadableStreamDefaultReader<StreamChunk>): AsyncIterator<StreamChunk> {
  return {
    async next() {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    async return() {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}
