import { CANARY } from '../suite/canary.ts'
import type { RawClient, RawResponse } from '../suite/raw-client.ts'
import { OK } from '../suite/scenario.ts'
import { unreadableBodies } from '../suite/topics/bodies.ts'
import { unparsedRequests } from '../suite/topics/protocol.ts'
import type { ProbeSession } from './probe-session.ts'
import { missingRoute, NOT_FOUND } from './probes-routing.ts'
import type { KnownPaths, Probe } from './probe.ts'

const EXPECT_NOT_FOUND = { codes: NOT_FOUND }

const invalidIds = { 'invalid-id': `a b <${CANARY}>`, 'long-id': 'a'.repeat(65) }

/** Probes of request ids. */
export const requestIdProbes: readonly Probe[] = [
  {
    name: 'sent-id-does-not-repeat',
    async run(session) {
      const { requestIdHeader } = session.checker
      const sent = 'check-1.a_B'
      const request = { path: '/nope', headers: { [requestIdHeader]: sent } }
      const first = await session.expect(request, EXPECT_NOT_FOUND)
      const second = await session.expect(request, EXPECT_NOT_FOUND)
      const id = first.headers[requestIdHeader]
      // A service behind its own proxy may trust the id that the proxy sends.
      if (id !== sent && id === second.headers[requestIdHeader])
        session.report('request-id', `Two responses have the ${requestIdHeader} ${id}`)
    },
  },
  ...Object.entries(invalidIds).map(([name, id]): Probe => ({
    name: `${name}-is-replaced`,
    async run(session) {
      const { requestIdHeader } = session.checker
      const request = { path: '/nope', headers: { [requestIdHeader]: id } }
      const { headers } = await session.expect(request, EXPECT_NOT_FOUND)
      if (headers[requestIdHeader] === id) {
        const shown = JSON.stringify(id.slice(0, 20))
        session.report('request-id', `${requestIdHeader} echoes an invalid request id: ${shown}`)
      }
    },
  })),
  {
    name: 'ids-are-unique',
    async run(session) {
      const ids = new Set<string | undefined>()
      for (let count = 0; count < 5; count++) {
        const { headers } = await session.expect({ path: '/nope' }, EXPECT_NOT_FOUND)
        ids.add(headers[session.checker.requestIdHeader])
      }
      if (ids.size < 5) session.report('request-id', `5 responses have ${ids.size} different request ids`)
    },
  },
]

const UNAUTHENTICATED = ['missing_api_key', 'invalid_api_key', 'unauthenticated', 'permission_denied']

/** Creates probes without valid credentials. */
export function createKeyProbes({ get }: KnownPaths): Probe[] {
  const expectUnauthenticated = (name: string, headers: Readonly<Record<string, string>>): Probe => ({
    name,
    async run(session) {
      const path = get ?? session.skip(missingRoute('GET'))
      const response = await session.request({ path, headers, sendHeaders: false })
      if (response.status < 400) session.skip(`${path} does not require credentials`)
      session.check(response, { codes: UNAUTHENTICATED })
    },
  })
  return [
    expectUnauthenticated('no-credentials', {}),
    expectUnauthenticated('unknown-key', { authorization: `Bearer ${CANARY}-key` }),
    expectUnauthenticated('unknown-x-api-key', { 'x-api-key': `${CANARY}-key` }),
    expectUnauthenticated('other-scheme', { authorization: `Basic ${CANARY}` }),
    expectUnauthenticated('scheme-without-key', { authorization: 'Bearer' }),
    expectUnauthenticated('empty-header', { authorization: '' }),
  ]
}

/** Creates probes with bodies that cannot be parsed, so that the server does nothing with them. */
export function createBodyProbes({ post }: KnownPaths): Probe[] {
  return unreadableBodies.map(({ name, build, codes }) => ({
    name,
    async run(session) {
      if (post === undefined) session.skip(missingRoute('POST'))
      const response = await session.send(build(session.requestTarget))
      session.exchanges.push({ method: 'POST', path: session.requestTarget.jsonPath, response })
      session.check(response, { codes: codes.filter((code) => code !== OK), allowsAnyClientError: true })
    },
  }))
}

