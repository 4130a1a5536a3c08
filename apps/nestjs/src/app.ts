import 'reflect-metadata'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Gateway, isValidPath, MAX_BODY_BYTES } from '@faultline/app-gateway'
import {
  EndpointNotFound,
  FaultlineModule,
  InvalidRequest,
  MalformedBody,
  requestId,
  serverOptions,
  validationExceptionFactory,
} from '@faultline/nestjs'
import { ValidationPipe, type DynamicModule, type INestApplication } from '@nestjs/common'
import { APP_PIPE, NestFactory } from '@nestjs/core'
import { AnyFilesInterceptor, ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { AnyFilesInterceptor as FastifyFilesInterceptor } from '@nestjs/platform-fastify/multipart'
import express from 'express'
import { ApiController, createFilesController, RootController } from './controllers.ts'
import { BodyPipe } from './dtos.ts'

/** The framework below NestJS. */
export type Platform = 'express' | 'fastify'

/** Creates the module of the demo API. Controllers and guards throw typed errors; FaultlineModule answers them. */
export function createModule(gateway: Gateway, platform: Platform): DynamicModule {
  const UploadInterceptor = platform === 'express' ? AnyFilesInterceptor : FastifyFilesInterceptor
  const FilesController = createFilesController(
    UploadInterceptor({ limits: { fileSize: MAX_BODY_BYTES, files: 1 } }),
  )
  return {
    module: class AppModule {},
    imports: [FaultlineModule.forRoot(gateway.faultline)],
    controllers: [RootController, ApiController, FilesController],
    providers: [
      { provide: Gateway, useValue: gateway },
      { provide: APP_PIPE, useClass: BodyPipe },
      {
        provide: APP_PIPE,
        // `target` shows which fields the request lacks.
        useValue: new ValidationPipe({
          exceptionFactory: validationExceptionFactory,
          stopAtFirstError: true,
          validationError: { target: true },
        }),
      },
    ],
  }
}

/** Creates the demo API on NestJS. */
async function createApp(gateway: Gateway, platform: Platform): Promise<INestApplication> {
  const adapter =
    platform === 'express'
      ? new ExpressAdapter(express().disable('x-powered-by').disable('etag').use(json))
      : new FastifyAdapter({ ...serverOptions(gateway.faultline), bodyLimit: MAX_BODY_BYTES })
  const options = { bodyParser: false, logger: false } as const
  const app = await NestFactory.create(createModule(gateway, platform), adapter, options)
  app.use(requestId(gateway.faultline))
  app.use(({ url = '' }: IncomingMessage, _response: ServerResponse, next: (error?: Error) => void) => {
    if (!isValidPath(url.replace(/\?.*/, '')))
      next(new InvalidRequest({ message: 'The request URL is not valid percent-encoding' }))
    else if (gateway.selectEnvelope(url) === undefined) next(new EndpointNotFound())
    else next()
  })
  await app.init()
  // The caller starts the HTTP server itself, so Fastify's `listen` does not wait for the plugins.
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready()
  return app
}

const json = express.json({
  limit: MAX_BODY_BYTES,
  strict: false,
  verify(_request, _response, { length }) {
    if (length === 0) throw new MalformedBody({ message: 'The request body is not valid JSON' })
  },
})

/** Returns a function that creates the app's server on a platform. */
export function createServerOn(platform: Platform): (gateway: Gateway) => Promise<Server> {
  return async (gateway) => (await createApp(gateway, platform)).getHttpServer() as Server
}
