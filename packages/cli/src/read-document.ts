import { text } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { getMessage, UserError, type CliIO } from './cli-io.ts'
import { readTextFile } from './files.ts'

/** Maximum duration of a request, including its response body. */
const FETCH_TIMEOUT_MS = 30_000

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
 * @throws UserError if the document cannot be read or parsed
 */
export async function readDocument(source: string, { input }: CliIO): Promise<unknown> {
  const content =
    source === '-'
      ? await text(input)
      : isUrl(source)
        ? await fetchDocument(source)
        : await readTextFile(source)
  return parseContent(getSourceName(source), content)
}

/** A complete response. */
export interface FetchedResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Requests a URL. @throws UserError if the server cannot be reached or the response is not complete in time */
export async function fetchResponse(url: string): Promise<FetchedResponse> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
    return { status: response.status, headers: response.headers, body: await response.text() }
  } catch (error) {
    // fetch() throws "fetch failed"; the cause of that error has the reason.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new UserError(`cannot fetch ${url}: ${getMessage(reason)}`)
  }
}

async function fetchDocument(url: string): Promise<string> {
  const { status, body } = await fetchResponse(url)
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
