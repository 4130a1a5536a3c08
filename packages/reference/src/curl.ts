import type { Told } from './action.ts'
import type { Making } from './entry.ts'

/** The request of all examples. */
export const EXAMPLE = { model: 'echo', messages: [{ role: 'user', content: 'Hello' }] }

/** A request, as far as it is not the example. */
interface Change {
  readonly url?: string
  readonly key?: 'none' | 'wrong'
  readonly options?: readonly string[]
  /** Null for none. */
  readonly body?: object | string | null
}

/** What meets an error, for those that the form of a request brings about. */
const changes: Readonly<Record<string, Change>> = {
  malformed_body: { body: '{' },
  unsupported_media_type: { options: ["-H 'Content-Type: text/plain'"], body: 'Hello' },
  not_acceptable: { options: ["-H 'Accept: image/png'"] },
  expectation_failed: { options: ["-H 'Expect: a-miracle'"] },
  missing_required_field: { body: {} },
  invalid_temperature: { body: { ...EXAMPLE, temperature: 3 } },
  invalid_max_tokens: { body: { ...EXAMPLE, max_tokens: 0 } },
  invalid_image_size: { body: { ...EXAMPLE, size: '1x1' } },
  invalid_image_quality: { body: { ...EXAMPLE, quality: 'best' } },
  unauthenticated: { key: 'none' },
  missing_api_key: { key: 'none' },
  invalid_api_key: { key: 'wrong' },
  model_not_found: { body: { ...EXAMPLE, model: 'gpt-9' } },
  unsupported_model: { body: { ...EXAMPLE, model: 'gpt-9' } },
  endpoint_not_found: { url: '/no-such-path' },
  method_not_allowed: { options: ['-X DELETE'], body: null },
}

/** The statuses on which curl tries again by itself. */
const RETRIED = new Set([408, 429, 500, 502, 503, 504])

/** The request that all examples are variations of, with the head of the answer before its body. */
export function sharedCurl(making: Making): string {
  return `export API_KEY=...\n${lineOf(making, {})}`
}

/** A line that meets an error, tries again as it should, or shows what there is to report. */
export function curlFor({ kinds, statuses: [status = 500], retryable }: Told, making: Making): string {
  const change = kinds.map(({ code }) => changes[code]).find((each) => each !== undefined)
  if (change !== undefined) return `# Brings it about.\n${lineOf(making, change)}`
  if (retryable) {
    const all = RETRIED.has(status) ? '' : ' --retry-all-errors'
    const options = [`--retry 4 --retry-max-time 120${all}`]
    return `# Tries again: with growing pauses, or after Retry-After.\n${lineOf(making, { options })}`
  }
  return status >= 500
    ? `# Shows the head alone: the id to report is there.\n${lineOf(making, { options: ['-sS -o /dev/null -D -'] }).replace('curl -i ', 'curl ')}`
    : `# Shows the head of the answer and its body.\n${lineOf(making, {})}`
}

function lineOf({ url, auth }: Making, { url: path, key, options = [], body = EXAMPLE }: Change): string {
  const { header, scheme } = auth
  const value = key === 'wrong' ? 'wrong' : '$API_KEY'
  const isText = options.some((option) => option.includes('Content-Type'))
  return [
    `curl -i ${quoted(path === undefined ? url : new URL(path, url).href)}`,
    ...options,
    ...(key === 'none'
      ? []
      : [`-H "${inDouble(`${header}: ${scheme === undefined ? '' : `${scheme} `}`)}${value}"`]),
    ...(body === null
      ? []
      : [
          `${isText ? '-d' : '--json'} ${quoted(typeof body === 'string' ? body : JSON.stringify(body), true)}`,
        ]),
  ].join(' \\\n  ')
}

/** A word of a shell, in quotes where it needs them. */
function quoted(text: string, always = false): string {
  return !always && /^[\w:/.@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function inDouble(text: string): string {
  return text.replaceAll(/["$`\\]/g, String.raw`\$&`)
}
