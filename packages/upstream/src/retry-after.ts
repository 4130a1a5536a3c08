import { parseRetryAfter } from '@faultline/core'
import type { HeaderMap } from './read-headers.ts'

/** Maximum time until a retry that is used, in seconds: 31 days. */
const MAX_SECONDS = 31 * 86_400
/** Maximum age of a date that is used, in seconds. The clocks of two servers can differ. */
const MAX_AGE_SECONDS = 86_400
/** Maximum number of characters of a message that are examined. */
const MAX_MESSAGE_LENGTH = 4096

/** Retry-After headers in milliseconds, of Azure, OpenAI and Amazon. */
const MILLISECONDS_HEADERS = ['retry-after-ms', 'x-ms-retry-after-ms', 'x-amz-retry-after']

/** A part of a duration, such as `6m`, `0s`, `20ms` and `7.66 seconds`. */
const DURATION_PART =
  /(\d{1,9}(?:\.\d{1,9})?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![a-z])/gi

/** The beginning of a sentence about a retry, and what follows it. */
const RETRY_SENTENCE =
  /(?:try again|retry(?:ing)?|wait)\b(?: your request)?,? (?:after|in|for|at least)? ?(.{1,40})/is

/**
 * Reads the time until a retry from headers. A header in milliseconds takes precedence over Retry-After.
 *
 * @returns Seconds, or a date. Undefined for an implausible time.
 */
export function readRetryAfter(headers: HeaderMap): number | Date | undefined {
  for (const name of MILLISECONDS_HEADERS) {
    const value = headers.get(name)
    if (value !== undefined && /^\d{1,12}(?:\.\d{1,9})?$/.test(value))
      return ifPlausible(Number(value) / 1000)
  }
  const value = headers.get('retry-after')?.trim()
  if (value === undefined) return undefined
  // Some providers send a fraction, which the standard does not allow.
  return ifPlausible(/^\d{1,9}\.\d{1,9}$/.test(value) ? Number(value) : parseRetryAfter(value))
}

/** Parses the time until a retry from a message, such as `Please try again in 6m0s.`, in seconds. */
export function parseRetryMessage(message: string | undefined): number | undefined {
  const [, rest] = RETRY_SENTENCE.exec(message?.slice(0, MAX_MESSAGE_LENGTH) ?? '') ?? []
  if (rest === undefined) return undefined
  let seconds: number | undefined
  let end = 0
  for (const { 0: part, 1: number = '', 2: unit = '', index } of rest.matchAll(DURATION_PART)) {
    // Only adjacent parts: in `2s. Limit 30000m`, the second is not a part of the duration.
    if (index > end + 1) break
    end = index + part.length
    seconds = (seconds ?? 0) + Number(number) * getUnitSeconds(unit.toLowerCase())
  }
  return seconds !== undefined && isPlausible(seconds) ? seconds : undefined
}

function getUnitSeconds(unit: string): number {
  if (unit === 'ms' || unit.startsWith('milli')) return 0.001
  if (unit.startsWith('h')) return 3600
  return unit.startsWith('m') ? 60 : 1
}

/** Returns the time if a server can have meant it: at most a month from now. */
export function ifPlausible(after: number | Date | undefined): number | Date | undefined {
  if (after === undefined) return undefined
  const seconds = typeof after === 'number' ? after : (after.getTime() - Date.now()) / 1000
  return isPlausible(seconds) ? after : undefined
}

function isPlausible(seconds: number): boolean {
  return seconds >= -MAX_AGE_SECONDS && seconds <= MAX_SECONDS
}
