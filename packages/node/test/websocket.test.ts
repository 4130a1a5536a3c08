import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import {
  envelopes,
  InternalError,
  InvalidApiKey,
  MalformedBody,
  Overloaded,
  PayloadTooLarge,
  PermissionDenied,
  RateLimitExceeded,
  UnsupportedMediaType,
  type ApiError,
  type Envelope,
  type EnvelopeId,
} from '@faultline/core'
import { CANARY, listen, waitUntil } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import {
  attach,
  createResponder,
  drain,
  guardConnection,
  rejectUpgrade,
  sendSocketError,
  type ListenerGuard,
  type Responder,
  type SocketErrorOptions,
} from '../src/index.ts'

type Handler = (socket: WebSocket, request: IncomingMessage, guard: ListenerGuard) => unknown

/** The errors that a hook received, with the statuses of their responses. */
function record(envelope: EnvelopeId | Envelope = 'openai') {
  const reported: { error: ApiError; thrown: unknown; raw: unknown; id: string | undefined }[] = []
  const responder: Responder<IncomingMessage> = createResponder({
    envelope,
    onError: (error, thrown, { raw, id }) => void reported.push({ error, thrown, raw, id }),
  })
  return { responder, reported, codes: () => reported.map(({ error }) => error.code) }
}

/** Starts a server whose connections are handled by a function. */
async function serveSockets(responder: Responder<IncomingMessage>, handler: Handler, isGuarded = true) {
  const server = attach(createServer(), responder)
  const sockets = new WebSocketServer({ server, maxPayload: 4096 })
  sockets.on(
    'connection',
    isGuarded
      ? guardConnection(responder, handler)
      : (socket, request) => void handler(socket, request, () => () => {}),
  )
  const url = (await listen(server)).replace('http', 'ws')
  return { server, sockets, url }
}

/** A client, and the messages that it received. */
async function join(url: string) {
  const socket = new WebSocket(url)
  const messages: string[] = []
  socket.on('message', (data: Buffer) => void messages.push(data.toString()))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  socket.on('error', () => {})
  await once(socket, 'open')
  return { socket, messages, closed, parsed: () => messages.map((text): unknown => JSON.parse(text)) }
}

/** Sends one error on a new connection. */
async function sendOne(thrown: unknown, options?: SocketErrorOptions, envelope?: Envelope) {
  const recorded = record(envelope)
  const { url } = await serveSockets(
    recorded.responder,
    (socket, request) => sendSocketError(recorded.responder, thrown, socket, request, options),
    false,
  )
  const client = await join(url)
  await waitUntil(() => client.messages.length === 1, 'the error message')
  return { ...recorded, ...client }
}

