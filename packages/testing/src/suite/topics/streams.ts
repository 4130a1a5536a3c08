import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatRequest, type RawClient } from '../raw-client.ts'
import { sources } from '../routes.ts'
import { goesOn, OK, PLANTED, type Scenario, type ScenarioContext } from '../scenario.ts'

let asked = 0

/** Asks for a stream, and gives what its source tells of itself. */
function ask(
  client: RawClient,
  of: string,
  more = '',
): () => { open: number; chunks: number; stopped: boolean } {
  const id = `stream-${++asked}`
  client.send(formatRequest(`GET /source?of=${of}&id=${id}${more}`))
  return () => sources.get(id) ?? { open: 0, chunks: 0, stopped: false }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    assert.ok(waited < 1000, `It is not so: ${what}`)
    await sleep(5)
  }
}

/** An event stream that ends with an error event of a code. */
function ended(name: string, of: string, before: readonly string[], code: string): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const source = ask(client, of)
      const { status, headers, body, complete } = await client.response()
      assert.deepEqual([status, complete, headers['x-ratelimit-remaining']], [200, true, '0'])
      assert.match(headers['content-type']!, /^text\/event-stream; ?charset=utf-8$/i)
      const events = body.split('\n\n')
      assert.deepEqual([events.slice(0, -2), events.at(-1)], [before, ''])
      assert.match(events.at(-2)!, new RegExp(`^event: error\ndata: \\{.*"${code.toUpperCase()}".*\\}$`))
      assert.ok(!body.includes(PLANTED))
      await goesOn(client)
      await until('the source was ended', () => source().open === 0)
      await stage.expectErrors(code)
    },
  }
}

async function leave(stage: ScenarioContext, how: 'end' | 'resetAndDestroy'): Promise<void> {
  const client = await stage.client()
  const source = ask(client, 'never')
  await client.seen('data: {"n":1}')
  client.socket[how]()
  await until('the source was told', () => source().stopped)
  await until('the source was ended', () => source().open === 0)
  await stage.expectErrors('client_closed_request')
}

/** What is sent by the adapter's `stream` helper. */
export const streams: readonly Scenario[] = [
  {
    name: 'a source that gives all is sent whole',
    async run(stage) {
      const client = await stage.client()
      const source = ask(client, 'whole')
      const { status, headers, body, complete } = await client.response()
      assert.deepEqual([status, complete, body], [200, true, 'data: {"n":1}\n\ndata: [DONE]\n\n'])
      assert.deepEqual([headers['cache-control'], headers['x-accel-buffering']], ['no-cache', 'no'])
      await goesOn(client)
      await until('the source was ended', () => source().open === 0)
      await stage.expectErrors()
    },
  },
  {
    name: 'HEAD has the head alone, and stops the source',
    async run(stage) {
      const client = await stage.client()
      const id = `stream-${++asked}`
      client.send(formatRequest(`HEAD /source?of=never&id=${id}`))
      const { status, headers, body } = await client.response('HEAD')
      assert.deepEqual([status, body], [200, ''])
      assert.match(headers['content-type']!, /^text\/event-stream/)
      await goesOn(client)
      await until('the source was ended', () => sources.get(id)?.open === 0)
      await stage.expectErrors()
    },
  },
  {
    name: 'a source that fails at once has its true status',
    async run(stage) {
      const client = await stage.client()
      ask(client, 'first')
      stage.expect(await client.response(), 'upstream_error')
      await goesOn(client)
      await stage.expectErrors('upstream_error')
    },
  },
  ended(
    'a source that fails later ends in an error event',
    'later',
    ['data: {"n":1}', 'data: {"half":'],
    'upstream_error',
  ),
  ended(
    'a chunk that can’t be serialised ends in an error event',
    'unserialisable',
    ['data: {"n":1}', ''],
    'internal_error',
  ),
  {
    name: 'what is no event stream is broken off',
    async run(stage) {
      const client = await stage.client()
      ask(client, 'half', '&type=application/json')
      const { status, body, complete } = await client.response()
      assert.deepEqual([status, body, complete], [200, '{"half":', false])
      await client.closed()
      await stage.expectErrors('internal_error')
    },
  },
  {
    name: 'the head does not wait for ever',
    async run(stage) {
      const client = await stage.client()
      const source = ask(client, 'late', '&hold=10')
      await client.seen('text/event-stream')
      assert.equal(source().chunks, 0, 'The head waited for the first chunk')
      const { body, complete } = await client.response()
      assert.deepEqual([body, complete], ['data: {"n":1}\n\n', true])
    },
  },
  {
    name: 'a source is asked for no more than the client reads',
    async run(stage) {
      const client = await stage.client()
      const source = ask(client, 'large')
      await client.seen('xxxx')
      client.socket.pause()
      await until('the source was asked', () => source().chunks > 0)
      let before = -1
      await until('the source waits', () => {
        const waits = before === source().chunks
        before = source().chunks
        return waits
      })
      await sleep(50)
      assert.ok(
        source().chunks < 500,
        `${source().chunks} chunks of 64 KiB were asked for, and none was read`,
      )
      client.close()
      await until('the source was ended', () => source().open === 0)
      await stage.expectErrors('client_closed_request')
    },
  },
  { name: 'a client that leaves stops the source', run: (stage) => leave(stage, 'end') },
  { name: 'a client that breaks off stops the source', run: (stage) => leave(stage, 'resetAndDestroy') },
  {
    name: 'fifty clients that leave leave nothing open',
    async run(stage) {
      const told: (() => { open: number })[] = []
      for (let left = 0; left < 50; left++) {
        const client = await stage.client()
        told.push(ask(client, 'never'))
        await client.seen('data: {"n":1}')
        client.socket.resetAndDestroy()
      }
      await until('all sources were ended', () => told.every((source) => source().open === 0))
      stage.expect(await stage.request(formatRequest('GET /ok')), OK)
    },
  },
]
