import 'reflect-metadata'
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import compress from '@fastify/compress'
import multipart from '@fastify/multipart'
import {
  attach,
  drain,
  FaultlineModule,
  serverOptions,
  stream,
  type FaultlineOptions,
} from '@faultline/nestjs'
import {
  BODY_LIMITS,
  knownGap,
  listen,
  UPLOAD_LIMITS,
  type CreateServer,
  type Fixture,
  type FixtureRoute,
  type Gaps,
  type HandlerResult,
} from '@faultline/testing'
import {
  Catch,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  Patch,
  Post,
  Put,
  Redirect,
  Req,
  Res,
  StreamableFile,
  UseFilters,
  UseInterceptors,
  VERSION_NEUTRAL,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestApplication,
  type MiddlewareConsumer,
  type Type,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, FileInterceptor, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'

/** A response of either platform: Node's own on Express, a wrapper on Fastify. */
type PlatformResponse = ServerResponse & {
  readonly raw?: ServerResponse
  header(name: string, value: string): unknown
  status(status: number): { send(body: unknown): unknown }
}

type PlatformRequest = IncomingMessage & {
  readonly originalUrl: string
  readonly params?: Record<string, string>
  readonly body?: unknown
}

const methods = { DELETE: Delete, GET: Get, PATCH: Patch, POST: Post, PUT: Put }

function run({ handle }: FixtureRoute, request: PlatformRequest, response: PlatformResponse) {
  const { raw = response } = response
  return handle({
    url: request.originalUrl,
    params: request.params ?? {},
    body: request.body,
    header: (name, value) => void response.header(name, value),
    status: (status) => void response.status(status),
    closed: once(raw, 'close'),
    write: (contentType, part) => void raw.writeHead(200, { 'content-type': contentType }).write(part),
    send: (json) => void raw.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json)),
  })
}

/** Converts the result of a fixture handler to the result of a Nest handler. */
function toNestResult(reply: HandlerResult | undefined, response: PlatformResponse): unknown {
  if (reply === undefined) return undefined
  if ('source' in reply) return stream(response, reply.source, reply)
  if ('redirect' in reply) return { url: reply.redirect, statusCode: 302 }
  if ('stream' in reply) return new StreamableFile(Readable.from(reply.stream), { type: reply.contentType })
  response.status(reply.status ?? 200)
  if ('text' in reply && reply.contentType) response.header('content-type', reply.contentType)
  return 'text' in reply ? reply.text : reply.json
}

function createController(routes: readonly FixtureRoute[], platform: Platform): Type {
  class FixtureController {}
  const target = FixtureController.prototype as unknown as Record<string, unknown>
  for (const [i, route] of routes.entries()) {
    const name = `route${i}`
    target[name] = (request: PlatformRequest, response: PlatformResponse): unknown => {
      const result = run(route, request, response)
      return result instanceof Promise
        ? result.then((reply) => toNestResult(reply, response))
        : toNestResult(result, response)
    }
    const decorators = [methods[route.method](route.path), HttpCode(200)]
    if (route.path === '/redirect') decorators.push(Redirect())
    if (route.onError) decorators.push(UseFilters(createFilter(route.onError)))
    if (route.body === 'upload' && platform === 'express')
      decorators.push(UseInterceptors(FileInterceptor('file', { limits: UPLOAD_LIMITS })))
    for (const decorate of decorators) decorate(target, name, Object.getOwnPropertyDescriptor(target, name)!)
    Req()(target, name, 0)
    // A handler that sends a stream needs the response without passthrough.
    Res({ passthrough: route.path !== '/source' })(target, name, 1)
  }
  Controller({ version: VERSION_NEUTRAL })(FixtureController)
  return FixtureController
}

/** A filter of the app, which throws other errors again. */
function createFilter(onError: NonNullable<FixtureRoute['onError']>): ExceptionFilter {
  class OwnFilter implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost): void {
      const reply = onError(error)
      if (reply === undefined || !('json' in reply)) throw error
      host
        .switchToHttp()
        .getResponse<PlatformResponse>()
        .status(reply.status ?? 200)
        .send(reply.json)
    }
  }
  Catch()(OwnFilter)
  return new OwnFilter()
}

type Platform = 'express' | 'fastify'

async function createApp(
  { routes, options, server }: Fixture,
  platform: Platform,
): Promise<INestApplication> {
  class AppModule {
    configure(consumer: MiddlewareConsumer): void {
      for (const route of routes.filter(({ isMiddleware }) => isMiddleware)) {
        const middleware = (request: PlatformRequest, response: PlatformResponse, next: () => void): void => {
          void run(route, request, response)
          next()
        }
        consumer.apply(middleware).forRoutes(route.path)
      }
    }
  }
  Module({
    imports: [FaultlineModule.forRoot(options)],
    controllers: [createController(routes, platform)],
  })(AppModule)
  const app = await NestFactory.create(
    AppModule,
    platform === 'express' ? new ExpressAdapter() : fastifyAdapter(options, server),
    { logger: false, abortOnError: false, bodyParser: platform === 'fastify' },
  )
  if (platform === 'express') {
    const { body: limit, parameters: parameterLimit } = BODY_LIMITS
    const express = app as NestExpressApplication
    express.useBodyParser('json', { limit })
    express.useBodyParser('urlencoded', { extended: true, limit, parameterLimit })
  }
  return app.init()
}

function fastifyAdapter(options: FaultlineOptions, { requestTimeout = 0, ...http }: ServerOptions) {
  const adapter = new FastifyAdapter({
    forceCloseConnections: true,
    bodyLimit: BODY_LIMITS.body,
    http,
    requestTimeout,
    ...serverOptions(options),
  })
  void adapter.getInstance().register(compress as never, { globalCompression: false } as never)
  void adapter
    .getInstance()
    .register(multipart as never, { attachFieldsToBody: true, limits: UPLOAD_LIMITS } as never)
  return adapter
}

/** Serves the suite's fixture on Nest's Express platform. */
export const createServerOnExpress: CreateServer = async (fixture) => {
  const app = await createApp(fixture, 'express')
  const handle = app.getHttpAdapter().getInstance() as Parameters<typeof createServer>[1]
  const server = attach(createServer(fixture.server, handle), fixture.options)
  const running = await listen(server, drain)
  return { ...running, close: () => running.close().then(() => app.close()) }
}

/** Serves the suite's fixture on Nest's Fastify platform. */
export const createServerOnFastify: CreateServer = async (fixture) => {
  const app = await createApp(fixture, 'fastify')
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer() as Server
  const { port } = server.address() as AddressInfo
  return { port, close: () => app.close(), drain: (options) => drain(server, options) }
}

export const gaps: Gaps = {
  ...knownGap('A Nest application has one installation.', 'nested/*'),
  ...knownGap(
    'Nest answers 500 to an unknown error, regardless of a status that was set.',
    'exchange/preset-status-of-an-unknown-error',
  ),
}
