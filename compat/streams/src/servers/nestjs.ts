import 'reflect-metadata'
import type { Server, ServerResponse } from 'node:http'
import { FaultlineModule, serverOptions, stream } from '@faultline/nestjs'
import { Controller, Get, Module, Param, Res, StreamableFile, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import {
  getPort,
  getStreamOptions,
  ROUTE,
  toNodeStream,
  toResponse,
  type Fixture,
  type Framework,
  type RouteParams,
} from './server.ts'

type Source = AsyncGenerator<Uint8Array>

/** Ways to send a stream that need only the return value of the handler. */
const results: Readonly<Record<string, (source: Source, params: RouteParams) => unknown>> = {
  response: toResponse,
  file: (source, params) =>
    new StreamableFile(toNodeStream(source), { type: getStreamOptions(params).contentType }),
}

/** Creates the controller. Decorators are called as functions, because Node.js does not run their syntax. */
function createController({ createSource }: Fixture): Type {
  class StreamController {}
  const addRoute = (
    body: string,
    handle: (params: RouteParams, response: ServerResponse) => unknown,
  ): void => {
    const prototype: Record<string, unknown> = StreamController.prototype as Record<string, unknown>
    prototype[body] = handle
    Get(ROUTE.replace(':body', body))(prototype, body, Object.getOwnPropertyDescriptor(prototype, body)!)
    Param()(prototype, body, 0)
    if (body === 'stream') Res()(prototype, body, 1)
  }
  addRoute('stream', (params, response) => stream(response, createSource(params), getStreamOptions(params)))
  for (const [body, toResult] of Object.entries(results))
    addRoute(body, (params) => toResult(createSource(params), params))
  Controller()(StreamController)
  return StreamController
}

function createFramework(platform: 'express' | 'fastify', title: string): Framework {
  return {
    title,
    bodies: {
      stream: '`stream(response, source)` with `@Res()`',
      response: 'a `Response` that the handler returns',
      file: 'a `StreamableFile`',
    },
    async start(fixture) {
      class AppModule {}
      Module({
        imports: [FaultlineModule.forRoot(fixture.options)],
        controllers: [createController(fixture)],
      })(AppModule)
      const adapter =
        platform === 'express'
          ? new ExpressAdapter()
          : new FastifyAdapter({ forceCloseConnections: true, ...serverOptions(fixture.options) })
      const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false })
      await app.listen(0, '127.0.0.1')
      const server = app.getHttpServer() as Server
      return {
        port: getPort(server),
        async close() {
          server.closeAllConnections()
          await app.close()
        },
      }
    },
  }
}

export const nestOnExpress = createFramework('express', 'NestJS 12 on Express')
export const nestOnFastify = createFramework('fastify', 'NestJS 12 on Fastify')
