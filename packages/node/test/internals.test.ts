import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createResponder, type ApiError, type Responder } from '@faultline/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { handleClientError, sendError } from '../src/index.ts'

interface Recorded {
  readonly responder: Responder<IncomingMessage>
  readonly errors: ApiError[]
  readonly warnings: unknown[]
}

/** A responder, the errors that its hook received and the lines that console.warn received. */
function record(): Recorded {
  const errors: ApiError[] = []
  const warnings: unknown[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(line))
  onTestFinished(() => warn.mockRestore())
  const responder = createResponder<IncomingMessage>({
    envelope: 'ai-api',
    onError: (error) => void errors.push(error),
  })
  return { responder, errors, warnings }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen on a port')
  return address.port
}

/** Sends bytes and returns everything that is received until the connection ends. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  socket.on('error', () => {})
  socket.write(request)
  await once(socket, 'close')
  return received
}

test('without OutgoingMessage._header an event stream is aborted, other errors are answered, and one warning is printed', async () => {
  const { responder, errors, warnings } = record()
  const handle: RequestListener = (request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n')
      // As if Node kept the text of the head elsewhere.
      Object.defineProperty(response, 'headersSent', { value: true })
      Object.defineProperty(response, '_header', { value: undefined })
    }
    sendError(responder, new Error('planted'), request, response)
  }
  const port = await listen(createServer(handle))
  for (let i = 0; i < 2; i += 1) {
    await expect(
      fetch(`http://127.0.0.1:${port}/events`).then((response) => response.text()),
    ).rejects.toThrow(/terminated|fetch failed/)
  }
  const response = await fetch(`http://127.0.0.1:${port}/`)
  expect([response.status, await response.json()]).toMatchObject([500, { success: false }])
  expect(errors).toHaveLength(3)
  expect(warnings).toEqual([
    expect.stringMatching(/OutgoingMessage\._header .* an event stream that writeHead\(\) began is aborted/),
  ])
})

/** A server whose sockets lose a property before their error is handled. */
function createServerWithout(property: '_httpMessage' | 'parser', { responder }: Recorded): Server {
  return createServer().on('clientError', (error, socket) => {
    Object.defineProperty(socket, property, { value: undefined })
    handleClientError(responder, error, socket as Socket)
  })
}

const INVALID_CHUNK = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'

test('without socket.parser.incoming an invalid request is answered in the envelope, and one warning is printed', async () => {
  const recorded = record()
  const port = await listen(createServerWithout('parser', recorded))
  for (let i = 0; i < 2; i += 1) {
    expect(await exchange(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"INVALID_REQUEST"/)
  }
  expect(recorded.errors).toHaveLength(2)
  expect(recorded.warnings).toEqual([
    expect.stringMatching(/socket\.parser\.incoming .* may be answered a second time/),
  ])
})

test('without socket._httpMessage one warning is printed, and other invalid requests are answered', async () => {
  const recorded = record()
  const port = await listen(createServerWithout('_httpMessage', recorded))
  await exchange(port, INVALID_CHUNK)
  await exchange(port, INVALID_CHUNK)
  expect(await exchange(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(recorded.warnings).toEqual([
    expect.stringMatching(/socket\._httpMessage .*, its connection is closed without a response/),
  ])
})
