import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import type { RawResponse } from './raw-client.ts'

/** Headers that clients act on, and headers that describe the body. */
const comparedHeaders = [
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

/** Formats a response as in a golden file: generated request ids and times are replaced by placeholders. */
export function formatGolden({ statusLine, headers, body }: RawResponse): string {
  const lines = comparedHeaders.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}\n`],
  )
  return `${statusLine}\n${lines.join('')}\n${body}`
    .replaceAll(/\breq_[a-z0-9]{24}\b/g, 'req_*')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')
}

const filesByTopic = new Map<string, Map<string, string>>()

// The golden files are next to package.json; this module is in src, dist/esm or dist/cjs.
const manifest = createRequire(import.meta.url).resolve('@faultline/testing/package.json')

function getUrl(topic: string): URL {
  return new URL(`golden/${topic}.txt`, pathToFileURL(manifest))
}

/** Reads the file of a topic: entries that begin with `### key` and end with a blank line. */
function readFile(topic: string): Map<string, string> {
  let entries = filesByTopic.get(topic)
  if (entries === undefined) {
    const url = getUrl(topic)
    const text = existsSync(url) ? readFileSync(url, 'utf8') : ''
    entries = new Map(
      text
        .split(/^### /m)
        .slice(1)
        .map((entry) => {
          const end = entry.indexOf('\n')
          return [entry.slice(0, end), entry.slice(end + 1).replace(/\n\n$/, '')]
        }),
    )
    filesByTopic.set(topic, entries)
  }
  return entries
}

/**
 * Returns the expected response, in the form of `formatGolden`.
 *
 * For new scenarios: with `FAULTLINE_GOLDEN=write` in the environment a missing entry is written with the actual
 * response.
 *
 * @returns A message if the file has no entry.
 */
export function readGolden(topic: string, key: string, actual: string): string {
  const entries = readFile(topic)
  const expected = entries.get(key)
  if (expected !== undefined) return expected
  if (env['FAULTLINE_GOLDEN'] !== 'write') return `golden/${topic}.txt has no entry "${key}"`
  appendFileSync(getUrl(topic), `### ${key}\n${actual}\n\n`)
  entries.set(key, actual)
  return actual
}
