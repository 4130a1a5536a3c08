import type { ExpectedError } from './expected-errors.ts'

/** An SDK that supports an envelope. */
export interface Sdk {
  readonly name: string
  readonly envelope: string
  /** The envelope of the events before the error, if `envelope` has several kinds of clients. */
  readonly stream?: string | undefined
  readonly errors: readonly ExpectedError[]
  connect(url: string, fetch: typeof globalThis.fetch, maxRetries: number): Client
  /** Returns the fields of an error that the SDK threw. */
  readError(error: unknown): object
  /** Returns the fields that the SDK's error must have. */
  expectedError(error: ExpectedError, requestId: string): object
  /** Returns the fields of an error that the SDK threw in a stream. */
  readStreamError(error: unknown): object
  expectedStreamError(error: ExpectedError, requestId: string): object
  /** The retry behavior, for the test title. */
  readonly retries: string
  /** Non-retryable errors that the SDK retries nevertheless. */
  readonly wronglyRetried: readonly string[]
}

/** A client of an SDK. The model of a request is the code of the error to throw. */
export interface Client {
  readonly complete: (model: string) => Promise<unknown>
  /** Ways to read a stream to its end. */
  readonly readers: Readonly<Record<string, (model: string) => Promise<unknown>>>
}

/** Returns the chunks of a stream. @throws the error of the stream */
export async function readAll<Chunk>(stream: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}
