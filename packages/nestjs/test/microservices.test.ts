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
  toBody,
  conflict,
  denied,
  failures as everywhere,
  internal,
  partThenError,
  throws,
  type Failure,
} from './failures.ts'
import { CANARY, serve } from './serve.ts'

const failures: Readonly<Record<string, Failure>> = {
  ...everywhere,
  'throws an RpcException': { run: throws(() => new RpcException(CANARY)), ...internal },
  'throws an RpcException of an object': {
    run: throws(() => new RpcException({ status: 409, message: CANARY })),
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
const getPort = (server: Server): number => (server.address() as AddressInfo).port

const open: { close(): unknown }[] = []
afterAll(async () => {
  for (const each of open) await each.close()
})

interface Service {
  readonly errors: ApiError[]
  readonly port: number
}

async function alone(): Promise<Service> {
  const errors: ApiError[] = []
  const faultline = FaultlineModule.forRoot({
    envelope: 'ai-api',
    onError: (error) => void errors.push(error),
  })
  class AppModule {}
  Module({ controllers: [Messages], imports: [faultline] })(AppModule)
  const app = await NestFactory.createMicroservice(AppModule, { ...tcp(0), logger: false })
  open.push(app)
  await app.listen()
  return { errors, port: getPort(app.unwrap()) }
}

async function hybrid(controller: Type, inheritAppConfig: boolean): Promise<Service> {
  let port = 0
  const { errors } = await serve('express', {
    controllers: [controller],
    async setUp(app) {
      const microservice = app.connectMicroservice(tcp(0), { inheritAppConfig })
      await app.startAllMicroservices()
      port = getPort(microservice.unwrap())
    },
  })
  return { errors, port }
}

describe.each<[string, () => Promise<Service>]>([
  ['without another app', alone],
  ['that inherits the config of its app', () => hybrid(Messages, true)],
  ['whose controller has the filter', () => hybrid(FilteredMessages, false)],
])('a microservice %s', (_, start) => {
  async function connect() {
    const { errors, port } = await start()
    const client = ClientProxyFactory.create(tcp(port))
    open.push(client)
    /** Returns all values that a client receives. A missing response is a timeout error. */
    async function exchange(pattern: string, data: unknown = {}): Promise<unknown[]> {
      const values: unknown[] = []
      const observable = client.send<unknown>(pattern, data).pipe(timeout(2_000))
      return new Promise((resolve) => {
        observable.subscribe({
          next: (value) => values.push(value),
          error: (error: unknown) => resolve([...values, { error }]),
          complete: () => resolve(values),
        })
      })
    }
    return { errors, client, exchange }
  }

  test.each(Object.entries(failures))(
    'whose handler %s ends its client’s Observable with the body, and stays open',
    async (name, failure) => {
      const { errors, exchange } = await connect()
      const received = await exchange('fail', { name, key: CANARY })
      expect(received).toMatchObject([{ error: toBody(failure) }])
      expect(JSON.stringify(received)).not.toContain(CANARY)
      expect(errors.map(({ code }) => code)).toEqual([failure.code])
      expect(await exchange('ask')).toEqual(['answer'])
    },
  )

  test('whose guard rejects reports it', async () => {
    const { errors, exchange } = await connect()
    expect(await exchange('guarded')).toMatchObject([
      { error: toBody({ ...denied, message: 'Forbidden resource' }) },
    ])
    expect(errors.map(({ code }) => code)).toEqual([denied.code])
  })

  test('whose Observable fails reports it after the earlier values', async () => {
    const { errors, exchange } = await connect()
    expect(await exchange('stream')).toMatchObject(['part', { error: toBody(conflict) }])
    expect(errors).toHaveLength(1)
  })

  test.each<[string, unknown]>([
    ['not an object', 7],
    ['a string', CANARY],
    ['an object that resembles a request', { headers: 7, url: {}, method: [], originalUrl: 7, raw: 7 }],
  ])('reports an error for data that is %s', async (__, data) => {
    const { errors, exchange } = await connect()
    expect(await exchange('conflict', data)).toMatchObject([{ error: toBody(conflict) }])
    expect(errors).toHaveLength(1)
  })

  test('calls the hook for an event that fails, which has no response', async () => {
    const { errors, client, exchange } = await connect()
    await lastValueFrom(client.emit('happened', {}).pipe(toArray()))
    await expect.poll(() => errors).toHaveLength(1)
    expect(await exchange('ask')).toEqual(['answer'])
  })

  test('leaves an unknown pattern to Nest', async () => {
    const { errors, exchange } = await connect()
    expect(await exchange('nope')).toEqual([
      { error: expect.stringContaining('no matching message handler') as string },
    ])
    expect(errors).toEqual([])
  })
})
