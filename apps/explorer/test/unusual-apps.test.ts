import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startExplorer, type Explorer, type ExplorerOptions } from '../src/server/start-explorer.ts'
import { getBody, findEvent, createSendRequest, fetchEvents } from './explorer-client.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Starts an app that writes raw bytes, and an explorer for it. */
async function explore(
  respond: (socket: Socket) => unknown,
  limits: ExplorerOptions['limits'] = {},
): Promise<Explorer> {
  const app = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => respond(socket))
  })
  app.listen(0, '127.0.0.1')
  await once(app, 'listening')
  const { port } = app.address() as AddressInfo
  const explorer = await startExplorer({ apps: { Express: `http://127.0.0.1:${port}` }, limits })
  closers.push(async () => {
    await explorer.close()
    app.close()
  })
  return explorer
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'

test.each<[string, string, string, string]>([
  ['invalid HTTP', 'planted\r\n\r\n', 'invalid-http', ''],
  ['nothing', '', 'truncated', ''],
  ['a partial head', 'HTTP/1.1 200 OK\r\nA: ', 'truncated', ''],
  ['less than its Content-Length', `${HEAD}Content-Length: 9\r\n\r\nhalf`, 'truncated', 'half'],
  ['as much as its Content-Length', `${HEAD}Content-Length: 4\r\n\r\nfull`, 'complete', 'full'],
  ['a body until the connection closes', `${HEAD}\r\nall`, 'complete', 'all'],
  [
    'chunks',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n4;a=b\r\n two\r\n0\r\n\r\n`,
    'complete',
    'one two',
  ],
  [
    'chunks without a last chunk',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n`,
    'truncated',
    'one',
  ],
  ['a chunk without a valid size', `${HEAD}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 'invalid-http', ''],
  ['a trailer', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n`, 'complete', 'a'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', 'complete', ''],
  [
    'an interim response',
    `HTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 2\r\n\r\nok`,
    'complete',
    'ok',
  ],
])('an app that sends %s', async (_, bytes, ending, body) => {
  const explorer = await explore((socket) => socket.end(bytes))
  const events = await fetchEvents(explorer.url, createSendRequest())
  expect([findEvent(events, 'end').ending, getBody(events)]).toEqual([ending, body])
})

test('a response that arrives byte by byte is decoded, including characters of several bytes', async () => {
  const bytes = Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nä→\r\n0\r\n\r\n`)
  const explorer = await explore(async (socket) => {
    socket.setNoDelay(true)
    for (const byte of bytes) {
      socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    socket.end()
  })
  const events = await fetchEvents(explorer.url, createSendRequest())
  expect([findEvent(events, 'end').ending, getBody(events)]).toEqual(['complete', 'ä→'])
})

test('a reset connection, a timeout and a body that is too large are reported', async () => {
  const reset = await explore((socket) => socket.resetAndDestroy())
  expect(findEvent(await fetchEvents(reset.url, createSendRequest()), 'end').ending).toBe('reset')
  const silent = await explore(() => {}, { timeoutMs: 100 })
  expect(findEvent(await fetchEvents(silent.url, createSendRequest()), 'end').ending).toBe('timed-out')
  const loud = await explore((socket) => socket.write(`${HEAD}\r\n${'x'.repeat(2000)}`), { bytes: 1000 })
  expect(findEvent(await fetchEvents(loud.url, createSendRequest()), 'end')).toMatchObject({
    ending: 'too-large',
  })
})

test('a refused connection is reported', async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const explorer = await startExplorer({ apps: { Express: `http://127.0.0.1:${port}` } })
  closers.push(() => explorer.close())
  expect(findEvent(await fetchEvents(explorer.url, createSendRequest()), 'end').ending).toBe('unreachable')
})

test('the app is read with the backpressure of the page', async () => {
  let written = 0
  const explorer = await explore(
    async (socket) => {
      socket.write(`${HEAD}\r\n`)
      const block = Buffer.alloc(256 * 1024, 'x')
      while (!socket.destroyed && written < 200 * 1024 * 1024) {
        written += block.length
        if (!socket.write(block)) await once(socket, 'drain').catch(() => {})
      }
    },
    { bytes: Number.MAX_SAFE_INTEGER },
  )
  const page = connect(Number(new URL(explorer.url).port), '127.0.0.1')
  closers.unshift(async () => void page.destroy())
  page.pause()
  const body = JSON.stringify(createSendRequest())
  page.write(
    `POST /api/send HTTP/1.1\r\nHost: ${new URL(explorer.url).host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await expect.poll(() => written).toBeGreaterThan(0)
  let before = -1
  // Writing stops when the buffers are full.
  await expect
    .poll(
      () => {
        const isStalled = written === before
        before = written
        return isStalled
      },
      { interval: 200, timeout: 4000 },
    )
    .toBe(true)
  expect(written).toBeLessThan(100 * 1024 * 1024)
})
