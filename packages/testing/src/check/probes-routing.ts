import { OK } from '../suite/scenario.ts'
import { unrouted } from '../suite/topics/routing.ts'
import type { Desk } from './probe-session.ts'
import type { Known, Probe } from './probe.ts'

const MISSING = ['endpoint_not_found', 'not_found', 'resource_not_found']

/** What servers may also say, beside what the suite asks of Faultline's adapters. */
const also: Readonly<Record<string, readonly string[]>> = {
  'unknown-route-long': ['uri_too_long', 'headers_too_large'],
  'another method': ['method_not_allowed', 'not_implemented'],
  // A preflight is answered for any path where CORS is.
  'OPTIONS-unknown': [OK],
  'OPTIONS-star': [OK],
}

/** Requests that no route takes. */
export const routingProbes: readonly Probe[] = unrouted.map(({ name, make, codes }) => ({
  name,
  async run(desk) {
    const isMissing = codes.includes('endpoint_not_found')
    const expected = [...codes, ...(isMissing ? MISSING : []), ...(also[name] ?? [])]
    desk.hold(await desk.answerTo(make(desk.places)), { codes: expected })
  },
}))

const odd = (name: string, path: string): Probe => ({
  name,
  async run(desk) {
    await desk.expect({ path }, { codes: [...MISSING, 'invalid_request'] })
  },
})

/** Paths that are odd. */
export const urlProbes: readonly Probe[] = [
  odd('bad-percent-encoding', '/nope/%E0%A4%A'),
  odd('lone-percent', '/%'),
  odd('nul', '/nope/%00'),
  odd('line-feed', '/nope/%0d%0aset-cookie:a=1'),
  odd('traversal', '/nope/..%2f..%2f..%2fetc/passwd'),
  odd('proto', '/nope/__proto__'),
]

/** Methods that a path does not take: those alone that change nothing (RFC 9110, 9.2.1; RFC 4918, 9.1). */
export function methodProbes({ get, post }: Known): Probe[] {
  const refused = (name: string, method: string, given: string | undefined, taken: string): Probe => ({
    name,
    async run(desk) {
      const path = given ?? desk.skip(unknown(taken))
      const response = await desk.ask({ method, path })
      if (response.status < 400) desk.skip(`${path} takes ${method}`)
      desk.hold(response, { codes: ['method_not_allowed', 'not_implemented'] })
      const allow = response.headers['allow']?.split(/\s*,\s*/)
      if (allow === undefined) return
      if (!allow.includes(taken))
        desk.find('allow', `Allow is ${allow.join(', ')}, and ${path} takes ${taken}`)
      if (allow.includes(method)) desk.find('allow', `Allow has ${method}, which was refused`)
    },
  })
  return [
    refused('TRACE', 'TRACE', get, 'GET'),
    refused('PROPFIND', 'PROPFIND', get, 'GET'),
    refused('GET of a path for POST', 'GET', post, 'POST'),
    {
      name: 'OPTIONS',
      async run(desk) {
        const path = get ?? desk.skip(unknown('GET'))
        const response = await desk.ask({ method: 'OPTIONS', path })
        if (response.status >= 400) desk.hold(response, { codes: ['method_not_allowed', ...MISSING] })
      },
    },
  ]
}

/** Why a probe is not run. */
export function unknown(method: string): string {
  return method === 'GET'
    ? 'No path is known that answers GET; --get names one'
    : 'No path is known that takes JSON by POST; --post names one'
}

/** HEAD is GET without the body. */
export function headProbes({ get }: Known): Probe[] {
  const same = (name: string, pathOf: (desk: Desk) => string): Probe => ({
    name,
    async run(desk) {
      const path = pathOf(desk)
      const { requestIdHeader } = desk.judge
      const headers = { [requestIdHeader]: 'check-head' }
      const client = await desk.connect()
      const head = await desk.ask({ method: 'HEAD', path, headers }, client)
      await desk.moment(client)
      if (client.rest !== '') desk.find('head', 'HEAD is answered with a body')
      const whole = await desk.ask({ path, headers })
      if (head.status !== whole.status) {
        desk.find('head', `HEAD is answered ${head.status}, and GET ${whole.status}`)
        // The headers of another answer are others.
        return
      }
      for (const header of ['content-type', 'content-length', 'cache-control', requestIdHeader]) {
        const [is, should] = [head.headers[header], whole.headers[header]]
        // Servers need not work out how long a body would be (RFC 9110, 9.3.2).
        if (is !== should && !(is === undefined && header === 'content-length'))
          desk.find('head', `${header} is ${is ?? 'missing'} by HEAD, and ${should ?? 'missing'} by GET`)
      }
    },
  })
  return [
    same('of nothing', () => '/nope'),
    same('of what is there', (desk) => get ?? desk.skip(unknown('GET'))),
  ]
}
