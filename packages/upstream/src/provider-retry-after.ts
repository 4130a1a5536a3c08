import { parseRetryAfter } from '@faultline/core'

/** Nobody is told to come back later than in a month. */
const LONGEST = 31 * 86_400

/** A span of time, as `6m0s`, `20ms` and `7.66s`. */
const SPAN =
  /(\d{1,9}(?:\.\d{1,9})?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![a-z])/gi

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, mi: 60, m: 60, s: 1, h: 3600 }

/** When to try again, as headers say it: the finer ones first. */
export function retryAfterOfHeaders(headers: ReadonlyMap<string, string>): number | Date | undefined {
  // Azure's and OpenAI's are in milliseconds, Amazon's, too.
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms', 'x-amz-retry-after']) {
    const text = headers.get(name)
    if (text !== undefined && /^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return believable(Number(text) / 1000)
  }
  const text = headers.get('retry-after')?.trim()
  if (text === undefined) return undefined
  if (/^\d{1,9}\.\d{1,9}$/.test(text)) return believable(Number(text))
  return believable(parseRetryAfter(text))
}

/** When to try again, as a message says it: `Please try again in 6m0s.` */
export function retryAfterOfMessage(message: string | undefined): number | undefined {
  const [, rest] =
    /(?:try again|retry(?:ing)?|wait)\b(?: your request)?,? (?:after|in|for|at least)? ?(.{1,40})/is.exec(
      message?.slice(0, 4096) ?? '',
    ) ?? []
  if (rest === undefined) return undefined
  let seconds: number | undefined
  let end = 0
  for (const { 0: whole, 1: number, 2: unit = '', index } of rest.matchAll(SPAN)) {
    // Only what follows at once: `2s. Limit 30000m` is two things.
    if (index > end + 1) break
    end = index + whole.length
    const short = unit.toLowerCase()
    seconds =
      (seconds ?? 0) +
      Number(number) * (short === 'ms' || short.startsWith('milli') ? 0.001 : UNITS[short[0]!]!)
  }
  return believable(seconds) as number | undefined
}

/** A time that a server may mean; undefined for any other. */
export function believable(after: number | Date | undefined): number | Date | undefined {
  if (after === undefined) return undefined
  const seconds = typeof after === 'number' ? after : (after.getTime() - Date.now()) / 1000
  return seconds >= -86_400 && seconds <= LONGEST ? after : undefined
}
