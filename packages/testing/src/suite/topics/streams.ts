import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { CANARY } from '../canary.ts'
import { formatRequest, type RawClient } from '../raw-client.ts'
import { sources, type SourceState } from '../stream-sources.ts'
import { expectReusable, OK, type Scenario, type ScenarioContext } from '../scenario.ts'
import { waitUntil } from '../wait-until.ts'

const NOT_STARTED: SourceState = { open: 0, chunks: 0, isAborted: false }

/** Time in which a source that ignores backpressure would be pulled on, in milliseconds. */
const BACKPRESSURE_MS = 50

let requestCount = 0

/**
 * Sends a request for a stream of the adapter.
 *
 * @param source Name of the source.
 * @param query Further query parameters.
 * @returns A function that returns the state of the source.
 */
export function requestStream(
  client: RawClient,
  source: string,
  { method = 'GET', query = '' }: { method?: string; query?: string } = {},
): () => SourceState {
  requestCount += 1
  const id = `stream-${requestCount}`
  client.send(formatRequest(`${method} /source?of=${source}&id=${id}${query}`))
  return () => sources.get(id) ?? NOT_STARTED
}

export function waitUntilEnded(getState: () => SourceState): Promise<void> {
  return waitUntil(() => getState().open === 0, 'the source has ended')
}

/** Creates a scenario of an event stream that ends with an error event. */
function expectErrorEvent(
  name: string,
  source: string,
  eventsBefore: readonly string[],
  code: string,
): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, source)
      const { status, headers, body, complete } = await client.response()
      assert.deepEqual([status, complete, headers['x-ratelimit-remaining']], [200, true, '0'])
      assert.match(headers['content-type'] ?? '', /^text\/event-stream; ?charset=utf-8$/i)
      assert.ok(body.endsWith('\n\n'))
      // Further blank lines do not matter.
      const events = body.split('\n\n').filter((event) => event !== '')
      assert.deepEqual(events.slice(0, -1), eventsBefore)
      assert.match(events.at(-1) ?? '', new RegExp(`^event: error\ndata: \\{.*"${code.toUpperCase()}".*\\}$`))
      assert.ok(!body.includes(CANARY))
      await expectReusable(client)
      await waitUntilEnded(getState)
      await context.expectErrors(code)
    },
  }
}

/** Fails unless the source ends when the client disconnects. */
async function expectDisconnectStopsSource(
  context: ScenarioContext,
  disconnect: 'end' | 'resetAndDestroy',
): Promise<void> {
  const client = await context.client()
  const getState = requestStream(client, 'endless')
  await client.seen('data: {"n":1}')
  client.socket[disconnect]()
  await waitUntil(() => getState().isAborted, 'the signal of the source has aborted')
  await waitUntilEnded(getState)
  await context.expectErrors('client_closed_request')
}

/** Streams that the adapter's `stream` sends. */
export const streamScenarios: readonly Scenario[] = [
  {
    name: 'source-completes',
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, 'complete')
      const { status, headers, body, complete } = await client.response()
      assert.deepEqual([status, complete, body], [200, true, 'data: {"n":1}\n\ndata: [DONE]\n\n'])
      assert.deepEqual([headers['cache-control'], headers['x-accel-buffering']], ['no-cache', 'no'])
      await expectReusable(client)
      await waitUntilEnded(getState)
      await context.expectErrors()
    },
  },
  {
    name: 'HEAD-stops-source',
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, 'endless', { method: 'HEAD' })
      const { status, headers, body } = await client.response('HEAD')
      assert.deepEqual([status, body], [200, ''])
      assert.match(headers['content-type'] ?? '', /^text\/event-stream/)
      await expectReusable(client)
      await waitUntilEnded(getState)
      await context.expectErrors()
    },
  },
  {
    name: 'source-fails-first',
    async run(context) {
      const client = await context.client()
      requestStream(client, 'fails-first')
      context.expect(await client.response(), 'upstream_error')
      await expectReusable(client)
      await context.expectErrors('upstream_error')
    },
  },
  // The part of an event that the source has sent last is dropped.
  expectErrorEvent('source-fails-later', 'fails-later', ['data: {"n":1}'], 'upstream_error'),
  expectErrorEvent('chunk-not-serializable', 'unserializable', ['data: {"n":1}'], 'internal_error'),
  {
    name: 'json-stream-truncated',
    async run(context) {
      const client = await context.client()
      requestStream(client, 'half-json', { query: '&type=application/json' })
      const { status, body, complete } = await client.response()
      assert.deepEqual([status, body, complete], [200, '{"half":', false])
      await client.closed()
      await context.expectErrors('internal_error')
    },
  },
  {
    name: 'first-chunk-timeout',
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, 'late', { query: '&first-chunk-timeout=10' })
      await client.seen('text/event-stream')
      assert.equal(getState().chunks, 0, 'The head was sent after the first chunk')
      const { body, complete } = await client.response()
      assert.deepEqual([body, complete], ['data: {"n":1}\n\n', true])
    },
  },
  {
    name: 'backpressure',
    async run(context) {
      const client = await context.client()
      const getState = requestStream(client, 'large')
      await client.seen('xxxx')
      client.socket.pause()
      await waitUntil(() => getState().chunks > 0, 'the source has started')
      let previousChunks = -1
      await waitUntil(() => {
        const isWaiting = previousChunks === getState().chunks
        previousChunks = getState().chunks
        return isWaiting
      }, 'the source waits for the client')
      await sleep(BACKPRESSURE_MS)
      const { chunks } = getState()
      assert.ok(chunks < 500, `${chunks} chunks of 64 KiB were pulled while the client read none`)
      client.close()
      await waitUntilEnded(getState)
      await context.expectErrors('client_closed_request')
    },
  },
  { name: 'disconnect-stops-source', run: (context) => expectDisconnectStopsSource(context, 'end') },
  { name: 'reset-stops-source', run: (context) => expectDisconnectStopsSource(context, 'resetAndDestroy') },
  {
    name: 'fifty-disconnects',
    async run(context) {
      const states: (() => SourceState)[] = []
      for (let count = 0; count < 50; count++) {
        const client = await context.client()
        states.push(requestStream(client, 'endless'))
        await client.seen('data: {"n":1}')
        client.socket.resetAndDestroy()
      }
      await waitUntil(() => states.every((getState) => getState().open === 0), 'all sources have ended')
      context.expect(await context.request(formatRequest('GET /ok')), OK)
    },
  },
]
