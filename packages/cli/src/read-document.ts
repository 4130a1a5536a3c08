import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { Refusal, type Surroundings } from './cli-io.ts'

/** The longest that an address may take to answer, in milliseconds. */
const PATIENCE = 30_000

/** What a source is called in messages. */
export function sourceName(source: string): string {
  return source === '-' ? 'standard input' : source
}

/** Whether a source is an address. */
export function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

/**
 * What a JSON or YAML document holds.
 *
 * @param source An address, a file, or `-` for standard input.
 * @throws Refusal that says what is wrong with it
 */
export async function readDocument(source: string, { input }: Surroundings): Promise<unknown> {
  const content =
    source === '-' ? await text(input) : isAddress(source) ? await fetched(source) : await contentOf(source)
  return parsed(sourceName(source), content)
}

/** What an address answers. */
export interface Fetched {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** The whole answer of an address. @throws Refusal where there is none, or it does not come to its end in time */
export async function asked(url: string): Promise<Fetched> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
    return { status: response.status, headers: response.headers, body: await response.text() }
  } catch (cause) {
    const { message, cause: below } = cause as Error & { cause?: Error }
    throw new Refusal(`${url} can't be asked: ${below?.message ?? message}`)
  }
}

/** The text of a file. @throws Refusal where it can't be read */
export async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Refusal(`${path} can't be read: ${(error as Error).message}`)
  }
}

async function fetched(url: string): Promise<string> {
  const { status, body } = await asked(url)
  if (status >= 300) throw new Refusal(`${url} answers ${status}`)
  return body
}

function parsed(name: string, content: string): unknown {
  const bare = content.replace(/^\uFEFF/, '')
  const isJson = /^\s*[{[]/.test(bare)
  try {
    if (isJson) return JSON.parse(bare) as unknown
    const document = parseDocument(bare, { merge: true })
    if (document.errors.length > 0) throw document.errors[0]!
    return document.toJS() as unknown
  } catch (error) {
    const { message } = error as Error
    // Of YAML the lines at fault are shown below; JSON's words may quote them, line breaks included.
    const told = isJson ? message.replaceAll(/\s+/g, ' ') : message.split(/:?\r?\n/, 1)[0]
    throw new Refusal(`${name} is no ${isJson ? 'JSON' : 'YAML'}: ${told}`)
  }
}