/** Rejects if a promise of a guarded function was not handled. Vitest fails a test file with such a rejection. */
const tick = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('sendSocketError', () => {
  test.each([
    [new InvalidApiKey(), 'invalid_api_key', 3000, 'invalid_api_key: The provided API key is invalid'],
    [new PermissionDenied(), null, 3003, 'permission_denied: Insufficient permissions for this operation'],
    [
      new RateLimitExceeded({ retryAfter: 9 }),
      'rate_limit_exceeded',
      1013,
      'rate_limit_exceeded: Rate limit exceeded',
    ],
    [new Overloaded(), 'server_is_overloaded', 1013, expect.stringMatching(/^overloaded: /)],
    [new PayloadTooLarge(), 'payload_too_large', 1009, expect.stringMatching(/^payload_too_large: /)],
    [
      new UnsupportedMediaType(),
      'unsupported_media_type',
      1003,
      expect.stringMatching(/^unsupported_media_type: /),
    ],
    [new MalformedBody(), 'malformed_body', 1007, expect.stringMatching(/^malformed_body: /)],
    [new Error(CANARY), 'server_error', 1011, 'internal_error: Internal server error'],
    [
      new InternalError({ message: CANARY, details: { key: CANARY } }),
      'server_error',
      1011,
      'internal_error: Internal server error',
    ],
    [CANARY, 'server_error', 1011, 'internal_error: Internal server error'],
  ])('sends the message and closes the connection: %s', async (thrown, wireCode, code, reason) => {
    const { parsed, messages, closed, reported } = await sendOne(thrown, { close: true, eventId: 'event_7' })
    const close = await closed
    expect(close).toEqual({ code, reason })
    const error = { code: wireCode, event_id: 'event_7' }
    expect(parsed()).toMatchObject([{ type: 'error', event_id: expect.stringMatching(/^event_/), error }])
    expect(JSON.stringify([messages, close])).not.toContain(CANARY)
    expect(reported).toHaveLength(1)
    expect(reported[0]).toMatchObject({ thrown, raw: { url: '/' } })
  })

  test('leaves the connection open', async () => {
    const { socket } = await sendOne(new RateLimitExceeded({ retryAfter: 1 }))
    await tick()
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  test('closes the connection for an error with the status 401, unless the option forbids it', async () => {
    expect(await (await sendOne(new InvalidApiKey())).closed).toMatchObject({ code: 3000 })
    const { socket } = await sendOne(new InvalidApiKey(), { close: false })
    await tick()
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  test.each(Object.values(envelopes))(
    'sends a message that the envelope can parse: $id',
    async (envelope) => {
      const { messages, reported } = await sendOne(new RateLimitExceeded({ retryAfter: 1 }), {}, envelope)
      const error = envelope.parse({ body: messages[0] })
      // These envelopes send a message only.
      if (['ai-sdk-ui', 'ollama'].includes(envelope.id)) expect(messages[0]).toContain(error?.message)
      else expect(error?.code).toBe('rate_limit_exceeded')
      if (messages[0]!.includes('req_')) expect(messages[0]).toContain(reported[0]?.id)
    },
  )

  test('closes with a reason of at most 123 bytes, which is not cut inside a character', async () => {
    const message = '模型'.repeat(40)
    const { closed, parsed } = await sendOne(new PermissionDenied({ message }), { close: true })
    const { reason } = await closed
    expect(reason).toBe(`permission_denied: ${'模型'.repeat(16)}模…`)
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
    expect(parsed()).toMatchObject([{ error: { message } }])
  })

  test('reports each failure of a connection, with a new request id, also if the thrown value is the same', async () => {
    const { responder, reported } = record('ai-api')
    const thrown = new Overloaded()
    const { url } = await serveSockets(
      responder,
      (socket, request) => {
        sendSocketError(responder, thrown, socket, request)
        sendSocketError(responder, thrown, socket, request)
      },
      false,
    )
    const { messages } = await join(url)
    await waitUntil(() => messages.length === 2, 'both messages')
    expect(reported.map((each) => each.thrown)).toEqual([thrown, thrown])
    expect(new Set(reported.map(({ id }) => id)).size).toBe(2)
  })

  test('reports client_closed_request, once, if the client disconnected', async () => {
    const { responder, reported, codes } = record()
    const thrown = new Error('late')
    const { url } = await serveSockets(
      responder,
      async (socket, request) => {
        await once(socket, 'close')
        sendSocketError(responder, thrown, socket, request, { close: true })
      },
      false,
    )
    const { socket } = await join(url)
    socket.terminate()
    await waitUntil(() => reported.length > 0, 'the report')
    expect(codes()).toEqual(['client_closed_request'])
    expect(reported[0]?.error.cause).toBe(thrown)
  })

  test('reports the error itself if an earlier error has closed the connection', async () => {
    const { responder, codes } = record()
    const { url } = await serveSockets(
      responder,
      (socket, request) => {
        sendSocketError(responder, new Overloaded(), socket, request, { close: true })
        sendSocketError(responder, new RateLimitExceeded({ retryAfter: 1 }), socket, request)
      },
      false,
    )
    const { closed, messages } = await join(url)
    expect(await closed).toMatchObject({ code: 1013 })
    expect(messages).toHaveLength(1)
    expect(codes()).toEqual(['overloaded', 'rate_limit_exceeded'])
  })

  test('does not throw if the WebSocket does', () => {
    const { responder, codes } = record()
    const broken = {
      readyState: 1,
      send: () => {
        throw new Error('broken')
      },
      close: () => {},
    }
    const request = { headers: {}, method: 'GET', url: '/' } as IncomingMessage
    sendSocketError(responder, new Overloaded(), broken, request)
    expect(codes()).toEqual(['overloaded'])
  })

  test('rejects options instead of a responder', () => {
    const options = { envelope: 'openai' } as unknown as Responder<IncomingMessage>
    const request = {} as IncomingMessage
    const socket = new WebSocket('ws://127.0.0.1:1').on('error', () => {})
    expect(() => sendSocketError(options, new Overloaded(), socket, request)).toThrow('must be a responder')
    expect(() => guardConnection(options, () => {})).toThrow('must be a responder')
  })
})

describe('guardConnection', () => {
  test('sends what a listener throws or rejects with, with the id of the event, and stays open', async () => {
    const { responder, codes } = record()
    const { url } = await serveSockets(responder, (socket, _request, guard) => {
      socket.on(
        'message',
        guard(async (data: Buffer, isBinary: boolean) => {
          expect(isBinary).toBe(false)
          const event: unknown = JSON.parse(data.toString())
          await tick()
          if (JSON.stringify(event).includes('fail')) throw new RateLimitExceeded({ retryAfter: 1 })
          socket.send(data.toString())
        }),
      )
      socket.on(
        'ping',
        guard(() => {
          throw new Overloaded()
        }),
      )
    })
    const { socket, messages, parsed } = await join(url)
    socket.send('{"event_id":"event_1","type":"fail"}')
    await waitUntil(() => messages.length === 1, 'the error of a rejection')
    socket.send('not JSON')
    await waitUntil(() => messages.length === 2, 'the error of a foreign exception')
    socket.ping()
    await waitUntil(() => messages.length === 3, 'the error of a synchronous exception')
    socket.send('{"event_id":"event_4"}')
    await waitUntil(() => messages.length === 4, 'the answer')
    expect(parsed()).toMatchObject([
      { type: 'error', error: { code: 'rate_limit_exceeded', event_id: 'event_1' } },
      { type: 'error', error: { event_id: null } },
      { type: 'error', error: { code: 'server_is_overloaded', event_id: null } },
      { event_id: 'event_4' },
    ])
    expect(codes()).toHaveLength(3)
  })

  test.each([
    ['number', '{"event_id":1}'],
    ['string of 513 characters', JSON.stringify({ event_id: 'x'.repeat(513) })],
    ['member of an array', '["event_id"]'],
  ])('does not send back an event id that is a %s', async (_, text) => {
    const { responder } = record()
    const { url } = await serveSockets(responder, (socket, _request, guard) => {
      socket.on(
        'message',
        guard(async () => Promise.reject(new Overloaded())),
      )
    })
    const { socket, messages, parsed } = await join(url)
    socket.send(text)
    await waitUntil(() => messages.length === 1, 'the error')
    expect(parsed()).toMatchObject([{ error: { event_id: null } }])
  })

  test.each([
    [
      'throws',
      () => {
        throw new PermissionDenied()
      },
    ],
    ['rejects', async () => Promise.reject(new PermissionDenied())],
  ])('closes the connection if the handler %s', async (_, handler) => {
    const { responder, codes } = record()
    const { url } = await serveSockets(responder, handler)
    const { closed, messages } = await join(url)
    expect(await closed).toMatchObject({ code: 3003 })
    expect(messages).toHaveLength(1)
    expect(codes()).toEqual(['permission_denied'])
  })

  test('reports a message that is too large, which ws closes with 1009', async () => {
    const { responder, codes } = record()
    const { url } = await serveSockets(responder, () => {})
    const { socket, closed } = await join(url)
    socket.send('x'.repeat(5000))
    expect(await closed).toMatchObject({ code: 1009 })
    expect(codes()).toEqual(['payload_too_large'])
  })

  test('reports bytes that are not a WebSocket frame', async () => {
    const { responder, codes } = record()
    const { url } = await serveSockets(responder, () => {})
    const { port } = new URL(url)
    const raw = connect(Number(port), '127.0.0.1')
    raw.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    await once(raw, 'data')
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    await waitUntil(() => codes().length > 0, 'the report')
    expect(codes()).toEqual(['invalid_request'])
    raw.destroy()
  })

  test('reports a listener that fails after the client disconnected, once', async () => {
    const { responder, codes } = record()
    const { url } = await serveSockets(responder, (socket, _request, guard) => {
      socket.on(
        'message',
        guard(async () => {
          await once(socket, 'close')
          throw new Error('late')
        }),
      )
    })
    const { socket } = await join(url)
    socket.send('x')
    await tick()
    socket.close()
    await waitUntil(() => codes().length > 0, 'the report')
    expect(codes()).toEqual(['client_closed_request'])
  })
})

/** Starts a server that rejects each upgrade. */
async function serveRejections(
  responder: Responder<IncomingMessage>,
  thrown: unknown,
  prepare: (connection: Socket) => unknown = () => {},
) {
  const server = attach(createServer(), responder)
  server.on('upgrade', (request, connection: Socket) => {
    connection.on('error', () => {})
    void (async () => {
      await prepare(connection)
      rejectUpgrade(responder, thrown, request, connection)
    })()
  })
  return listen(server)
}

describe('rejectUpgrade', () => {
  test.each([
    ['ai-api', new InvalidApiKey(), 401, { success: false, error: { code: 'INVALID_API_KEY' } }],
    ['openai', new RateLimitExceeded({ retryAfter: 7 }), 429, { error: { code: 'rate_limit_exceeded' } }],
    ['anthropic', new Error(CANARY), 500, { type: 'error', error: { type: 'api_error' } }],
  ] as const)(
    'answers in the envelope %s, which a client of ws reads',
    async (envelope, thrown, status, body) => {
      const { responder, reported } = record(envelope)
      const url = await serveRejections(responder, thrown)
      const client = new WebSocket(url.replace('http', 'ws'))
      const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage]
      const text = Buffer.concat(await response.toArray()).toString()
      expect([response.statusCode, JSON.parse(text)]).toMatchObject([status, body])
      expect(text).not.toContain(CANARY)
      expect(response.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(text)),
        connection: 'close',
        'x-request-id': reported[0]?.id,
        ...(status === 429 ? { 'retry-after': '7' } : {}),
        ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      })
      expect(reported.map((each) => each.thrown)).toEqual([thrown])
    },
  )

  test('ends the connection', async () => {
    const { responder } = record()
    const { port } = new URL(await serveRejections(responder, new Overloaded()))
    const raw = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
    raw.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    const text = Buffer.concat(await raw.toArray()).toString()
    expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
  })

  test.each([
    ['has disconnected', async (connection: Socket) => once(connection, 'close')],
    ['reset the connection', async (connection: Socket) => once(connection, 'error')],
  ])('only reports client_closed_request if the client %s', async (name, prepare) => {
    const { responder, codes } = record()
    let isPrepared = false
    const url = await serveRejections(responder, new Overloaded(), async (connection) => {
      connection.resume()
      connection.on('end', () => connection.end())
      isPrepared = true
      await prepare(connection)
    })
    const raw = connect(Number(new URL(url).port), '127.0.0.1')
    raw.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    await waitUntil(() => isPrepared, 'the upgrade')
    if (name.startsWith('reset')) raw.resetAndDestroy()
    else raw.destroy()
    await waitUntil(() => codes().length > 0, 'the report')
    expect(codes()).toEqual(['client_closed_request'])
  })
})

describe('drain', () => {
  test('closes WebSockets without a running listener at once, with 1001', async () => {
    const { responder, codes } = record()
    const { server, url } = await serveSockets(responder, () => {})
    const { closed } = await join(url)
    const start = performance.now()
    await drain(server, { timeout: 3000 })
    expect(performance.now() - start).toBeLessThan(2000)
    expect(await closed).toEqual({ code: 1001, reason: 'The server is shutting down' })
    expect(codes()).toEqual([])
  })

  test('waits for running listeners', async () => {
    const { responder } = record()
    let finishListener: (() => void) | undefined
    const { server, url } = await serveSockets(responder, (socket, _request, guard) => {
      socket.on(
        'message',
        guard(async () => {
          await new Promise<void>((resolve) => (finishListener = resolve))
          socket.send('done')
        }),
      )
    })
    const { socket, messages, closed } = await join(url)
    socket.send('x')
    await waitUntil(() => finishListener !== undefined, 'the listener')
    const drained = drain(server, { timeout: 3000 })
    finishListener?.()
    await drained
    expect(await closed).toMatchObject({ code: 1001 })
    expect(messages).toEqual(['done'])
  })

  test('closes the others at its time limit, and resolves if a client does not answer', async () => {
    const { responder } = record()
    const { server, url } = await serveSockets(responder, () => new Promise(() => {}))
    const { closed } = await join(url)
    const silent = connect(Number(new URL(url).port), '127.0.0.1')
    silent.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    const bytes: Buffer[] = []
    silent.on('data', (chunk: Buffer) => void bytes.push(chunk)).on('error', () => {})
    await waitUntil(() => bytes.length > 0, 'the upgrade')
    await drain(server, { timeout: 100 })
    expect(await closed).toMatchObject({ code: 1001 })
    expect(Buffer.concat(bytes).includes(Buffer.from([0x88, 29, 0x03, 0xe9]))).toBe(true)
    await waitUntil(() => silent.destroyed || silent.readableEnded, 'the end of the connection')
  })
})
