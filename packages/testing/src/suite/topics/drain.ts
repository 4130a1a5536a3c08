import assert from 'node:assert/strict'
import { OK, type Scenario } from '../scenario.ts'
import { startWaitingRequest } from './protocol.ts'
import { requestStream, waitUntilEnded } from './streams.ts'

/** A time limit that no response reaches, in milliseconds. */
const LONG_MS = 4000
/** A time limit that ends responses that are in progress, in milliseconds. */
const SHORT_MS = 50

/** The end of a server while it responds. */
export const drainScenarios: readonly Scenario[] = [
  {
    name: 'request-in-progress-is-answered',
    server: 'drained',
    async run(context) {
      const client = await context.client()
      await startWaitingRequest((bytes) => client.send(bytes), '/respond-later')
      const drained = context.drain(LONG_MS)
      const response = await client.response()
      context.expect(response, OK)
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      await drained
      await assert.rejects(context.client(), 'The server accepts connections')
      await context.expectErrors()
    },
  },
  {
    name: 'request-without-response-is-unavailable',
    server: 'drained',
    async run(context) {
      const client = await context.client()
      await startWaitingRequest((bytes) => client.send(bytes), '/wait-then-respond')
      const drained = context.drain(SHORT_MS)
      const response = await client.response()
      context.expect(response, 'service_unavailable')
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      await drained
      assert.equal(client.rest, '')
      await context.expectErrors('service_unavailable')
    },
  },
  {
    name: 'stream-ends-with-its-error-event',
    server: 'drained',
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, 'endless')
      await client.seen('data: {"n":1}')
      const drained = context.drain(SHORT_MS)
      const { status, body, complete } = await client.response()
      assert.deepEqual([status, complete], [200, true])
      assert.match(body, /^data: \{"n":1\}\n+event: error\ndata: \{.*"SERVICE_UNAVAILABLE".*\}\n\n$/)
      await drained
      await waitUntilEnded(getState)
      await context.expectErrors('service_unavailable')
    },
  },
]
