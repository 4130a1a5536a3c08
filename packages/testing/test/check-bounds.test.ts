import type { Socket } from 'node:net'
import { envelopes } from '@faultline/core'
import { serve, serveSocket } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { checkServer, type CheckReport } from '../src/check/index.ts'
import { describeLeaks } from '../src/check/leaks.ts'
import { RawClient } from '../src/suite/raw-client.ts'

const envelope = envelopes['ai-api']

function listFindings({ results }: CheckReport): string[] {
  return results.flatMap(({ findings }) => findings.map(({ message }) => message))
}

/** Calls a function for each request on a connection. */
function serveRaw(respond: (socket: Socket) => void): Promise<string> {
  return serveSocket((socket) => socket.once('data', () => respond(socket)))
}

/** Writes the same bytes every few milliseconds until the connection closes. */
function trickle(socket: Socket, bytes: string): void {
  const interval = setInterval(() => socket.write(bytes), 10)
  socket.on('close', () => clearInterval(interval))
}

test.each([
  ['interim responses', '', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'],
  ['a head', 'HTTP/1.1 400 Bad Request\r\n', 'X-A: b\r\n'],
  ['a body', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 1000000\r\n\r\n', 'x'],
])(
  'a server that sends %s without end is reported as not responding',
  { timeout: 30_000 },
  async (_name, head, bytes) => {
    const url = await serveRaw((socket) => {
      socket.write(head)
      trickle(socket, bytes)
    })
    const report = await checkServer({ url, envelope, timeout: 200, openapi: null })
    expect(listFindings(report)).toContain('No response; the connection stays open')
    expect(report.results.at(-2)?.reason).toBe('The server stopped responding')
  },
)

test('a head above 64 KiB is not a response', { timeout: 20_000 }, async () => {
  const url = await serveRaw((socket) => {
    socket.write(`HTTP/1.1 400 Bad Request\r\nX-A: ${'b'.repeat(70_000)}\r\nContent-Length: 0\r\n\r\n`)
  })
  const client = await RawClient.open(Number(new URL(url).port), { timeout: 5000 })
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await expect(client.response()).rejects.toThrow('No response received; connection is end')
})

test('a body of 500,000 chunks is read in linear time', { timeout: 20_000 }, async () => {
  const count = 500_000
  const url = await serveRaw((socket) => {
    const head = 'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n'
    socket.end(`${head}${'1\r\nx\r\n'.repeat(count)}0\r\n\r\n`)
  })
  const client = await RawClient.open(Number(new URL(url).port), { timeout: 10_000 })
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const { length, complete } = await client.response()
  expect({ length, complete }).toEqual({ length: count, complete: true })
})

test('a chunked response is followed by the next response', async () => {
  const response =
    'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2 \r\nde\r\n0\r\nA: b\r\n\r\n'
  const url = await serveRaw((socket) => {
    const bytes = `${response}HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nok`
    // In two parts, at every place.
    const half = Math.floor(response.length / 2)
    socket.write(bytes.slice(0, half), () => setTimeout(() => socket.write(bytes.slice(half)), 20))
  })
  const client = await RawClient.open(Number(new URL(url).port))
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await client.response()).toMatchObject({ status: 400, body: 'abcde', complete: true })
  expect(await client.response()).toMatchObject({ status: 404, body: 'ok', complete: true })
})

/** Serves an OpenAPI document for a path of one segment, and a JSON body for every request. */
function serveDocument(paths: object, body: object): Promise<string> {
  const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths })
  return serve((request, response) => {
    const isDocument = request.url === '/openapi.json'
    response
      .writeHead(isDocument ? 200 : 404, { 'content-type': 'application/json' })
      .end(isDocument ? document : JSON.stringify(body))
  })
}

test(
  'a pattern of the document that takes exponential time is stopped and reported',
  { timeout: 30_000 },
  async () => {
    const schema = { type: 'object', properties: { m: { type: 'string', pattern: '^(a+)+$' } } }
    const get = { responses: { 404: { content: { 'application/json': { schema } } } } }
    const url = await serveDocument({ '/{a}': { get } }, { m: `${'a'.repeat(40)}!` })
    const report = await checkServer({ url, envelope, timeout: 2000 })
    expect(listFindings(report)).toContainEqual(
      expect.stringMatching(
        /^The check of GET \/\S* 404 was stopped after 3000 ms: a pattern of the document/,
      ),
    )
  },
)

test('path templates of the document cannot stop the check', { timeout: 30_000 }, async () => {
  const get = { responses: {} }
  const paths = { [`/${'{'.repeat(500_000)}`]: { get }, [`/${'{a}'.repeat(100)}!`]: { get } }
  const report = await checkServer({ url: await serveDocument(paths, {}), envelope, timeout: 2000 })
  expect(report.results.length).toBeGreaterThan(10)
})

test('leaks are searched in linear time', () => {
  const start = performance.now()
  for (const text of ['a.', 'a://', 'at ', 'at /a', 'File "', '-----BEGIN ', '10.1.'])
    describeLeaks(text.repeat(1_000_000), [])
  // Quadratic time would be more than a minute.
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(describeLeaks(`${'a.'.repeat(1000)} postgres://user:password@db/x`, [])).toHaveLength(1)
})
