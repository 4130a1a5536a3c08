import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2'
import { createResponder, type ApiError, type Responder } from '@faultline/core'
import { exchange, listen, waitUntil } from '@faultline/test-kit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { attach, sendError } from '../src/index.ts'

/** A responder and the errors that its hook received. */
function record(): { responder: Responder<IncomingMessage>; errors: ApiError[] } {
  const errors: ApiError[] = []
  return {
    responder: createResponder({ envelope: 'ai-api', onError: (error) => void errors.push(error) }),
    errors,
  }
}

const succeed: RequestListener = (_request, response) => void response.end('handled')

async function serveAttached(
  responder: Responder<IncomingMessage>,
  listener: RequestListener = succeed,
  options = {},
): Promise<Server> {
  const server = attach(createServer(options, listener), responder)
  await listen(server)
  return server
}

test('CONNECT is answered with 405 and an empty Allow', async () => {
  const { responder, errors } = record()
  const server = await serveAttached(responder)
  const received = await exchange(server, 'CONNECT example.com:1 HTTP/1.1\r\nHost: example.com:1\r\n\r\n')
  expect(received).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n[^]*\r\nallow: \r\n[^]*"success":false/)
  expect(errors).toHaveLength(1)
})

test('CONNECT over HTTP/2 is answered with 405 and an empty Allow', async () => {
  const { responder, errors } = record()
  const server: Http2Server = attach(
    createHttp2Server((_request, response) => response.end()) as Http2Server & Server,
    responder,
  )
  const session = connectHttp2(await listen(server))
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.com:1' })
  let body = ''
  stream.end()
  stream.setEncoding('utf8').on('data', (text: string) => (body += text))
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
  await once(stream, 'close')
  expect([headers[':status'], headers['allow'], JSON.parse(body)]).toMatchObject([
    405,
    '',
    { success: false },
  ])
  expect(errors).toHaveLength(1)
})

test('events for which the server has another listener are left to that listener', async () => {
  const { responder, errors } = record()
  const server = await serveAttached(responder)
  server.on('clientError', (_error, socket) => socket.end('own'))
  server.on('connect', (_request, socket) => socket.end('own'))
  server.on('checkExpectation', (_request, response) => response.end('own'))
  expect(await exchange(server, 'nonsense\r\n\r\n')).toBe('own')
  expect(await exchange(server, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')).toBe('own')
  expect(
    await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\nConnection: close\r\n\r\n'),
  ).toContain('own')
  expect(errors).toEqual([])
})

test.each(['', 'Expect: 100-continue\r\n'])(
  'a request without Host is answered before the request listener (%j)',
  async (header) => {
    const { responder, errors } = record()
    const server = await serveAttached(responder)
    const received = await exchange(server, `GET / HTTP/1.1\r\n${header}\r\n`)
    expect(received).toMatch(
      /HTTP\/1\.1 400 Bad Request\r\n[^]*connection: close\r\n[^]*The Host header is missing/i,
    )
    expect(received).not.toContain('handled')
    expect(errors).toHaveLength(1)
  },
)

test('a request of HTTP/1.0 needs no Host, and neither does one to a server with requireHostHeader: false', async () => {
  const { responder } = record()
  const server = await serveAttached(responder)
  expect(await exchange(server, 'GET / HTTP/1.0\r\n\r\n')).toContain('handled')
  expect(await exchange(server, 'GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toContain('handled')
  const lenient = await serveAttached(responder, succeed, { requireHostHeader: false })
  expect(await exchange(lenient, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toContain('handled')
})

test('without Server.requireHostHeader one warning is printed, and Node answers a request without Host', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const server = createServer(succeed)
  Object.defineProperty(server, 'requireHostHeader', { value: undefined })
  attach(server, record().responder)
  expect(warn.mock.calls).toEqual([[expect.stringContaining('Server.requireHostHeader of Node.js')]])
})

test('a client that ends its connection in the middle of an upload is reported as client_closed_request', async () => {
  const { responder, errors } = record()
  const server = await serveAttached(responder, (request, response) => {
    request.resume().on('error', (error) => sendError(responder, error, request, response))
  })
  const head = 'POST / HTTP/1.1\r\nHost: a\r\n'
  for (const upload of ['Content-Length: 9\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n5\r\nabc'])
    expect(await exchange(server, head + upload, true)).toBe('')
  await waitUntil(() => errors.length === 2, 'both uploads are reported')
  expect(errors.map(({ code }) => code)).toEqual(['client_closed_request', 'client_closed_request'])
})
