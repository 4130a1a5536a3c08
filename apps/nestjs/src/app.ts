import 'reflect-metadata'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Gateway } from '@faultline/app-gateway'
import { attach, FaultlineModule, requestId, serverOptions } from '@faultline/nestjs'
import { Module, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ApiController, RootController } from './controllers.ts'
import { GATEWAY, PLATFORM } from './exchange.ts'

/** What NestJS runs on. */
export type Platform = 'express' | 'fastify'

/** The demo API on NestJS, initialized and not listening yet. */
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

  const adapter = platform === 'fastify' ? fastifyAdapter(gateway) : expressAdapter()
  // Bodies are read after guards have judged who asks.
  const app = await NestFactory.create(AppModule, adapter, { bodyParser: false, logger: false })
  app.use(requestId(gateway.faultline))
  app.use(
    (
      { originalUrl, url }: IncomingMessage & { originalUrl?: string },
      _response: ServerResponse,
      next: (error?: unknown) => void,
    ) => {
      try {
        gateway.judgePath((originalUrl ?? url!).split('?', 1)[0]!)
      } catch (error) {
        next(error)
        return
      }
      next()
    },
  )
  await app.init()
  // A server that listens without Fastify needs it ready.
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready()
  return app
}

function expressAdapter(): ExpressAdapter {
  const adapter = new ExpressAdapter()
  adapter.disable('x-powered-by')
  adapter.disable('etag')
  return adapter
}

function fastifyAdapter(gateway: Gateway): FastifyAdapter {
  const adapter = new FastifyAdapter(serverOptions(gateway.faultline))
  const instance = adapter.getInstance()
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null))
  return adapter
}

/** What makes the app's server on a platform, not listening yet, with what is below Nest answered, too. */
export function createServerOn(platform: Platform): (gateway: Gateway) => Promise<Server> {
  return async (gateway) => {
    const app = await createApp(gateway, platform)
    const server = app.getHttpServer() as Server
    // On Fastify the module has done it.
    return platform === 'express' ? attach(server, gateway.faultline) : server
  }
}