/** Probes with invalid HTTP. */
export const protocolProbes: readonly Probe[] = [
  ...unparsedRequests
    // A proxy would open a connection for CONNECT.
    .filter(({ name }) => name !== 'CONNECT')
    .map(({ name, build, codes }): Probe => ({
      name,
      async run(session) {
        const client = await session.connect()
        const response = await session.send(build(session.requestTarget), 'GET', client)
        // Some parsers accept more than others. A rejection needs a response.
        session.check(response, { codes: [OK, 'not_implemented', ...codes], allowsAnyClientError: true })
        await expectNothingMore(session, client)
      },
    })),
  {
    // The parsers of some servers answer all of the requests above. This one reaches the app.
    name: 'one-response',
    async run(session) {
      const client = await session.connect()
      await session.expect({ path: '/nope' }, { codes: NOT_FOUND }, client)
      await expectNothingMore(session, client)
    },
  },
  {
    name: 'expect-417',
    async run(session) {
      const request = { path: '/nope', headers: { expect: CANARY } }
      await session.expect(request, { codes: ['expectation_failed', ...NOT_FOUND] })
    },
  },
]

/** Reports bytes after a response. */
async function expectNothingMore(session: ProbeSession, client: RawClient): Promise<void> {
  await session.settle(client)
  if (client.rest === '') return
  session.report('once', `Unexpected data after the response: ${JSON.stringify(client.rest.slice(0, 60))}`)
}

function announcesClose({ headers }: RawResponse): boolean {
  return headers['connection']?.toLowerCase() === 'close'
}

/** Probes with several requests on one connection. */
export const connectionProbes: readonly Probe[] = [
  {
    name: 'reusable-after-error',
    async run(session) {
      const client = await session.connect()
      for (let round = 0; round < 3; round++) {
        const response = await session.expect({ path: '/nope' }, EXPECT_NOT_FOUND, client)
        if (announcesClose(response)) return
      }
      await expectNothingMore(session, client)
    },
  },
  {
    name: 'reusable-after-unread-body',
    async run(session) {
      const client = await session.connect()
      const request = { method: 'POST', path: '/nope', body: 'a'.repeat(300_000) }
      const expected = { ...EXPECT_NOT_FOUND, allowsAnyClientError: true }
      if (announcesClose(await session.expect(request, expected, client))) return
      await session.expect({ path: '/nope' }, EXPECT_NOT_FOUND, client)
    },
  },
  {
    name: 'pipelined-in-order',
    async run(session) {
      const { format, root } = session.requestTarget
      const { requestIdHeader } = session.checker
      const client = await session.connect()
      const sentIds = ['check-a', 'check-b', 'check-c']
      const bytes = sentIds.map((id) => format(`GET ${root}/nope`, { [requestIdHeader]: id }))
      client.send(Buffer.concat(bytes))
      for (const sent of sentIds) {
        const response = await session.send('', 'GET', client)
        session.check(response, EXPECT_NOT_FOUND)
        const id = response.headers[requestIdHeader]
        if (id !== undefined && id !== sent && sentIds.includes(id))
          session.report('request-id', `${requestIdHeader} is ${id}, the id of another pipelined request`)
        if (announcesClose(response)) return
      }
    },
  },
  {
    name: 'reusable-after-HEAD',
    async run(session) {
      const client = await session.connect()
      if (announcesClose(await session.request({ method: 'HEAD', path: '/nope' }, client))) return
      await session.expect({ path: '/nope' }, EXPECT_NOT_FOUND, client)
    },
  },
  {
    name: 'http-1.0-client',
    async run(session) {
      const { hostLine, root } = session.requestTarget
      const response = await session.send(`GET ${root}/nope HTTP/1.0\r\n${hostLine}\r\n`)
      session.check(response, { codes: [...NOT_FOUND, ...UNAUTHENTICATED], isHttp10: true })
    },
  },
]
