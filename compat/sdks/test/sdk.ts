import type { Failure } from './failures.ts'

/** An SDK that speaks an envelope. */
export interface Sdk {
  readonly name: string
  /** The envelope that answers it. */
  readonly envelope: string
  /** What its streams begin with, where the envelope has several clients. */
  readonly stream?: string | undefined
  readonly failures: readonly Failure[]
  connect(url: string, fetch: typeof globalThis.fetch, retries: number): Connected
  /** What an error of the SDK tells. */
  told(error: unknown): object
  /** What it is to tell. */
  expected(failure: Failure, requestId: string): object
  /** What an error tells that broke a stream off. */
  toldMidStream(error: unknown): object
  expectedMidStream(failure: Failure, requestId: string): object
  /** What it makes of its retries, as a sentence. */
  readonly retries: string
  /** The errors that no retry mends and that it asks again for all the same. */
  readonly stubborn: readonly string[]
}

/** A client of an SDK: the model that it asks for is the code of the error. */
export interface Connected {
  readonly complete: (model: string) => Promise<unknown>
  /** Reads a stream to its end, in every way that the SDK has. */
  readonly readers: Readonly<Record<string, (model: string) => Promise<unknown>>>
}

/** The chunks of a stream. @throws what the stream fails with */
export async function readAll<Chunk>(stream: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}
