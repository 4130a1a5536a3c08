import { createServer, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { listen, serveSocket } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const commands = ['explain', 'diff'] as const

/** Runs a command against a server. `diff` compares the document of the server with itself. */
function runAgainst(command: (typeof commands)[number], url: string) {
  return runCli(command === 'diff' ? ['diff', url, url] : ['explain', url])
}

/** Answers every request with a body of error 400. */
function serveBody(body: string | Buffer, headers: Record<string, string> = {}): Promise<string> {
  const handler: RequestListener = (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json', ...headers }).end(body)
  }
  return listen(createServer(handler))
}

/** Writes bytes without end, as fast as the client reads. */
function flood(socket: Socket, head: string, bytes: string): void {
  socket.once('data', () => {
    socket.write(head)
    const write = (): void => {
      while (socket.writable && socket.write(bytes));
    }
    socket.on('drain', write)
    write()
  })
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'

test.each(commands)('%s stops reading a body without end', { timeout: 30_000 }, async (command) => {
  const url = await serveSocket((socket) => flood(socket, `${HEAD}\r\n`, 'x'.repeat(65_536)))
  const { code, err } = await runAgainst(command, url)
  expect({ code, err }).toEqual({
    code: 2,
    err: `faultline: cannot fetch ${url}: larger than ${command === 'diff' ? 64 : 1} MiB\n`,
  })
})

test.each(commands)('%s applies the size limit after decompression', { timeout: 30_000 }, async (command) => {
  const url = await serveBody(gzipSync(Buffer.alloc(100 * 1024 * 1024, 32)), { 'content-encoding': 'gzip' })
  const { code, err } = await runAgainst(command, url)
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('larger than') })
})

test.each([
  ['a head that never ends', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\n')],
  ['a body that never ends', (socket: Socket) => socket.write(`${HEAD}Content-Length: 10\r\n\r\n`)],
  [
    'interim responses without end',
    (socket: Socket) => {
      const interval = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'), 20)
      socket.on('close', () => clearInterval(interval))
    },
  ],
] as const)('one time limit applies to %s', { timeout: 30_000 }, async (_name, respond) => {
  const url = await serveSocket((socket) => socket.once('data', () => respond(socket)))
  const { code, err } = await runCli(['explain', '--timeout', '300', url])
  expect({ code, err }).toEqual({
    code: 2,
    err: `faultline: cannot fetch ${url}: no complete response within 0.3 s; --timeout sets the limit\n`,
  })
})

/** Characters that could manipulate a terminal. */
// oxlint-disable-next-line no-control-regex -- the expression matches control characters
const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/

const body = JSON.stringify({
  success: false,
  error: {
    code: '\u001B[31mX\u001B]0;title\u0007',
    message: `\u001B[2J\u009B31m\u202Eevil\u2066\r\nok 1 passed${'a.'.repeat(500_000)}`,
  },
  meta: { request_id: '\u001B[1m', timestamp: '2026-01-01T00:00:00Z' },
})

test('explain prints a long text truncated, without characters that could manipulate a terminal', async () => {
  const { out } = await runCli(['explain', await serveBody(body)])
  expect(out).toMatch(/message +\?\[2J\?31m\?evil\? ok 1 passeda/)
  expect(out).not.toMatch(UNSAFE)
  expect(out.length).toBeLessThan(10_000)
})

test('explain --json escapes these characters, and keeps the text', async () => {
  const { out } = await runCli(['explain', '--json', await serveBody(body)])
  expect(out).not.toMatch(UNSAFE)
  expect(JSON.parse(out)).toHaveProperty('message', JSON.parse(body).error.message)
})

test('an error that quotes the source does not print these characters', async () => {
  const url = await listen(createServer((_request, response) => response.end('{"\u009B31m\u202E')))
  const { code, err } = await runCli(['diff', url, url])
  expect(code).toBe(2)
  expect(err).not.toMatch(UNSAFE)
})

test('diff compares a path of 500,000 braces in linear time', { timeout: 20_000 }, async () => {
  const path = `/${'{'.repeat(500_000)}`
  const document = JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    paths: { [path]: { get: { responses: {} } } },
  })
  const url = await listen(createServer((_request, response) => response.end(document)))
  expect(await runCli(['diff', url, url])).toMatchObject({ code: 0, out: 'No changes.\n' })
})

test('standard input has the size limit of a response', async () => {
  const { code, err } = await runCli(['explain', '-'], 'x'.repeat(1024 * 1024 + 1))
  expect({ code, err }).toEqual({ code: 2, err: 'faultline: larger than 1 MiB\n' })
})
