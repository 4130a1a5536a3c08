import 'reflect-metadata'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { FaultlineModule, RateLimitExceeded, serverOptions } from '@faultline/nestjs'
import { Body, Controller, Get, Module, Post, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test } from '@nestjs/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { json, platforms, type Platform } from './serve.ts'

@Controller('items')
class Items {
  @Get()
  list(): never {
    throw new RateLimitExceeded({ retryAfter: 7 })
  }

  @Post()
  create(@Body() body: unknown): unknown {
    return body
  }
}

@Module({ imports: [FaultlineModule.forRoot({ envelope: 'ai-api', onError() {} })], controllers: [Items] })
class AppModule {}

const apps: INestApplication[] = []
afterAll(async () => {
  for (const app of apps) await app.close()
})

const createAdapter = (platform: Platform): ExpressAdapter | FastifyAdapter =>
  platform === 'express'
    ? new ExpressAdapter()
    : new FastifyAdapter({
        forceCloseConnections: true,
        ...serverOptions({ envelope: 'ai-api', onError() {} }),
      })

async function start(app: INestApplication): Promise<string> {
  apps.push(app)
  await app.listen(0, '127.0.0.1')
  return app.getUrl()
}

/** Returns a response as text, without the parts that differ between requests. */
async function read(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init)
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id', 'etag'].includes(name))
  const body = (await response.text()).replace(/"meta":.*/, '')
  return `${response.status}\n${headers.map((header) => header.join(': ')).join('\n')}\n${body}`
}

describe.each(platforms)('a testing module on %s', (platform) => {
  test('sends the same responses as the application', async () => {
    const created = await start(
      await NestFactory.create(AppModule, createAdapter(platform), { logger: false, abortOnError: false }),
    )
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile()
    const tested = await start(testing.createNestApplication(createAdapter(platform), { logger: false }))
    for (const [path, init] of [
      ['/items', {}],
      ['/items', { method: 'DELETE' }],
      ['/nope', {}],
      ['/items', json('{"a":')],
      ['/items', json('{"a":1}')],
      ['/items/%zz', {}],
    ] as const)
      expect(await read(tested + path, init), path).toBe(await read(created + path, init))
    expect(await read(`${tested}/items`, { method: 'DELETE' })).toMatch(/^405[^]*allow: GET, HEAD, POST/)
  })

  test('answers invalid HTTP in the envelope without a call of attach', async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile()
    const url = await start(testing.createNestApplication(createAdapter(platform), { logger: false }))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('planted\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request[^]*"code":"INVALID_REQUEST"/)
  })
})
