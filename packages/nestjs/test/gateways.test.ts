import { once, type EventEmitter } from 'node:events'
import {
  ParseIntPipe,
  UseFilters,
  UseGuards,
  type INestApplication,
  type WebSocketAdapter,
} from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets'
import { io } from 'socket.io-client'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  Conflict,
  FaultlineExceptionFilter,
  FaultlineModule,
  type ApiError,
  type EnvelopeId,
} from '@faultline/nestjs'
import {
  toBody,
  conflict,
  denied,
  failures as everywhere,
  internal,
  partThenError,
  throws,
  type Failure,
} from './failures.ts'
import { CANARY, serve, type Build } from './serve.ts'

const invalid = {
  status: 400,
  code: 'invalid_request',
  wire: 'INVALID_REQUEST',
  message: 'The request was invalid',
}

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws a WsException': {
    run: throws(() => new WsException('Unknown room')),
    ...invalid,
    message: 'Unknown room',
  },
  'throws a subclass of WsException': {
    run: throws(() => new (class RoomError extends WsException {})('Unknown room')),
    ...invalid,
    message: 'Unknown room',
  },
  'throws a WsException with a status': {
    run: throws(() => new WsException({ status: 409, message: 'The room exists' })),
    ...conflict,
    message: 'The room exists',
  },
  'throws a WsException of a failed server': {
    run: throws(() => new WsException({ status: 500, message: CANARY })),
    ...internal,
  },
  'throws a WsException of an object': { run: throws(() => new WsException({ key: CANARY })), ...invalid },
  'throws a WsException of an Error': { run: throws(() => new WsException(new Error(CANARY))), ...invalid },
}

/** The states of handlers that wait until their client disconnects. */
const late: string[] = []

@WebSocketGateway()
@UseFilters(FaultlineExceptionFilter)
class Gateway {
  @SubscribeMessage('ask')
  ask(): object {
    return { event: 'answer', data: {} }
  }

  @SubscribeMessage('fail')
  fail(@MessageBody() { name }: { name: string }): unknown {
    return failures[name]!.run()
  }

  @SubscribeMessage('guarded')
  @UseGuards({ canActivate: () => false })
  guarded(): void {}

  @SubscribeMessage('piped')
  piped(@MessageBody('count', ParseIntPipe) count: number): object {
    return { event: 'answer', data: count }
  }

  @SubscribeMessage('stream')
  stream(): object {
    return partThenError({ event: 'part', data: {} })
  }

  @SubscribeMessage('late')
  async late(@ConnectedSocket() client: EventEmitter): Promise<never> {
    const disconnected = Promise.race([once(client, 'close'), once(client, 'disconnect')])
    late.push('started')
    await disconnected
    late.push('fails')
    throw new Conflict()
  }
}

/** An event that a client received. */
interface ReceivedEvent {
  readonly event: string
  readonly data: unknown
}

interface Client {
  readonly events: ReceivedEvent[]
  send(event: string, data?: unknown): void
  close(): void
}

interface Library {
  readonly adapter: (app: INestApplication) => WebSocketAdapter
  readonly connect: (port: number) => Promise<Client>
}

