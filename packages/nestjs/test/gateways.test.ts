import { once, type EventEmitter } from 'node:events'
import { UseFilters, UseGuards, type INestApplication, type WebSocketAdapter } from '@nestjs/common'
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
import { Conflict, FaultlineExceptionFilter, FaultlineModule } from '@faultline/nestjs'
import {
  bodyOf,
  conflict,
  denied,
  failures as everywhere,
  internal,
  partThenError,
  throws,
  type Failure,
} from './failures.ts'
import { SECRET, serve, type Build } from './serve.ts'

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws a WsException': { run: throws(() => new WsException(SECRET)), ...internal },
  'throws a WsException of an object': {
    run: throws(() => new WsException({ status: 409, message: SECRET })),
    ...internal,
  },
}

/** What has become of handlers that wait until their client has left. */
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

  @SubscribeMessage('stream')
  stream(): object {
    return partThenError({ event: 'part', data: {} })
  }

  @SubscribeMessage('late')
  async late(@ConnectedSocket() client: EventEmitter): Promise<never> {
    const gone = Promise.race([once(client, 'close'), once(client, 'disconnect')])
    late.push('begun')
    await gone
    late.push('fails')
    throw new Conflict()
  }
}

/** An event as a client gets it. */
interface Told {
  readonly event: string
  readonly data: unknown
}

interface Client {
  readonly told: Told[]
  send(event: string, data?: unknown): void
  close(): void
}

interface Kind {
  readonly adapter: (app: INestApplication) => WebSocketAdapter
  readonly connect: (port: number) => Promise<Client>
}

const kinds: Readonly<Record<string, Kind>> = {
  'socket.io': {
    adapter: (app: INestApplication) => new IoAdapter(app),
    async connect(port: number): Promise<Client> {
      const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false })
      const told: Told[] = []
      socket.onAny((event: string, data: unknown) => void told.push({ event, data }))
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('connect_error', reject)
      })
      return { told, send: (event, data) => void socket.emit(event, data), close: () => void socket.close() }
    },
  },
  ws: {
    adapter: (app: INestApplication) => new WsAdapter(app),
    async connect(port: number): Promise<Client> {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`)
      const told: Told[] = []
      socket.addEventListener('message', ({ data }) => void told.push(JSON.parse(String(data)) as Told))
      await once(socket, 'open')
      const send = (event: string, data?: unknown): void => socket.send(JSON.stringify({ event, data }))
      return { told, send, close: () => socket.close() }
    },
  },
}

const clients: Client[] = []
afterAll(() => {
  for (const client of clients) client.close()
})

describe.each(Object.entries(kinds))('a gateway on %s', (_, { adapter, connect }) => {
  async function start(build: Build = {}) {
    const { port, heard } = await serve('express', {
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
    /** What a client is told of an event, all of it: the connection goes on, and another event has its answer. */
    async function tellOf(event: string, name?: string): Promise<Told[]> {
      const from = client.told.length
      client.send(event, { name, key: SECRET })
      await expect.poll(() => client.told.at(-1)?.event).toBe('exception')
      client.send('ask')
      await expect.poll(() => client.told.at(-1)?.event).toBe('answer')
      return client.told.slice(from, -1)
    }
    return { heard, client, join, tellOf }
  }

  test.each(Object.entries(failures))(
    'whose handler %s tells its client once, and goes on',
    async (name, failure) => {
      const { heard, tellOf } = await start()
      const told = await tellOf('fail', name)
      expect(told).toMatchObject([{ event: 'exception', data: bodyOf(failure) }])
      expect(JSON.stringify(told)).not.toContain(SECRET)
      expect(heard.map(({ code }) => code)).toEqual([failure.code])
    },
  )

  test('whose guard refuses says so', async () => {
    const { heard, tellOf } = await start()
    expect(await tellOf('guarded')).toMatchObject([
      { event: 'exception', data: bodyOf({ ...denied, message: 'Forbidden resource' }) },
    ])
    expect(heard.map(({ code }) => code)).toEqual([denied.code])
  })

  test('whose Observable errors tells of it after what came before', async () => {
    const { heard, tellOf } = await start()
    expect(await tellOf('stream')).toMatchObject([
      { event: 'part' },
      { event: 'exception', data: bodyOf(conflict) },
    ])
    expect(heard).toHaveLength(1)
  })

  test('tells a failure to nobody but the client that asked', async () => {
    const { client, join, tellOf } = await start()
    const other = await join()
    await tellOf('fail', 'throws a typed error')
    other.send('ask')
    await expect.poll(() => other.told.at(-1)?.event).toBe('answer')
    expect([client.told.length, other.told.length]).toEqual([2, 1])
  })

  test('goes on when a handler fails after its client has left', async () => {
    const { client, join } = await start()
    const leaver = await join()
    leaver.send('late')
    await expect.poll(() => late.at(-1)).toBe('begun')
    leaver.close()
    await expect.poll(() => late.at(-1)).toBe('fails')
    client.send('ask')
    await expect.poll(() => client.told.map(({ event }) => event)).toEqual(['answer'])
    expect(leaver.told).toEqual([])
  })

  test('tells what a recognizer makes of a WsException', async () => {
    const { tellOf } = await start({
      faultline: FaultlineModule.forRoot({
        envelope: 'ai-api',
        onError: () => {},
        recognizers: [(thrown) => (thrown instanceof WsException ? new Conflict() : undefined)],
      }),
    })
    expect(await tellOf('fail', 'throws a WsException')).toMatchObject([{ data: bodyOf(conflict) }])
  })
})
