import 'reflect-metadata'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Gateway } from '@faultline/app-gateway'
import { FaultlineModule, requestId, serverOptions } from '@faultline/nestjs'
import { Module, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ApiController, RootController } from './controllers.ts'
import { GATEWAY, PLATFORM } from './exchange.ts'

/** The framework below NestJS. */
export type Platform = 'express' | 'fastify'

/** Creates the demo API on NestJS. Controllers throw typed errors; FaultlineModule turns them into responses. */
export async function createApp(gateway: Gateway, platform: Platform): Promise<INestApplication> {
  @Module({
    imports: [FaultlineModule.forRoot(gateway.faultline)],
    controllers: [RootController, ApiController],
    providers: [
      { provide: GATEWAY, useValue: gateway },
      { provide: PLATFORM, useValue: platform },
    ],
  })
  class AppModule {}

  const adapter = platform === 'fastify' ? createFastifyAdapter(gateway) : createExpressAdapter()
  // Interceptors parse bodies, because they run after the guard that checks the key.
  const app = await NestFactory.create(AppModule, adapter, { bodyParser: false, logger: false })
  app.use(requestId(gateway.faultline))
  app.use(
    (
      { originalUrl, url }: IncomingMessage & { originalUrl?: string },
      _response: ServerResponse,
      next: (error?: unknown) => void,
    ) => {
      try {
        gateway.checkPath((originalUrl ?? url ?? '').split('?', 1)[0] ?? '')
      } catch (error) {
        next(error)
        return
      }
      next()
    },
  )
  await app.init()
  // The caller starts the HTTP server itself, so Fastify's `listen` does not wait for the plugins.
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready()
  return app
}

function createExpressAdapter(): ExpressAdapter {
  const adapter = new ExpressAdapter()
  adapter.disable('x-powered-by')
  adapter.disable('etag')
  return adapter
}

function createFastifyAdapter(gateway: Gateway): FastifyAdapter {
  const adapter = new FastifyAdapter(serverOptions(gateway.faultline))
  const instance = adapter.getInstance()
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null))
  return adapter
}

/** Returns a function that creates the app's server on a platform. */
export function createServerOn(platform: Platform): (gateway: Gateway) => Promise<Server> {
  return async (gateway) => {
    const app = await createApp(gateway, platform)
    return app.getHttpServer() as Server
  }
}
