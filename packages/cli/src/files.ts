import { readFile, writeFile } from 'node:fs/promises'
import { getMessage, UserError } from './cli-io.ts'

const INITIAL_BYTES = 16 * 1024

/** Reads a text file. @throws UserError if the file cannot be read */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${getMessage(error)}`)
  }
}

/** Writes a text file; replaces an existing one. @throws UserError if the file cannot be written */
export async function writeTextFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${getMessage(error)}`)
  }
}

/**
 * Reads a stream as UTF-8.
 *
 * @param maxBytes Maximum size.
 * @throws UserError if the stream is larger.
 */
export async function readTextStream(
  stream: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder()
  // A buffer that grows needs less memory than a list of many small chunks.
  let buffer = Buffer.alloc(Math.min(maxBytes, INITIAL_BYTES))
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (length + bytes.length > maxBytes) throw new UserError(`larger than ${formatMebibytes(maxBytes)}`)
    if (length + bytes.length > buffer.length) {
      const larger = Buffer.alloc(Math.min(maxBytes, 2 * (length + bytes.length)))
      buffer.copy(larger, 0, 0, length)
      buffer = larger
    }
    buffer.set(bytes, length)
    length += bytes.length
  }
  return decoder.decode(buffer.subarray(0, length))
}

function formatMebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`
}
