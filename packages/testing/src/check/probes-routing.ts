import { OK } from '../suite/scenario.ts'
import { unroutedRequests } from '../suite/topics/routing.ts'
import type { ProbeSession } from './probe-session.ts'
import type { KnownPaths, Probe } from './probe.ts'

/** Codes of a path without a route. */
export const NOT_FOUND: readonly string[] = ['endpoint_not_found', 'not_found', 'resource_not_found']

/** Codes that any server may send, in addition to those of Faultline's adapters. */
const furtherCodes: Readonly<Record<string, readonly string[]>> = {
  'unknown-route-long': ['uri_too_long', 'headers_too_large'],
  'unknown-route-PROPFIND': ['method_not_allowed', 'not_implemented'],
  // CORS middleware responds to a preflight of any path.
  'OPTIONS-unknown': [OK],
  'OPTIONS-star': [OK],
}

/** Probes without a route. */
export const routingProbes: readonly Probe[] = unroutedRequests.map(({ name, build, codes }) => ({
  name,
  async run(session) {
    const notFound = codes.includes('endpoint_not_found') ? NOT_FOUND : []
    const expected = [...codes, ...notFound, ...(furtherCodes[name] ?? [])]
    session.check(await session.send(build(session.requestTarget)), { codes: expected })
  },
}))

const expectNotFound = (name: string, path: string): Probe => ({
  name,
  async run(session) {
    await session.expect({ path }, { codes: [...NOT_FOUND, 'invalid_request'] })
  },
})

/** Probes with unusual paths. */
export const urlProbes: readonly Probe[] = [
  expectNotFound('bad-percent-encoding', '/nope/%E0%A4%A'),
  expectNotFound('lone-percent', '/%'),
  expectNotFound('nul', '/nope/%00'),
  expectNotFound('line-feed', '/nope/%0d%0aset-cookie:a=1'),
  expectNotFound('traversal', '/nope/..%2f..%2f..%2fetc/passwd'),
  expectNotFound('proto', '/nope/__proto__'),
]

/** Creates probes with methods that a path does not accept. Only safe methods: RFC 9110, section 9.2.1; RFC 4918, section 9.1. */
export function createMethodProbes({ get, post }: KnownPaths): Probe[] {
  const expectNotAllowed = (
    name: string,
    method: string,
    knownPath: string | undefined,
    allowedMethod: string,
  ): Probe => ({
    name,
    async run(session) {
      const path = knownPath ?? session.skip(missingRoute(allowedMethod))
      const response = await session.request({ method, path })
      if (response.status < 400) session.skip(`${path} accepts ${method}`)
      session.check(response, { codes: ['method_not_allowed', 'not_implemented'] })
      const allow = response.headers['allow']?.split(',').map((each) => each.trim())
      if (allow === undefined) return
      if (!allow.includes(allowedMethod))
        session.report('allow', `Allow is ${allow.join(', ')}, but ${path} accepts ${allowedMethod}`)
      if (allow.includes(method)) session.report('allow', `Allow contains ${method}, which was rejected`)
    },
  })
  return [
    expectNotAllowed('TRACE', 'TRACE', get, 'GET'),
    expectNotAllowed('PROPFIND', 'PROPFIND', get, 'GET'),
    expectNotAllowed('GET-on-POST-path', 'GET', post, 'POST'),
    {
      name: 'OPTIONS',
      async run(session) {
        const path = get ?? session.skip(missingRoute('GET'))
        const response = await session.request({ method: 'OPTIONS', path })
        if (response.status >= 400) session.check(response, { codes: ['method_not_allowed', ...NOT_FOUND] })
      },
    },
  ]
}

/** Returns the reason why a probe without a known path is skipped. */
export function missingRoute(method: string): string {
  return method === 'GET'
    ? 'No path that responds to GET; pass --get'
    : 'No path that accepts JSON by POST; pass --post'
}

/** Creates probes that compare the response to HEAD with the one to GET. */
export function createHeadProbes({ get }: KnownPaths): Probe[] {
  const expectSameHead = (name: string, getPath: (session: ProbeSession) => string): Probe => ({
    name,
    async run(session) {
      const path = getPath(session)
      const client = await session.connect()
      const head = await session.request({ method: 'HEAD', path }, client)
      await session.settle(client)
      if (client.rest !== '') session.report('head', 'The response to HEAD has a body')
      const whole = await session.request({ path })
      if (head.status !== whole.status) {
        session.report('head', `Status of HEAD is ${head.status}, of GET ${whole.status}`)
        // The headers of another status differ.
        return
      }
      for (const header of ['content-type', 'content-length', 'cache-control']) {
        const [actual, expected] = [head.headers[header], whole.headers[header]]
        // A server may omit Content-Length in a response to HEAD (RFC 9110, section 9.3.2).
        if (actual !== expected && !(actual === undefined && header === 'content-length'))
          session.report(
            'head',
            `${header} of HEAD is ${actual ?? 'missing'}, of GET ${expected ?? 'missing'}`,
          )
      }
    },
  })
  return [
    expectSameHead('unknown-route', () => '/nope'),
    expectSameHead('known-route', (session) => get ?? session.skip(missingRoute('GET'))),
  ]
}
