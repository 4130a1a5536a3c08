import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { startExplorer, type Explorer, type ExplorerOptions } from '../src/server/start-explorer.ts'
import { bodyOf, eventOf, sending, told } from './ask-explorer.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** An explorer of an app that answers with bytes of its own. */
async function explore(
  answer: (socket: Socket) => unknown,
  limits: ExplorerOptions['limits'] = {},
): Promise<Explorer> {
  const app = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
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
  ['no HTTP', 'planted\r\n\r\n', 'no-http', ''],
  ['nothing at all', '', 'cut', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\nA: ', 'cut', ''],
  ['less than it promised', `${HEAD}Content-Length: 9\r\n\r\nhalf`, 'cut', 'half'],
  ['as much as it promised', `${HEAD}Content-Length: 4\r\n\r\nfull`, 'whole', 'full'],
  ['as much as there is', `${HEAD}\r\nall`, 'whole', 'all'],
  [
    'chunks',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n4;a=b\r\n two\r\n0\r\n\r\n`,
    'whole',
    'one two',
  ],
  ['chunks without an end', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n`, 'cut', 'one'],
  ['a chunk without a size', `${HEAD}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 'no-http', ''],
  ['a trailer', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n`, 'whole', 'a'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', 'whole', ''],
  ['an interim answer', `HTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 2\r\n\r\nok`, 'whole', 'ok'],
])('an app that answers %s', async (_, bytes, how, body) => {
  const explorer = await explore((socket) => socket.end(bytes))
  const events = await told(explorer.url, sending())
  expect([eventOf(events, 'end').how, bodyOf(events)]).toEqual([how, body])
})

test('an answer is read byte by byte, letters of several bytes included', async () => {
  const bytes = Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nä→\r\n0\r\n\r\n`)
  const explorer = await explore(async (socket) => {
    socket.setNoDelay(true)
    for (const byte of bytes) {
      socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    socket.end()
  })
  const events = await told(explorer.url, sending())
  expect([eventOf(events, 'end').how, bodyOf(events)]).toEqual(['whole', 'ä→'])
})

test('an app that resets the connection, one that keeps silent, and one that talks too much', async () => {
  const reset = await explore((socket) => socket.resetAndDestroy())
  expect(eventOf(await told(reset.url, sending()), 'end').how).toBe('reset')
  const silent = await explore(() => {}, { time: 100 })
  expect(eventOf(await told(silent.url, sending()), 'end').how).toBe('too-slow')
  const loud = await explore((socket) => socket.write(`${HEAD}\r\n${'x'.repeat(2000)}`), { bytes: 1000 })
  expect(eventOf(await told(loud.url, sending()), 'end')).toMatchObject({ how: 'too-long' })
})

test('an app that has ended', async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const explorer = await startExplorer({ apps: { Express: `http://127.0.0.1:${port}` } })
  closers.push(() => explorer.close())
  expect(eventOf(await told(explorer.url, sending()), 'end').how).toBe('unreachable')
})

test('an app is read no faster than the page reads', async () => {
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
  const body = JSON.stringify(sending())
  page.write(
    `POST /api/send HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await expect.poll(() => written).toBeGreaterThan(0)
  let before = -1
  // It comes to a standstill, with what the buffers between them hold.
  await expect
    .poll(
      () => {
        const isStill = written === before
        before = written
        return isStill
      },
      { interval: 200, timeout: 4000 },
    )
    .toBe(true)
  expect(written).toBeLessThan(100 * 1024 * 1024)
})
