import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import type { RawResponse } from './suite/raw-client.ts'

/** Headers that clients act on, and those that say what the body is. */
const telling = [
  'access-control-allow-origin',
  'access-control-expose-headers',
  'allow',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'retry-after',
  'set-cookie',
  'transfer-encoding',
  'vary',
  'www-authenticate',
  'x-content-type-options',
  'x-ratelimit-remaining',
  'x-request-id',
]

/** An answer as it is on the wire, but for what is new in each: request id and time. */
export function picture({ statusLine, headers, body }: RawResponse): string {
  const lines = telling.flatMap((name) => (headers[name] === undefined ? [] : `${name}: ${headers[name]}\n`))
  return `${statusLine}\n${lines.join('')}\n${body}`
    .replaceAll(/\breq_[a-z0-9]{24}\b/g, 'req_*')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')
}

const files = new Map<string, Map<string, string>>()

// The golden files are beside package.json; this module is in src, dist/esm or dist/cjs.
const manifest = createRequire(import.meta.url).resolve('@faultline/testing/package.json')

function urlOf(topic: string): URL {
  return new URL(`golden/${topic}.txt`, pathToFileURL(manifest))
}

function read(topic: string): Map<string, string> {
  let pictures = files.get(topic)
  if (pictures === undefined) {
    const text = existsSync(urlOf(topic)) ? readFileSync(urlOf(topic), 'utf8') : ''
    pictures = new Map(
      text
        .split(/^### /m)
        .slice(1)
        .map((part) => {
          const end = part.indexOf('\n')
          return [part.slice(0, end), part.slice(end + 1).replace(/\n\n$/, '')]
        }),
    )
    files.set(topic, pictures)
  }
  return pictures
}

/**
 * The answer that is the right one, as `picture` has it. With `FAULTLINE_GOLDEN=write` in the environment an answer
 * that is not known yet becomes the right one: for who writes scenarios.
 */
export function golden(topic: string, key: string, actual: string): string {
  const pictures = read(topic)
  const known = pictures.get(key)
  if (known !== undefined) return known
  if (env['FAULTLINE_GOLDEN'] !== 'write') return `No answer is known of ${topic}: ${key}`
  appendFileSync(urlOf(topic), `### ${key}\n${actual}\n\n`)
  pictures.set(key, actual)
  return actual
}
