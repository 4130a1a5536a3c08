import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isJsonObject, type Members } from '@faultline/core'

/** The expected response to a planned request. */
export interface PlannedExpectation {
  /** A canonical code or wire code, or several of which one is expected. @default a success */
  readonly code?: string | readonly string[]
  /** The field that the error must name. */
  readonly field?: string
  /** The expected Retry-After, in seconds. */
  readonly retryAfter?: number
  /** Whether the error is expected as the last event of an event stream. @default false */
  readonly isStream?: boolean
  /** Whether the response begins with a success status and is truncated. @default false */
  readonly isTruncated?: boolean
}

/** A request in addition to those of the built-in probes. */
export interface PlannedRequest {
  /** Name of its result. @default its method and path */
  readonly name?: string
  /** @default GET; POST with a body */
  readonly method?: string
  /** Path below the server's URL. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** A string; any other value is sent as JSON. */
  readonly body?: unknown
  /** Whether the headers of the check's options are sent. @default true */
  readonly sendHeaders?: boolean
  readonly expect: PlannedExpectation
}

/** Routes of the server, and requests in addition to those that every server gets. */
export interface Plan {
  /** A path that responds to GET with success. @default detected with the OpenAPI document */
  readonly get?: string | undefined
  /** A path that accepts JSON by POST. Only malformed bodies are sent to it. @default these probes are skipped */
  readonly post?: string | undefined
  /** A path with `{code}` that raises that error. @default no error is raised */
  readonly raise?: string | undefined
  /** A path with `{code}` that raises that error in an event stream. @default no stream is tested */
  readonly raiseStream?: string | undefined
  /** Further requests. They may have side effects. @default none */
  readonly requests?: readonly PlannedRequest[] | undefined
  /** Probes that are skipped, `topic/name` or `topic/*`, with the reason, which is printed. @default none */
  readonly gaps?: Readonly<Record<string, string>> | undefined
}

/** Members of a plan, with their types. */
const PLAN_MEMBERS: Readonly<Record<string, string>> = {
  get: 'path',
  post: 'path',
  raise: 'path',
  raiseStream: 'path',
  requests: 'array',
  gaps: 'object',
}

const REQUEST_MEMBERS: Readonly<Record<string, string>> = {
  name: 'string',
  method: 'string',
  path: 'string',
  headers: 'object',
  body: 'any',
  sendHeaders: 'boolean',
  expect: 'object',
}

const EXPECTATION_MEMBERS: Readonly<Record<string, string>> = {
  code: 'any',
  field: 'string',
  retryAfter: 'number',
  isStream: 'boolean',
  isTruncated: 'boolean',
}

/**
 * Checks a plan, for example one that was read from a file.
 *
 * @throws TypeError that names each invalid member.
 */
export function assertPlan(plan: unknown): asserts plan is Plan {
  const problems: string[] = []
  checkMembers(plan, 'plan', PLAN_MEMBERS, problems)
  const { raise, raiseStream, requests, gaps } = toMembers(plan)
  for (const [name, path] of Object.entries({ raise, raiseStream })) {
    if (typeof path === 'string' && !path.includes('{code}'))
      problems.push(`plan.${name} must contain {code}`)
  }
  for (const [id, reason] of Object.entries(toMembers(gaps))) {
    if (typeof reason !== 'string' || reason.trim() === '')
      problems.push(`plan.gaps[${JSON.stringify(id)}] needs a reason`)
  }
  if (Array.isArray(requests)) {
    for (const [index, request] of requests.entries()) {
      const place = `plan.requests[${index}]`
      checkMembers(request, place, REQUEST_MEMBERS, problems)
      const { path, headers, expect } = toMembers(request)
      for (const [name, value] of Object.entries(toMembers(headers))) {
        if (!isSendable(name, value))
          problems.push(`${place}.headers: ${JSON.stringify(name)} cannot be sent with this value`)
      }
      if (typeof path !== 'string' || !path.startsWith('/'))
        problems.push(`${place}.path must start with a slash`)
      if (expect === undefined) problems.push(`${place}.expect is missing`)
      else checkMembers(expect, `${place}.expect`, EXPECTATION_MEMBERS, problems)
    }
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
}

/** Returns whether a header can be sent. The reason is not reported, because the value may be a key. */
export function isSendable(name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

/** Adds a problem for each unknown member and for each member of a wrong type. */
function checkMembers(
  value: unknown,
  place: string,
  members: Readonly<Record<string, string>>,
  problems: string[],
): void {
  if (!isJsonObject(value)) {
    problems.push(`${place} must be an object`)
    return
  }
  for (const [name, member] of Object.entries(value)) {
    const type = Object.hasOwn(members, name) ? members[name] : undefined
    if (type === undefined)
      problems.push(`${place}.${name} is unknown; allowed members: ${Object.keys(members).join(', ')}`)
    else if (member === undefined || type === 'any') continue
    else if (type === 'path') {
      if (typeof member !== 'string' || !member.startsWith('/'))
        problems.push(`${place}.${name} must start with a slash`)
    } else if (typeName(member) !== type)
      problems.push(`${place}.${name} must be of type ${type}, not ${typeName(member)}`)
  }
}

/** Returns an object, and an empty one for any other value: its wrong type is reported separately. */
function toMembers(value: unknown): Members {
  return isJsonObject(value) ? value : {}
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
