import type { Dialect, ExpectedError, Format } from '../dialects.ts'

/** One way in which an SDK reads a stream. */
export interface Client {
  /** The value of `--client`. */
  readonly sdk: string
  /** The name in the table. */
  readonly name: string
  /** The streams that it can read. */
  readonly formats: readonly Format[]
  /**
   * Reads a stream to its end.
   *
   * @param url The server's URL. The path that the SDK appends is ignored.
   * @throws The error that the SDK reports.
   */
  read(url: string, dialect: Dialect): Promise<void>
  /** Returns whether an error has the SDK's class and the fields of the envelope. */
  isTyped(error: unknown, expected: ExpectedError): boolean
}

/** Reads an iterable to its end. @throws the error of the iterable */
export async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

export const PROMPT = 'Hello'
