import type { AddressInfo, Server } from 'node:net'
import { Controller, Module, UseFilters, UseGuards, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices'
import { lastValueFrom, timeout, toArray } from 'rxjs'
import { afterAll, describe, expect, test } from 'vitest'
import { Conflict, FaultlineExceptionFilter, FaultlineModule, type ApiError } from '@faultline/nestjs'
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
import { SECRET, serve } from './serve.ts'

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws an RpcException': { run: throws(() => new RpcException(SECRET)), ...internal },
  'throws an RpcException of an object': {
    run: throws(() => new RpcException({ status: 409, message: SECRET })),
    ...internal,
  },
}

@Controller()
class Messages {
  @MessagePattern('ask')
  ask(): string {
    return 'answer'
  }

  @MessagePattern('fail')
  fail(@Payload() { name }: { name: string }): unknown {
    return failures[name]!.run()
  }

  @MessagePattern('guarded')
  @UseGuards({ canActivate: () => false })
  guarded(): void {}

  @MessagePattern('stream')
  stream(): object {
    return partThenError('part')
  }

  @MessagePattern('conflict')
  conflict(): never {
    throw new Conflict()
  }

  @EventPattern('happened')
  happened(_data: unknown): void {
    throw new Conflict()
  }
}

@Controller()
@UseFilters(FaultlineExceptionFilter)
class FilteredMessages extends Messages {}

const tcp = (port: number) => ({ transport: Transport.TCP as const, options: { host: '127.0.0.1', port } })
const portOf = (server: Server): number => (server.address() as AddressInfo).port

const open: { close(): unknown }[] = []
afterAll(async () => {
  for (const each of open) await each.close()
})

interface Service {
  readonly heard: ApiError[]
  readonly port: number
}

async function alone(): Promise<Service> {
  const heard: ApiError[] = []
  const faultline = FaultlineModule.forRoot({
    envelope: 'ai-api',
    onError: (error) => void heard.push(error),
  })
  class AppModule {}
  Module({ controllers: [Messages], imports: [faultline] })(AppModule)
  const app = await NestFactory.createMicroservice(AppModule, { ...tcp(0), logger: false })
  open.push(app)
  await app.listen()
  return { heard, port: portOf(app.unwrap()) }
}

async function hybrid(controller: Type, inheritAppConfig: boolean): Promise<Service> {
  let port = 0
  const { heard } = await serve('express', {
    controllers: [controller],
    async setUp(app) {
      const microservice = app.connectMicroservice(tcp(0), { inheritAppConfig })
      await app.startAllMicroservices()
      port = portOf(microservice.unwrap())
    },
  })
  return { heard, port }
}

describe.each<[string, () => Promise<Service>]>([
  ['of its own', alone],
  ['that inherits the config of its app', () => hybrid(Messages, true)],
  ['whose controller has the filter', () => hybrid(FilteredMessages, false)],
])('a microservice %s', (_, start) => {
  async function connect() {
    const { heard, port } = await start()
    const client = ClientProxyFactory.create(tcp(port))
    open.push(client)
    /** All that a client is told; one that waits for ever has an error of its own. */
    async function tellOf(pattern: string, data: unknown = {}): Promise<unknown[]> {
      const told: unknown[] = []
      const observable = client.send<unknown>(pattern, data).pipe(timeout(2_000))
      return new Promise((resolve) => {
        observable.subscribe({
          next: (value) => told.push(value),
          error: (error: unknown) => resolve([...told, { error }]),
          complete: () => resolve(told),
        })
      })
    }
    return { heard, client, tellOf }
  }

  test.each(Object.entries(failures))(
    'whose handler %s ends its client’s Observable with the body, and goes on',
    async (name, failure) => {
      const { heard, tellOf } = await connect()
      const told = await tellOf('fail', { name, key: SECRET })
      expect(told).toMatchObject([{ error: bodyOf(failure) }])
      expect(JSON.stringify(told)).not.toContain(SECRET)
      expect(heard.map(({ code }) => code)).toEqual([failure.code])
      expect(await tellOf('ask')).toEqual(['answer'])
    },
  )

  test('whose guard refuses says so', async () => {
    const { heard, tellOf } = await connect()
    expect(await tellOf('guarded')).toMatchObject([
      { error: bodyOf({ ...denied, message: 'Forbidden resource' }) },
    ])
    expect(heard.map(({ code }) => code)).toEqual([denied.code])
  })

  test('whose Observable errors tells of it after what came before', async () => {
    const { heard, tellOf } = await connect()
    expect(await tellOf('stream')).toMatchObject(['part', { error: bodyOf(conflict) }])
    expect(heard).toHaveLength(1)
  })

  test.each<[string, unknown]>([
    ['no object', 7],
    ['a text', SECRET],
    ['like a request, and is none', { headers: 7, url: {}, method: [], originalUrl: 7, raw: 7 }],
  ])('tells of a failure on data that is %s', async (__, data) => {
    const { heard, tellOf } = await connect()
    expect(await tellOf('conflict', data)).toMatchObject([{ error: bodyOf(conflict) }])
    expect(heard).toHaveLength(1)
  })

  test('hears of an event that fails, which has nobody to tell', async () => {
    const { heard, client, tellOf } = await connect()
    await lastValueFrom(client.emit('happened', {}).pipe(toArray()))
    await expect.poll(() => heard).toHaveLength(1)
    expect(await tellOf('ask')).toEqual(['answer'])
  })

  test('leaves an unknown pattern to Nest', async () => {
    const { heard, tellOf } = await connect()
    expect(await tellOf('nope')).toEqual([
      { error: expect.stringContaining('no matching message handler') as string },
    ])
    expect(heard).toEqual([])
  })
})
