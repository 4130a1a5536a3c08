import { parseDocument } from 'yaml'
import { getMessage, UserError, type CliIO } from './cli-io.ts'
import { fetchResponse } from './fetch-response.ts'
import { readTextFile, readTextStream } from './files.ts'

/** Maximum size of a document from a server or standard input, in bytes. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

/** Returns the name of a source for messages. */
export function getSourceName(source: string): string {
  return source === '-' ? 'standard input' : source
}

/** Whether a source is an http or https URL. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

/**
 * Reads a JSON or YAML document.
 *
 * @param source A URL, a file, or `-` for standard input.
 * @param timeoutMs Maximum duration of the request of a URL.
 * @throws UserError if the document cannot be read or parsed
 */
export async function readDocument(source: string, { input }: CliIO, timeoutMs: number): Promise<unknown> {
  const content =
    source === '-'
      ? await readTextStream(input, MAX_DOCUMENT_BYTES)
      : isUrl(source)
        ? await fetchDocument(source, timeoutMs)
        : await readTextFile(source)
  return parseContent(getSourceName(source), content)
}

async function fetchDocument(url: string, timeoutMs: number): Promise<string> {
  const { status, body } = await fetchResponse(url, MAX_DOCUMENT_BYTES, timeoutMs)
  if (status >= 300) throw new UserError(`cannot fetch ${url}: the response has the status ${status}`)
  return body
}

function parseContent(name: string, content: string): unknown {
  const withoutBom = content.replace(/^\uFEFF/, '')
  const isJson = /^\s*[{[]/.test(withoutBom)
  try {
    if (isJson) return JSON.parse(withoutBom)
    const document = parseDocument(withoutBom, { merge: true })
    const [error] = document.errors
    if (error !== undefined) throw error
    return document.toJS()
  } catch (error) {
    const message = getMessage(error)
    // Messages of YAML quote the source after the first line; those of JSON may contain its line breaks.
    const reason = isJson ? message.replaceAll(/\s+/g, ' ') : message.split(/:?\r?\n/, 1)[0]
    throw new UserError(`${name} is not valid ${isJson ? 'JSON' : 'YAML'}: ${reason}`)
  }
}
