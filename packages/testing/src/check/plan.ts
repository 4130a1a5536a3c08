import { validateHeaderName, validateHeaderValue } from 'node:http'

/** What a server is to answer to a request. */
export interface PlannedExpectation {
  /** A code, in core's words or the envelope's, or several of which one will do. @default no failure */
  readonly code?: string | readonly string[]
  /** The field that is to be named. */
  readonly field?: string
  /** The seconds of Retry-After. */
  readonly retryAfter?: number
  /** Whether the answer is an event stream that ends in the error's event. @default false */
  readonly isStream?: boolean
  /** Whether the answer begins as no failure and is broken off. @default false */
  readonly isTruncated?: boolean
}

/** A request of one's own. */
export interface PlannedRequest {
  /** @default its method and path */
  readonly name?: string
  /** @default GET, and POST where there is a body */
  readonly method?: string
  /** Below the server's address. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** A text; anything else is sent as JSON. */
  readonly body?: unknown
  /** Whether the check's own headers are sent. @default true */
  readonly sendHeaders?: boolean
  readonly expect: PlannedExpectation
}

/** What is known of a server, and what it is to be asked beside what every server is. */
export interface Plan {
  /** A path that answers GET with success. @default found in the OpenAPI document */
  readonly get?: string | undefined
  /** A path that takes JSON by POST. It is sent what can't be parsed, and nothing else. @default none is */
  readonly post?: string | undefined
  /** A path that raises each error, `{code}` in it. @default no error is raised */
  readonly raise?: string | undefined
  /** The same, in a stream that has begun. @default no stream is broken */
  readonly raiseStream?: string | undefined
  /** Requests of one's own; they may do whatever they do. @default none */
  readonly requests?: readonly PlannedRequest[] | undefined
  /** What the server is known not to do: `topic/name`, or `topic/*`, to the reason, which is printed. @default nothing */
  readonly gaps?: Readonly<Record<string, string>> | undefined
}

const MEMBERS: Readonly<Record<string, string>> = {
  name: 'string',
  method: 'string',
  path: 'string',
  headers: 'object',
  body: 'any',
  sendHeaders: 'boolean',
  expect: 'object',
}

const EXPECTED: Readonly<Record<string, string>> = {
  code: 'any',
  field: 'string',
  retryAfter: 'number',
  isStream: 'boolean',
  isTruncated: 'boolean',
}

/**
 * Checks what should be a plan, read from a file for one.
 *
 * @throws TypeError naming each member that is wrong
 */
export function assertPlan(plan: unknown): asserts plan is Plan {
  const problems: string[] = []
  const known = {
    get: 'path',
    post: 'path',
    raise: 'path',
    raiseStream: 'path',
    requests: 'array',
    gaps: 'object',
  }
  look(plan, 'plan', known, problems)
  const { raise, raiseStream, requests, gaps } = Object(plan) as Partial<Record<keyof Plan, unknown>>
  for (const [name, path] of Object.entries({ raise, raiseStream })) {
    if (typeof path === 'string' && !path.includes('{code}'))
      problems.push(`plan.${name} has no {code} in it`)
  }
  for (const [row, reason] of Object.entries(Object(gaps) as object)) {
    if (typeof reason !== 'string' || reason.trim() === '')
      problems.push(`plan.gaps[${JSON.stringify(row)}] needs a reason`)
  }
  if (Array.isArray(requests)) {
    for (const [at, request] of requests.entries()) {
      const where = `plan.requests[${at}]`
      look(request, where, MEMBERS, problems)
      const { path, headers, expect } = Object(request) as Partial<PlannedRequest>
      for (const [name, value] of Object.entries(Object(headers) as object)) {
        if (!isSendable(name, value))
          problems.push(`${where}.headers: ${JSON.stringify(name)} can't be sent with that value`)
      }
      if (typeof path !== 'string' || !path.startsWith('/'))
        problems.push(`${where}.path must begin with a slash`)
      if (expect === undefined) problems.push(`${where}.expect is missing`)
      else look(expect, `${where}.expect`, EXPECTED, problems)
    }
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
}

/** Whether a header can be sent. What is wrong with its value is not told: it may be a key. */
export function isSendable(name: string, value: unknown): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value as string)
    return typeof value === 'string'
  } catch {
    return false
  }
}

function look(
  value: unknown,
  where: string,
  members: Readonly<Record<string, string>>,
  problems: string[],
): void {
  if (kindOf(value) !== 'object') {
    problems.push(`${where} must be an object`)
    return
  }
  for (const [name, member] of Object.entries(value as object) as [string, unknown][]) {
    const kind = Object.hasOwn(members, name) ? members[name] : undefined
    if (kind === undefined)
      problems.push(`${where}.${name} is unknown; known are ${Object.keys(members).join(', ')}`)
    else if (member === undefined || kind === 'any') continue
    else if (kind === 'path') {
      if (typeof member !== 'string' || !member.startsWith('/'))
        problems.push(`${where}.${name} must begin with a slash`)
    } else if (kindOf(member) !== kind)
      problems.push(`${where}.${name} must be of type ${kind}, not ${kindOf(member)}`)
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
