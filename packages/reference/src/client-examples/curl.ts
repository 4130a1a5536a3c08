import type { EntryContext, EntryFacts } from '../entry.ts'
import { isUnprocessed } from './action.ts'
import { DEFAULT_ATTEMPTS, EXAMPLE_BODY } from './example-body.ts'

/** The differences of a request from the example request. */
interface RequestChange {
  /** Relative to the API's URL. */
  readonly url?: string
  readonly key?: 'none' | 'wrong'
  readonly options?: readonly string[]
  /** Null for a request without a body. */
  readonly body?: object | string | null
}

/** Requests that cause an error, for errors that depend only on the request. */
const causes: Readonly<Record<string, RequestChange>> = {
  malformed_body: { body: '{' },
  unsupported_media_type: { options: ["-H 'Content-Type: text/plain'"], body: 'Hello' },
  not_acceptable: { options: ["-H 'Accept: image/png'"] },
  expectation_failed: { options: ["-H 'Expect: a-miracle'"] },
  missing_required_field: { body: {} },
  invalid_temperature: { body: { ...EXAMPLE_BODY, temperature: 3 } },
  invalid_max_tokens: { body: { ...EXAMPLE_BODY, max_tokens: 0 } },
  invalid_image_size: { body: { ...EXAMPLE_BODY, size: '1x1' } },
  invalid_image_quality: { body: { ...EXAMPLE_BODY, quality: 'best' } },
  unauthenticated: { key: 'none' },
  missing_api_key: { key: 'none' },
  invalid_api_key: { key: 'wrong' },
  model_not_found: { body: { ...EXAMPLE_BODY, model: 'gpt-9' } },
  unsupported_model: { body: { ...EXAMPLE_BODY, model: 'gpt-9' } },
  endpoint_not_found: { url: '/no-such-path' },
  method_not_allowed: { options: ['-X DELETE'], body: null },
}

/** Statuses that `curl --retry` retries without `--retry-all-errors`. */
const statusesCurlRetries = new Set([408, 429, 500, 502, 503, 504])

/** Creates the request that all examples are variations of. */
export function createSharedCurl(context: EntryContext): string {
  return `export API_KEY=...\n${createCommand(context, {})}`
}

/** Creates a command that causes the error, retries it, or prints the data for a bug report. */
export function createCurl(entry: EntryFacts, context: EntryContext): string {
  const {
    errorTypes,
    statuses: [status = 500],
    retryable,
    maxAttempts = DEFAULT_ATTEMPTS,
  } = entry
  const cause = errorTypes.map(({ code }) => causes[code]).find((change) => change !== undefined)
  if (cause !== undefined) return `# Causes this error.\n${createCommand(context, cause)}`
  if (retryable) {
    const retryAll = statusesCurlRetries.has(status) ? '' : ' --retry-all-errors'
    const options = [`--retry ${maxAttempts - 1} --retry-max-time 120${retryAll}`]
    const condition = isUnprocessed(entry)
      ? ''
      : '\n# Use it only if executing the request twice does no harm.'
    return `# Retries with exponential backoff, or after Retry-After.${condition}\n${createCommand(context, { options })}`
  }
  return status >= 500
    ? `# Prints only the headers, which contain the request id to report.\n${createCommand(context, { options: ['-sS -o /dev/null -D -'] }).replace('curl -i ', 'curl ')}`
    : `# Prints the headers and the body of the response.\n${createCommand(context, {})}`
}

function createCommand(
  { url, auth }: EntryContext,
  { url: path, key, options = [], body = EXAMPLE_BODY }: RequestChange,
): string {
  const { header, scheme } = auth
  const value = key === 'wrong' ? 'wrong' : '$API_KEY'
  const hasContentType = options.some((option) => option.includes('Content-Type'))
  return [
    `curl -i ${quoteWord(path === undefined ? url : new URL(path, url).href)}`,
    ...options,
    ...(key === 'none'
      ? []
      : [`-H "${escapeInDoubleQuotes(`${header}: ${scheme === undefined ? '' : `${scheme} `}`)}${value}"`]),
    ...(body === null
      ? []
      : [
          `${hasContentType ? '-d' : '--json'} ${quote(typeof body === 'string' ? body : JSON.stringify(body))}`,
        ]),
  ].join(' \\\n  ')
}

/** Quotes a shell word only if it contains special characters. */
function quoteWord(text: string): string {
  return /^[\w:/.@%+,=-]+$/.test(text) ? text : quote(text)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function escapeInDoubleQuotes(text: string): string {
  return text.replaceAll(/["$`\\]/g, String.raw`\$&`)
}
