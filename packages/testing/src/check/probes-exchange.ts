import type { RawClient } from '../suite/raw-client.ts'
import { OK, PLANTED } from '../suite/scenario.ts'
import { unreadable } from '../suite/topics/bodies.ts'
import { unparsed } from '../suite/topics/protocol.ts'
import type { Desk } from './probe-session.ts'
import { unknown } from './probes-routing.ts'
import type { Known, Probe } from './probe.ts'

const MISSING = { codes: ['endpoint_not_found', 'not_found', 'resource_not_found'] }

/** Ids of requests. */
export const idProbes: readonly Probe[] = [
  {
    name: 'one that is sent comes back',
    async run(desk) {
      const id = 'check-1.a_B'
      await desk.expect({ path: '/nope', headers: { [desk.judge.requestIdHeader]: id } }, { ...MISSING, id })
    },
  },
  ...Object.entries({ odd: `a b <${PLANTED}>`, long: 'a'.repeat(65) }).map(([name, id]): Probe => ({
    name: `one that is ${name} does not`,
    async run(desk) {
      const { requestIdHeader } = desk.judge
      const { headers } = await desk.expect({ path: '/nope', headers: { [requestIdHeader]: id } }, MISSING)
      if (headers[requestIdHeader] === id)
        desk.find(
          'request-id',
          `${requestIdHeader} brings back what is no id: ${JSON.stringify(id.slice(0, 20))}`,
        )
    },
  })),
  {
    name: 'each is new',
    async run(desk) {
      const ids = new Set<string | undefined>()
      for (let asked = 0; asked < 5; asked++) {
        const { headers } = await desk.expect({ path: '/nope' }, MISSING)
        ids.add(headers[desk.judge.requestIdHeader])
      }
      if (ids.size < 5) desk.find('request-id', `Of 5 answers ${ids.size} have an id of their own`)
    },
  },
]

const UNKNOWN = ['missing_api_key', 'invalid_api_key', 'unauthenticated', 'permission_denied']

/** Who asks. */
export function keyProbes({ get }: Known): Probe[] {
  const refused = (name: string, headers: Readonly<Record<string, string>>): Probe => ({
    name,
    async run(desk) {
      const path = get ?? desk.skip(unknown('GET'))
      const response = await desk.ask({ path, headers, isKnown: false })
      if (response.status < 400) desk.skip(`${path} needs no key`)
      desk.hold(response, { codes: UNKNOWN })
    },
  })
  return [
    refused('none', {}),
    refused('an unknown one', { authorization: `Bearer ${PLANTED}-key` }),
    refused('an unknown one, as X-API-Key', { 'x-api-key': `${PLANTED}-key` }),
    refused('of another scheme', { authorization: `Basic ${PLANTED}` }),
    refused('without a value', { authorization: 'Bearer' }),
    refused('an empty one', { authorization: '' }),
  ]
}

/** Bodies that can't be read, so that nothing is done with them. */
export function bodyProbes({ post }: Known): Probe[] {
  return unreadable.map(({ name, make, codes }) => ({
    name,
    async run(desk) {
      if (post === undefined) desk.skip(unknown('POST'))
      const response = await desk.answerTo(make(desk.places))
      desk.exchanges.push({ method: 'POST', path: desk.places.json, response })
      desk.hold(response, { codes: codes.filter((code) => code !== OK), isAnyClientError: true })
    },
  }))
}

/** What is no HTTP, or none that can be served. */
export const protocolProbes: readonly Probe[] = [
  ...unparsed
    // To a proxy CONNECT is work to be done.
    .filter(({ name }) => name !== 'CONNECT')
    .map(({ name, make, codes }): Probe => ({
      name,
      async run(desk) {
        const client = await desk.connect()
        const response = await desk.answerTo(make(desk.places), 'GET', client)
        // Some parsers take more than others do; what they refuse they answer.
        desk.hold(response, { codes: [OK, 'not_implemented', ...codes], isAnyClientError: true })
        await nothingBehind(desk, client)
      },
    })),
  {
    name: 'expect-417',
    async run(desk) {
      const request = { path: '/nope', headers: { expect: PLANTED } }
      await desk.expect(request, { codes: ['expectation_failed', ...MISSING.codes] })
    },
  },
]

/** Fails where bytes come behind an answer, until the connection ends or a moment is over. */
async function nothingBehind(desk: Desk, client: RawClient): Promise<void> {
  await desk.moment(client)
  if (client.rest === '') return
  desk.find('once', `There is more behind the answer: ${JSON.stringify(client.rest.slice(0, 60))}`)
}

/** What comes behind a failure on the same connection. */
export const connectionProbes: readonly Probe[] = [
  {
    name: 'goes on after a failure',
    async run(desk) {
      const client = await desk.connect()
      for (let round = 0; round < 3; round++) {
        const { headers } = await desk.expect({ path: '/nope' }, MISSING, client)
        if (headers['connection']?.toLowerCase() === 'close') return
      }
      await nothingBehind(desk, client)
    },
  },
  {
    name: 'goes on after a body that nobody read',
    async run(desk) {
      const client = await desk.connect()
      const unread = { method: 'POST', path: '/nope', body: 'a'.repeat(300_000) }
      const { headers } = await desk.expect(unread, { ...MISSING, isAnyClientError: true }, client)
      if (headers['connection']?.toLowerCase() === 'close') return
      await desk.expect({ path: '/nope' }, MISSING, client)
    },
  },
  {
    name: 'answers what is sent at once, in its order',
    async run(desk) {
      const { request, root } = desk.places
      const { requestIdHeader } = desk.judge
      const client = await desk.connect()
      const ids = ['check-a', 'check-b', 'check-c']
      client.send(Buffer.concat(ids.map((id) => request(`GET ${root}/nope`, { [requestIdHeader]: id }))))
      for (const id of ids) {
        const response = await desk.answerTo('', 'GET', client)
        desk.hold(response, { ...MISSING, id })
        if (response.headers['connection']?.toLowerCase() === 'close') return
      }
    },
  },
  {
    name: 'is not confused by HEAD',
    async run(desk) {
      const client = await desk.connect()
      const { headers } = await desk.ask({ method: 'HEAD', path: '/nope' }, client)
      if (headers['connection']?.toLowerCase() === 'close') return
      await desk.expect({ path: '/nope' }, MISSING, client)
    },
  },
  {
    name: 'is closed for an old client',
    async run(desk) {
      const client = await desk.connect()
      const { host, root } = desk.places
      desk.hold(await desk.answerTo(`GET ${root}/nope HTTP/1.0\r\n${host}\r\n`, 'GET', client), {
        codes: [...MISSING.codes, ...UNKNOWN],
        isOld: true,
      })
    },
  },
]
