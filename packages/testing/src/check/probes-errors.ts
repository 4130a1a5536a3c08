import { parseEvents } from '@faultline/core'
import { OK } from '../suite/scenario.ts'
import type { Plan, PlannedRequest } from './plan.ts'
import type { ProbeRequest, ProbeSession } from './probe-session.ts'
import type { Probe } from './probe.ts'
import type { Expected } from './response-checker.ts'

const NO_RAISE_ROUTE = 'No route to raise errors; pass --raise /errors/{code}'
const NO_STREAM_ROUTE = 'No route to raise errors in a stream; pass --raise-stream /errors/{code}?stream=1'

/** Creates a probe for each error, which a route of the server raises. */
export function createRaiseProbes({ raise }: Plan, codes: readonly string[]): Probe[] {
  if (raise === undefined) return [createSkippedProbe('all-errors', NO_RAISE_ROUTE)]
  return codes.map((code) => ({
    name: code,
    async run(session) {
      const path = raise.replaceAll('{code}', code)
      await session.expect({ path }, { codes: [code], hasDefaultMessage: true })
    },
  }))
}

/** Creates a probe for each error in an event stream, which a route of the server raises. */
export function createStreamProbes({ raiseStream }: Plan, codes: readonly string[]): Probe[] {
  if (raiseStream === undefined) return [createSkippedProbe('all-errors', NO_STREAM_ROUTE)]
  return codes.map((code) => ({
    name: code,
    run: (session) =>
      expectStreamError(session, { path: raiseStream.replaceAll('{code}', code) }, { codes: [code] }),
  }))
}

function createSkippedProbe(name: string, reason: string): Probe {
  return { name, run: async (session) => session.skip(reason) }
}

/** Creates a probe for each request of the plan. */
export function createPlannedProbes({ requests = [] }: Plan): Probe[] {
  return requests.map((planned) => {
    const method = planned.method ?? (planned.body === undefined ? 'GET' : 'POST')
    return {
      name: planned.name ?? `${method} ${planned.path}`,
      run: (session) => expectPlanned(session, method, planned),
    }
  })
}

async function expectPlanned(
  session: ProbeSession,
  method: string,
  { path, headers, body, sendHeaders, expect }: PlannedRequest,
): Promise<void> {
  const isJson = body !== undefined && typeof body !== 'string'
  const request: ProbeRequest = {
    method,
    path,
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...toLowerCaseNames(headers) },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
    sendHeaders: sendHeaders !== false,
  }
  const expected: Expected = {
    codes: expect.code === undefined ? [OK] : [expect.code].flat(),
    field: expect.field,
    retryAfter: expect.retryAfter,
  }
  if (expect.isTruncated === true) await expectTruncated(session, request)
  else if (expect.isStream === true) await expectStreamError(session, request, expected)
  else await session.expect(request, expected)
}

/** In lower case a header replaces the header of the check's options. */
function toLowerCaseNames(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

async function expectTruncated(session: ProbeSession, request: ProbeRequest): Promise<void> {
  const client = await session.connect()
  const response = await session.request(request, client).catch((error: unknown) => {
    // A response that is aborted before its head is detectably truncated too.
    if (client.isClosed) session.findings.length = 0
    throw error
  })
  if (response.status >= 400)
    session.report('status', `Status is ${response.status}, expected a success status`)
  else if (response.complete) session.report('whole', 'A truncated response looks complete')
  session.findings.push(...session.checker.findLeaks(response.body))
}

/** Checks a stream that fails: before the first event by its status, later by an error event at its end. */
async function expectStreamError(
  session: ProbeSession,
  request: ProbeRequest,
  expected: Expected,
): Promise<void> {
  const { checker } = session
  const response = await session.request(request)
  if (response.status >= 400) {
    session.check(response, expected)
    return
  }
  const { headers, body, complete } = response
  const report = (message: string): void => session.report('stream', message)
  if (!/^text\/event-stream\b/i.test(headers['content-type'] ?? ''))
    report(`Content-Type is ${headers['content-type'] ?? 'missing'}, expected text/event-stream`)
  session.findings.push(...checker.findLeaks(body))
  const end = Math.max(...[...body.matchAll(/\r?\n\r?\n/g)].map((match) => match.index + match[0].length), 0)
  const rest = body.slice(end)
  const events = parseEvents(body.slice(0, end))
  const errorIndex = events.findLastIndex(({ data }) => checker.parse(data) !== undefined)
  const error = checker.parse(events[errorIndex]?.data ?? '')
  if (error === undefined) {
    if (complete) report(`The stream ends normally, last data: ${quote(events.at(-1)?.data ?? rest)}`)
    else report('The stream is cut without an error event')
    return
  }
  if (!complete) report('The stream is cut after the error event instead of ending')
  if (rest.trim() !== '') report(`Unexpected data after the error event: ${quote(rest)}`)
  session.findings.push(...checker.checkEvents(events, errorIndex, error, expected))
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
