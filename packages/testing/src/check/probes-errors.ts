import { OK } from '../suite/scenario.ts'
import type { Desk, Request } from './probe-session.ts'
import { dataOf } from './event.ts'
import type { Expected } from './response-checker.ts'
import type { Plan, PlannedRequest } from './plan.ts'
import type { Probe } from './probe.ts'

/** Every error, raised by a route that is there for it. */
export function raiseProbes({ raise }: Plan, codes: readonly string[]): Probe[] {
  if (raise === undefined)
    return [{ name: 'every error', run: (desk) => Promise.resolve(desk.skip(NO_ROUTE)) }]
  return codes.map((code) => ({
    name: code,
    async run(desk) {
      await desk.expect({ path: raise.replaceAll('{code}', code) }, { codes: [code], isPlain: true })
    },
  }))
}

/** Every error in a stream, raised by a route that is there for it. */
export function streamProbes({ raiseStream }: Plan, codes: readonly string[]): Probe[] {
  if (raiseStream === undefined)
    return [{ name: 'every error', run: (desk) => Promise.resolve(desk.skip(NO_STREAM)) }]
  return codes.map((code) => ({
    name: code,
    run: (desk) => streamed(desk, { path: raiseStream.replaceAll('{code}', code) }, { codes: [code] }),
  }))
}

const NO_ROUTE = 'No route is known that raises each error; --raise names one, as /errors/{code}'
const NO_STREAM =
  'No route is known that raises each error in a stream; --raise-stream names one, as /errors/{code}?stream=1'

/** The requests that the plan names. */
export function plannedProbes({ requests = [] }: Plan): Probe[] {
  return requests.map((planned) => ({
    name: planned.name ?? `${planned.method ?? methodOf(planned)} ${planned.path}`,
    async run(desk) {
      const { path, headers, body, sendHeaders, expect } = planned
      const isJson = body !== undefined && typeof body !== 'string'
      const request = {
        method: planned.method ?? methodOf(planned),
        path,
        headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...inLowerCase(headers) },
        ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
        isKnown: sendHeaders !== false,
      }
      const expected: Expected = {
        codes: expect.code === undefined ? [OK] : [expect.code].flat(),
        field: expect.field,
        retryAfter: expect.retryAfter,
      }
      if (expect.isTruncated === true) await cut(desk, request)
      else if (expect.isStream === true) await streamed(desk, request, expected)
      else await desk.expect(request, expected)
    },
  }))
}

/** Headers, so that one takes the place of the check's own of its name. */
function inLowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function methodOf({ body }: PlannedRequest): string {
  return body === undefined ? 'GET' : 'POST'
}

/** Half an answer may not look whole. */
async function cut(desk: Desk, request: Request): Promise<void> {
  const client = await desk.connect()
  const response = await desk.ask(request, client).catch((error: unknown) => {
    // What is broken off before its head has left is no answer, and looks like none.
    if (client.isClosed) desk.findings.length = 0
    throw error
  })
  if (response.status >= 400)
    desk.find('status', `It is answered ${response.status}, and should begin as no failure`)
  else if (response.complete) desk.find('whole', 'The answer looks whole, and is half of one')
  desk.findings.push(...desk.judge.leaks(response.body))
}

/** A stream that fails: with its true status, or by an event at its end. */
async function streamed(desk: Desk, request: Request, expected: Expected): Promise<void> {
  const response = await desk.ask(request)
  if (response.status >= 400) {
    desk.hold(response, expected)
    return
  }
  const { headers, body, complete } = response
  const find = (message: string): void => desk.find('stream', message)
  if (!/^text\/event-stream\b/i.test(headers['content-type'] ?? ''))
    find(`Content-Type is ${headers['content-type'] ?? 'missing'}, and should be text/event-stream`)
  desk.findings.push(...desk.judge.leaks(body))
  const events = body.split(/\r?\n\r?\n/)
  const rest = events.pop() ?? ''
  const last = events.at(-1) ?? ''
  const error = desk.judge.parse(dataOf(last))
  if (error === undefined) {
    const early = events.findIndex((event) => desk.judge.parse(dataOf(event)) !== undefined)
    if (early !== -1) find(`There is more behind the error: ${JSON.stringify(last.slice(0, 80))}`)
    else if (complete)
      find(`It ends as if all were well, with ${JSON.stringify((last || rest).slice(0, 80))}`)
    else find('It breaks off without an event of the error')
    return
  }
  if (!complete) find('It breaks off behind the error, and does not end')
  if (rest.trim() !== '') find(`There is more behind the error: ${JSON.stringify(rest.slice(0, 80))}`)
  desk.findings.push(...desk.judge.judgeEvent(last, error, expected))
}
