import 'reflect-metadata'
import type { Server, ServerResponse } from 'node:http'
import * as errorIq from '@common-sense/error-iq'
import { FaultlineModule, serverOptions } from '@faultline/nestjs'
import {
  All,
  Catch,
  Controller,
  Get,
  Module,
  Post,
  Res,
  type ArgumentsHost,
  type DynamicModule,
  type ExceptionFilter,
  type INestApplication,
  type Type,
} from '@nestjs/common'
import { HttpAdapterHost, NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { HttpExceptionFilter, ProblemDetailsException } from 'nest-problem-details-filter'
import {
  createBareResponse,
  createConstantResponse,
  createNotFoundResponse,
  sendSerialized,
  type ErrorResponse,
  type ToErrorResponse,
} from '../error-response.ts'
import { createErrorIqError } from '../error-iq.ts'
import { createFaultlineError, createOptions } from '../faultline.ts'
import { createHandlerVariants } from '../hand-written.ts'
import {
  createHandler,
  createOtherRoutes,
  isUnknownRoute,
  MEASURED_PATH,
  RETRY_AFTER,
  SUCCESS_BODY,
  throwConstant,
  type Kind,
} from '../workload.ts'
import { getPort, type RunningServer, type Variants } from './running-server.ts'

type Platform = 'express' | 'fastify'

/** Methods that the responses of Express and Fastify share. */
interface PlatformResponse {
  status(status: number): this
  send(body: object): unknown
}

/** Sets all headers of a response: the one difference between the platforms. */
type SetHeaders = (response: PlatformResponse, headers: Record<string, string>) => void

/** A method of a controller. */
type Method = (response: PlatformResponse) => unknown

/** The variants on NestJS 12 with Express. */
export const expressVariants: Variants = createVariants('express')

/** The variants on NestJS 12 with Fastify. The filter of error-iq fails on it. */
export const fastifyVariants: Variants = createVariants('fastify')

function createVariants(platform: Platform): Variants {
  return {
    constant: (kind) => createConstant(platform, kind),
    bare: (kind) => createBare(platform, kind),
    ...createHandlerVariants((...handler) => createWithFilter(platform, ...handler)),
    ...(platform === 'express' && { 'error-iq': createErrorIq }),
    'nest-problem-details-filter': (kind) => createProblemDetails(platform, kind),
    faultline: (kind) => createFaultline(platform, kind),
  }
}

/** The exception filter receives a constant and sends constant bytes. */
async function createConstant(platform: Platform, kind: Kind): Promise<RunningServer> {
  const constant = createConstantResponse()
  class ConstantFilter implements ExceptionFilter {
    catch(_thrown: unknown, host: ArgumentsHost): void {
      const response = host.switchToHttp().getResponse<ServerResponse | { readonly raw: ServerResponse }>()
      sendSerialized('raw' in response ? response.raw : response, constant)
    }
  }
  Catch()(ConstantFilter)
  const app = await createApp(platform, kind, [createController(kind, false, throwConstant)])
  app.useGlobalFilters(new ConstantFilter())
  return listenWith(app)
}

async function createBare(platform: Platform, kind: Kind): Promise<RunningServer> {
  const setHeaders = getSetHeaders(platform)
  const reply = (response: PlatformResponse, { status, headers, body }: ErrorResponse): object => {
    response.status(status)
    setHeaders(response, headers)
    return body
  }
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const controller = createController(kind, !isSuccess, (response) =>
    isSuccess ? SUCCESS_BODY : reply(response, createBareResponse(kind)),
  )
  const controllers = [controller]
  if (isUnknownRoute(kind))
    controllers.push(createCatchAll(platform, (response) => reply(response, createNotFoundResponse())))
  return listenWith(await createApp(platform, kind, controllers))
}

async function createErrorIq(kind: Kind): Promise<RunningServer> {
  const app = await createApp('express', kind, [createThrowingController(kind, createErrorIqError)])
  app.useGlobalFilters(new errorIq.nest.ProblemFilter())
  return listenWith(app)
}

async function createProblemDetails(platform: Platform, kind: Kind): Promise<RunningServer> {
  const app = await createApp(platform, kind, [createThrowingController(kind, createProblem)])
  app.useGlobalFilters(new HttpExceptionFilter(app.get(HttpAdapterHost)))
  return listenWith(app)
}

async function createFaultline(platform: Platform, kind: Kind): Promise<RunningServer> {
  const options = createOptions<unknown>(kind, true)
  const app = await createApp(
    platform,
    kind,
    [createThrowingController(kind, createFaultlineError)],
    FaultlineModule.forRoot(options),
    platform === 'fastify' ? serverOptions(options) : {},
  )
  return listenWith(app)
}

async function createWithFilter(
  platform: Platform,
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const setHeaders = getSetHeaders(platform)
  class AllExceptionsFilter implements ExceptionFilter {
    catch(thrown: unknown, host: ArgumentsHost): void {
      const { status, headers, body } = toResponse(thrown)
      const response = host.switchToHttp().getResponse<PlatformResponse>().status(status)
      setHeaders(response, headers)
      response.send(body)
    }
  }
  Catch()(AllExceptionsFilter)
  const app = await createApp(platform, kind, [createThrowingController(kind, createTypedError)])
  app.useGlobalFilters(new AllExceptionsFilter())
  return listenWith(app)
}

function getSetHeaders(platform: Platform): SetHeaders {
  if (platform === 'fastify')
    return (response, headers) => void (response as unknown as FastifyResponse).headers(headers)
  return (response, headers) => void (response as unknown as ExpressResponse).set(headers)
}

interface FastifyResponse {
  headers(headers: Record<string, string>): unknown
}

interface ExpressResponse {
  set(headers: Record<string, string>): unknown
}

function createThrowingController(kind: Kind, createTypedError: () => unknown): Type {
  const handle = createHandler(kind, createTypedError)
  return createController(kind, false, () => handle())
}

/**
 * Creates the controller with the measured route and the other routes. Decorators are called as functions, because
 * Node.js does not run their syntax.
 */
function createController(kind: Kind, hasResponse: boolean, measured: Method): Type {
  class ModelsController {}
  addMethod(ModelsController, 'measured', measured, Get(MEASURED_PATH), hasResponse)
  for (const [index, { method, path }] of createOtherRoutes(kind).entries()) {
    const decorate = method === 'GET' ? Get(path) : Post(path)
    addMethod(ModelsController, `other${index}`, () => SUCCESS_BODY, decorate, false)
  }
  Controller()(ModelsController)
  return ModelsController
}

function createCatchAll(platform: Platform, method: Method): Type {
  class CatchAllController {}
  addMethod(CatchAllController, 'respond', method, All(platform === 'express' ? '*path' : '*'), true)
  Controller()(CatchAllController)
  return CatchAllController
}

function addMethod(
  controller: Type,
  name: string,
  method: Method,
  decorate: MethodDecorator,
  hasResponse: boolean,
): void {
  const prototype = controller.prototype as Record<string, Method>
  prototype[name] = method
  decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!)
  if (hasResponse) Res({ passthrough: true })(prototype, name, 0)
}

async function createApp(
  platform: Platform,
  kind: Kind,
  controllers: Type[],
  module?: DynamicModule,
  fastifyOptions: object = {},
): Promise<INestApplication> {
  class AppModule {}
  Module({ imports: module ? [module] : [], controllers })(AppModule)
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(fastifyOptions)
  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false })
  // The error responses of Faultline have no ETag.
  if (platform === 'express' && kind !== 'success') (app as NestExpressApplication).disable('etag')
  return app
}

async function listenWith(app: INestApplication): Promise<RunningServer> {
  await app.listen(0, '127.0.0.1')
  return { port: getPort(app.getHttpServer() as Server), close: () => app.close() }
}

function createProblem(): unknown {
  return new ProblemDetailsException({ status: 429, title: 'Rate limit exceeded', retryAfter: RETRY_AFTER })
}