const libraries: Readonly<Record<string, Library>> = {
  'socket.io': {
    adapter: (app: INestApplication) => new IoAdapter(app),
    async connect(port: number): Promise<Client> {
      const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false })
      const events: ReceivedEvent[] = []
      socket.onAny((event: string, data: unknown) => void events.push({ event, data }))
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('connect_error', reject)
      })
      return {
        events,
        send: (event, data) => void socket.emit(event, data),
        close: () => void socket.close(),
      }
    },
  },
  ws: {
    adapter: (app: INestApplication) => new WsAdapter(app),
    async connect(port: number): Promise<Client> {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`)
      const events: ReceivedEvent[] = []
      socket.on('message', (data: Buffer) => {
        events.push(JSON.parse(data.toString()) as ReceivedEvent)
      })
      await once(socket, 'open')
      const send = (event: string, data?: unknown): void => socket.send(JSON.stringify({ event, data }))
      return { events, send, close: () => socket.close() }
    },
  },
}

const clients: Client[] = []
afterAll(() => {
  for (const client of clients) client.close()
})

describe.each(Object.entries(libraries))('a gateway on %s', (_, { adapter, connect }) => {
  async function start(build: Build = {}) {
    const { port, errors } = await serve('express', {
      providers: [Gateway],
      setUp: (app) => app.useWebSocketAdapter(adapter(app)),
      ...build,
    })
    async function join() {
      const client = await connect(port)
      clients.push(client)
      return client
    }
    const client = await join()
    /** Sends an event and returns all events that the client receives for it. The connection must stay open. */
    async function exchange(event: string, name?: string): Promise<ReceivedEvent[]> {
      const offset = client.events.length
      client.send(event, { name, key: CANARY })
      await expect.poll(() => client.events.at(-1)?.event).toBe('exception')
      client.send('ask')
      await expect.poll(() => client.events.at(-1)?.event).toBe('answer')
      return client.events.slice(offset, -1)
    }
    return { errors, client, join, exchange }
  }

  test.each(Object.entries(failures))(
    'whose handler %s sends one event to its client, and stays open',
    async (name, failure) => {
      const { errors, exchange } = await start()
      const received = await exchange('fail', name)
      expect(received).toMatchObject([{ event: 'exception', data: toBody(failure) }])
      expect(JSON.stringify(received)).not.toContain(CANARY)
      expect(errors.map(({ code }) => code)).toEqual([failure.code])
    },
  )

  test('whose guard rejects reports it', async () => {
    const { errors, exchange } = await start()
    expect(await exchange('guarded')).toMatchObject([
      { event: 'exception', data: toBody({ ...denied, message: 'Forbidden resource' }) },
    ])
    expect(errors.map(({ code }) => code)).toEqual([denied.code])
  })

  test('whose Observable fails reports it after the earlier values', async () => {
    const { errors, exchange } = await start()
    expect(await exchange('stream')).toMatchObject([
      { event: 'part' },
      { event: 'exception', data: toBody(conflict) },
    ])
    expect(errors).toHaveLength(1)
  })

  test('reports an error only to the client that sent the event', async () => {
    const { client, join, exchange } = await start()
    const other = await join()
    await exchange('fail', 'throws a typed error')
    other.send('ask')
    await expect.poll(() => other.events.at(-1)?.event).toBe('answer')
    expect([client.events.length, other.events.length]).toEqual([2, 1])
  })

  test('stays open when a handler fails after its client disconnected', async () => {
    const { client, join } = await start()
    const leaver = await join()
    leaver.send('late')
    await expect.poll(() => late.at(-1)).toBe('started')
    leaver.close()
    await expect.poll(() => late.at(-1)).toBe('fails')
    client.send('ask')
    await expect.poll(() => client.events.map(({ event }) => event)).toEqual(['answer'])
    expect(leaver.events).toEqual([])
  })

  test('reports the error that a recognizer creates for a WsException', async () => {
    const { exchange } = await start({
      faultline: FaultlineModule.forRoot({
        envelope: 'ai-api',
        onError: () => {},
        recognizers: [(thrown) => (thrown instanceof WsException ? new Conflict() : undefined)],
      }),
    })
    expect(await exchange('fail', 'throws a WsException')).toMatchObject([{ data: toBody(conflict) }])
  })
})

describe('a gateway on ws, in an envelope that defines a message', () => {
  /** Sends messages with the members of OpenAI's events, and returns the messages that the client receives. */
  async function start(envelope: EnvelopeId) {
    const errors: ApiError[] = []
    const { port } = await serve('express', {
      providers: [Gateway],
      faultline: FaultlineModule.forRoot({ envelope, onError: (error) => void errors.push(error) }),
      setUp: (app) =>
        app.useWebSocketAdapter(
          new WsAdapter(app, {
            messageParser(data: unknown) {
              const event = JSON.parse(String(data)) as { type: string }
              return { event: event.type, data: event }
            },
          }),
        ),
    })
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    sockets.push(socket)
    const received: unknown[] = []
    socket.on('message', (data: Buffer) => void received.push(JSON.parse(data.toString())))
    await once(socket, 'open')
    async function exchange(event: object): Promise<unknown> {
      const { length } = received
      socket.send(JSON.stringify(event))
      await expect.poll(() => received.length).toBe(length + 1)
      return received.at(-1)
    }
    return { errors, exchange, socket }
  }
  const sockets: WebSocket[] = []
  afterAll(() => {
    for (const socket of sockets) socket.close()
  })

  test('sends the event of the Realtime API with the id of the client event, and stays open', async () => {
    const { errors, exchange, socket } = await start('openai')
    for (const [event, code] of [
      [{ type: 'fail', name: 'rejects' }, 'rate_limit_exceeded'],
      [{ type: 'fail', name: 'returns an Observable that errors' }, null],
      [{ type: 'fail', name: 'throws a WsException' }, null],
      [{ type: 'fail', name: 'throws an Error' }, 'server_error'],
      [{ type: 'guarded' }, null],
      [{ type: 'piped', count: CANARY }, null],
    ] as const) {
      const message = await exchange({ ...event, event_id: 'event_7' })
      expect(message).toEqual({
        type: 'error',
        event_id: expect.stringMatching(/^event_[a-z0-9]{24}$/),
        error: {
          type: expect.stringMatching(/_error$/),
          code,
          message: expect.any(String),
          param: null,
          event_id: 'event_7',
        },
      })
      expect(JSON.stringify(message)).not.toContain(CANARY)
    }
    expect(errors.map(({ code }) => code)).toEqual([
      'rate_limit_exceeded',
      'conflict',
      'invalid_request',
      'internal_error',
      'permission_denied',
      'invalid_request',
    ])
    expect(socket.readyState).toBe(WebSocket.OPEN)
    expect(await exchange({ type: 'ask' })).toMatchObject({ event: 'answer' })
  })

  test('sends the message of the Responses API', async () => {
    const { exchange } = await start('openai-responses')
    expect(await exchange({ type: 'fail', name: 'rejects' })).toMatchObject({
      type: 'error',
      status: 429,
      error: { code: 'rate_limit_exceeded' },
      headers: { 'retry-after': '30' },
    })
  })
})
