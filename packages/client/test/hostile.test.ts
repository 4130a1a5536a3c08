import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { serve } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { fetchJson, parseError, readEvents } from '../src/index.ts'
import { serveBytes } from './serve-bytes.ts'

const MiB = 2 ** 20
const head = (status: string, ...headers: string[]): string =>
  ['HTTP/1.1 ' + status, 'Connection: close', ...headers, '', ''].join('\r\n')

/** Writes as fast as the client reads, up to a number of bytes, and counts them. */
function flood(socket: Socket, chunk: Buffer, bytes = Infinity): { written: number } {
  const count = { written: 0 }
  const writeMore = (): void => {
    while (!socket.destroyed && count.written < bytes) {
      count.written += chunk.length
      if (!socket.write(chunk)) {
        socket.once('drain', writeMore)
        return
      }
    }
    socket.end()
  }
  writeMore()
  return count
}

describe('parseError', () => {
  test('returns the error of the status, and stops reading, if the body is endless or has 100 MB', async () => {
    for (const bytes of [Infinity, 100 * MiB]) {
      let count = { written: 0 }
      let closed: Promise<unknown> | undefined
      const url = await serveBytes((socket) => {
        closed = new Promise((resolve) => {
          socket.once('close', resolve)
        })
        socket.write(head('503 Oops', 'Content-Type: application/json', 'Retry-After: 4'))
        count = flood(socket, Buffer.alloc(64 * 1024, 'a'), bytes)
      })
      const error = await parseError(await fetch(url))
      expect(error).toMatchObject({ code: 'service_unavailable', retryAfter: 4 })
      await closed
      // The count includes the bytes in the buffers of the sockets.
      expect(count.written).toBeLessThan(32 * MiB)
    }
  })

  test('parses a body of the maximum size, and ignores one that is a byte larger', async () => {
    const text = JSON.stringify({
      error: { type: 'bad_request', code: 'unknown_model', message: 'm'.repeat(1000) },
    })
    const read = (maxBodyBytes: number) => parseError(new Response(text, { status: 400 }), { maxBodyBytes })
    expect(await read(text.length)).toMatchObject({ code: 'model_not_found' })
    expect(await read(text.length - 1)).toMatchObject({ code: 'invalid_request' })
    for (const body of [text, Buffer.from(text)])
      expect(await parseError({ status: 400, body }, { maxBodyBytes: text.length - 1 })).toMatchObject({
        code: 'invalid_request',
      })
  })

  test('returns the error of the status if a slow body exceeds the timeout or the signal aborts', async () => {
    const url = await serve((_, response) => {
      response.writeHead(429, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 5)
      response.once('close', () => clearInterval(drip))
    })
    expect(await parseError(await fetch(url), { bodyTimeout: 50 })).toMatchObject({
      code: 'rate_limit_exceeded',
    })
    const signal = AbortSignal.timeout(50)
    expect(await parseError(await fetch(url), { signal })).toMatchObject({ code: 'rate_limit_exceeded' })
    expect(await parseError(await fetch(url), { signal: AbortSignal.abort() })).toMatchObject({ status: 429 })
  })

  test('parses the part of a body that arrived before the connection was reset', async () => {
    const body = JSON.stringify({ error: { type: 'not_found', code: 'unknown_model', message: 'm' } })
    for (const [length, code] of [
      [body.length, 'model_not_found'],
      [10, 'not_found'],
    ] as const) {
      const url = await serveBytes((socket) => {
        socket.write(head('404 Nope', 'Content-Length: 10000') + body.slice(0, length), () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        )
      })
      expect(await parseError(await fetch(url))).toMatchObject({ code, status: 404 })
    }
  })

  test('parses no more than Content-Length', async () => {
    const url = await serveBytes((socket) =>
      socket.end(head('404 Nope', 'Content-Length: 5') + '{"error":{"code":"unknown_model"}}'),
    )
    expect(await parseError(await fetch(url))).toMatchObject({ code: 'not_found' })
  })

  test('returns the error of the status for invalid gzip and for a gzip bomb', async () => {
    for (const body of [Buffer.from('no gzip'), gzipSync(Buffer.alloc(64 * MiB, '{"a":'))]) {
      const url = await serve((_, response) =>
        response.writeHead(500, { 'content-encoding': 'gzip', 'x-request-id': 'r' }).end(body),
      )
      expect(await parseError(await fetch(url))).toMatchObject({ code: 'internal_error', requestId: 'r' })
    }
  })

  test('returns the error of the status for HTML of a proxy', async () => {
    const url = await serve((_, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>502 Bad Gateway nginx</html>'),
    )
    const error = await fetchJson(url, { maxAttempts: 1 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'upstream_error',
      status: 502,
      message: 'An upstream service failed',
    })
  })
})

describe('fetchJson', () => {
  test('stops reading an endless response at maxBytes', async () => {
    const url = await serveBytes((socket) => {
      socket.write(head('200 OK', 'Content-Type: application/json') + '"')
      flood(socket, Buffer.alloc(64 * 1024, 'a'))
    })
    await expect(fetchJson(url, { maxBytes: MiB })).rejects.toMatchObject({
      code: 'upstream_error',
      retryable: false,
      message: 'The response body exceeds 1048576 bytes',
    })
  })

  test('ends a slow or missing response at its timeout', async () => {
    const drips = await serve((_, response) => {
      const drip = setInterval(() => response.write(' '), 5)
      response.once('close', () => clearInterval(drip))
    })
    const silent = await serve(() => {})
    for (const url of [drips, silent]) {
      await expect(fetchJson(url, { totalTimeout: 60 })).rejects.toMatchObject({ code: 'gateway_timeout' })
      let calls = 0
      const error = await fetchJson(url, {
        attemptTimeout: 30,
        baseDelay: 1,
        onRetry: () => void calls++,
      }).catch((thrown: unknown) => thrown)
      expect([error, calls]).toMatchObject([{ code: 'gateway_timeout' }, 2])
    }
  })

  test.each([
    ['is truncated', head('200 OK', 'Content-Length: 100') + '{"a":', 'stream_terminated', true],
    ['is invalid gzip', head('200 OK', 'Content-Encoding: gzip') + 'no gzip', 'stream_terminated', true],
    ['is not JSON', head('200 OK') + '<html>', 'upstream_error', false],
    [
      'is truncated JSON by its Content-Length',
      head('200 OK', 'Content-Length: 4') + '{"a":1}',
      'upstream_error',
      false,
    ],
    ['is empty', head('200 OK', 'Content-Length: 0'), 'upstream_error', false],
    ['is not HTTP', 'SSH-2.0-OpenSSH\r\n', 'upstream_error', true],
    ['has an endless head', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(MiB)}`, 'upstream_error', true],
    ['does not arrive', '', 'upstream_error', true],
  ])('throws a typed error for a response that %s', async (_, bytes, code, retryable) => {
    let requests = 0
    const url = await serveBytes((socket) => {
      requests += 1
      socket.end(bytes)
    })
    await expect(fetchJson(url, { baseDelay: 1 })).rejects.toMatchObject({ code, retryable })
    expect(requests).toBe(retryable ? 3 : 1)
  })
})

describe('readEvents', () => {
  test('stops at an event that exceeds maxEventSize', async () => {
    for (const chunk of [
      'data: ' + 'a'.repeat(1000),
      'data: ' + 'a'.repeat(1000) + '\n',
      'data\n'.repeat(1000),
    ]) {
      const url = await serveBytes((socket) => {
        socket.write(head('200 OK', 'Content-Type: text/event-stream'))
        flood(socket, Buffer.from(chunk))
      })
      const events = readEvents(await fetch(url), { maxEventSize: 100_000 })
      await expect(events.next()).rejects.toMatchObject({
        code: 'upstream_error',
        retryable: false,
        message: 'An event exceeds 100000 characters',
      })
    }
  })

  test('does not count comments', async () => {
    const url = await serveBytes((socket) => {
      socket.write(head('200 OK', 'Content-Type: text/event-stream'))
      socket.end(': ping\n'.repeat(100_000) + 'data: a\n\n')
    })
    const events = readEvents(await fetch(url), { maxEventSize: 1000 })
    expect((await events.next()).value).toMatchObject({ data: 'a' })
  })
})
