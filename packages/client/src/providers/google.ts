import { readItems, readProperty, type Issue } from '@faultline/core'
import { readText } from './read-text.ts'
import type { BodyReader } from './body-part.ts'

/** Maximum number of details, and of field violations of a detail. */
const MAX_DETAILS = 16
const MAX_QUOTA_VIOLATIONS = 8
/** Maximum number of keys of a field path. */
const MAX_PATH_LENGTH = 16

/**
 * google.rpc.Status: `{ error: { code, message, status, details: [{ '@type', ... }] } }`. The details are ErrorInfo,
 * RetryInfo, QuotaFailure, BadRequest and RequestInfo.
 */
export const readGoogle: BodyReader = ({ body, error }) => {
  const lists = [
    ...readItems(readProperty(error, 'details'), MAX_DETAILS),
    ...readItems(readProperty(body, 'detail'), MAX_DETAILS),
  ]
  if (lists.length === 0) return {}
  const details = lists.filter((detail) => readText(detail, '@type') !== undefined)
  const issues = details.flatMap(readFieldViolations)
  return {
    specificNames: [
      ...(details.some(isDailyQuota) ? ['quota_exceeded'] : []),
      ...details.map((detail) => readText(detail, 'reason')),
    ],
    retryAfter: findLast(details.map(readRetryDelay)),
    requestId: details.map(readRequestId).find((id) => id !== undefined),
    ...(issues.length === 0 ? {} : { issues }),
  }
}

function findLast<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  return values.findLast((value) => value !== undefined)
}

/** RetryInfo: a duration in seconds, such as `3.5s`. */
function readRetryDelay(detail: unknown): number | undefined {
  const seconds = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(readText(detail, 'retryDelay') ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}

function readRequestId(detail: unknown): string | undefined {
  return readText(detail, '@type')?.endsWith('RequestInfo') === true
    ? readText(detail, 'requestId')
    : undefined
}

/** QuotaFailure of Gemini. Unlike a limit per minute, a limit per day does not allow a retry. */
function isDailyQuota(detail: unknown): boolean {
  return readItems(readProperty(detail, 'violations'), MAX_QUOTA_VIOLATIONS).some((violation) =>
    (readText(violation, 'quotaId') ?? '').includes('PerDay'),
  )
}

/** BadRequest. */
function readFieldViolations(detail: unknown): Issue[] {
  return readItems(readProperty(detail, 'fieldViolations'), MAX_DETAILS).flatMap((violation) => {
    const message = readText(violation, 'description')
    const path = readText(violation, 'field')?.split('.').slice(0, MAX_PATH_LENGTH)
    return message === undefined ? [] : [{ message, ...(path === undefined ? {} : { path }) }]
  })
}
