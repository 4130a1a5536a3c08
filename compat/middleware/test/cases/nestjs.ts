import 'reflect-metadata'
import type { Server } from 'node:http'
import { FaultlineModule } from '@faultline/nestjs'
import { recognizeHealthCheck } from '@faultline/nestjs/middleware'
import { listen } from '@faultline/test-kit'
import {
  Controller,
  Get,
  Module,
  Post,
  Body,
  UploadedFile,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
  type DynamicModule,
  type INestApplication,
  type Type,
} from '@nestjs/common'
import { APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core'
import { AuthGuard, PassportModule } from '@nestjs/passport'
import { ExpressAdapter, FileInterceptor } from '@nestjs/platform-express'
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler'
import { IsString } from 'class-validator'
import { createZodDto, ZodValidationPipe } from 'nestjs-zod'
import { Strategy } from 'passport-http-bearer'
import passport from 'passport'
import { afterAll } from 'vitest'
import { z } from 'zod'
import {
  createFileForm,
  FORM_TYPE,
  get,
  getRepeatedly,
  post,
  postJson,
  type FrameworkCases,
  type Setup,
} from '../case.ts'

const apps: INestApplication[] = []
afterAll(async () => {
  for (const app of apps) await app.close()
})

interface AppParts {
  readonly imports?: (Type | DynamicModule)[]
  readonly controllers: Type[]
  readonly providers?: object[]
}

async function serve(
  { options }: Setup,
  { imports = [], controllers, providers = [] }: AppParts,
): Promise<string> {
  class AppModule {}
  Module({
    imports: [FaultlineModule.forRoot(options), ...imports],
    controllers,
    providers: providers as never,
  })(AppModule)
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), {
    logger: false,
    abortOnError: false,
  })
  apps.push(app)
  await app.init()
  return listen(app.getHttpServer() as Server)
}

@Controller()
class OkController {
  @Get()
  get(): object {
    return { ok: true }
  }
}

class Dto {
  model!: string
}
IsString()(Dto.prototype, 'model')

class ZodDto extends createZodDto(z.object({ model: z.string() })) {}

function createBodyController(type: Type): Type {
  class BodyController {
    create(_body: unknown): object {
      return { ok: true }
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(BodyController.prototype, 'create')!
  Post()(BodyController.prototype, 'create', descriptor)
  Body()(BodyController.prototype, 'create', 0)
  Reflect.defineMetadata('design:paramtypes', [type], BodyController.prototype, 'create')
  Controller()(BodyController)
  return BodyController
}

passport.use(
  'nest-bearer',
  new Strategy((_token: string, done: (error: null, user: false) => void) => done(null, false)),
)

@Controller()
@UseGuards(AuthGuard('nest-bearer'))
class GuardedController extends OkController {}

@Controller()
class UploadController {
  @Post()
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: 10 } }))
  upload(@UploadedFile() _file: unknown): object {
    return { ok: true }
  }
}

function createHealthController(): Type {
  class HealthController {
    readonly health: HealthCheckService
    readonly indicators: HealthIndicatorService
    constructor(health: HealthCheckService, indicators: HealthIndicatorService) {
      this.health = health
      this.indicators = indicators
    }

    check(): Promise<unknown> {
      return this.health.check([async () => this.indicators.check('database').down()])
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(HealthController.prototype, 'check')!
  Get()(HealthController.prototype, 'check', descriptor)
  HealthCheck()(HealthController.prototype, 'check', descriptor)
  Controller()(HealthController)
  Reflect.defineMetadata('design:paramtypes', [HealthCheckService, HealthIndicatorService], HealthController)
  return HealthController
}

const postEmpty = (url: string): Promise<Response> => postJson(url, {})

export const nestjsCases: FrameworkCases = {
  framework: 'NestJS',
  module: '@nestjs/core',
  cases: [
    {
      name: '@nestjs/throttler',
      failure: 'limit reached',
      start: (setup) =>
        serve(setup, {
          imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1 }])],
          controllers: [OkController],
          providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
        }),
      request: (url) => getRepeatedly(url, 2),
    },
    {
      name: 'nestjs-zod',
      failure: 'invalid body',
      start: (setup) =>
        serve(setup, {
          controllers: [createBodyController(ZodDto)],
          providers: [{ provide: APP_PIPE, useClass: ZodValidationPipe }],
        }),
      request: postEmpty,
    },
    {
      name: 'class-validator',
      failure: 'invalid body',
      start: (setup) =>
        serve(setup, {
          controllers: [createBodyController(Dto)],
          providers: [{ provide: APP_PIPE, useValue: new ValidationPipe() }],
        }),
      request: postEmpty,
    },
    {
      name: '@nestjs/terminus',
      failure: 'unhealthy',
      handler: 'recognizeHealthCheck',
      start: ({ options, usesHandler }) =>
        serve(
          usesHandler
            ? { options: { ...options, recognizers: [recognizeHealthCheck] }, usesHandler }
            : { options, usesHandler },
          {
            imports: [TerminusModule.forRoot({ logger: false })],
            controllers: [createHealthController()],
          },
        ),
    },
    {
      name: '@nestjs/passport',
      failure: 'invalid token',
      start: (setup) => serve(setup, { imports: [PassportModule], controllers: [GuardedController] }),
      request: (url) => get(url, { authorization: 'Bearer wrong' }),
    },
    {
      name: '@nestjs/platform-express',
      failure: 'file too large, `FileInterceptor`',
      start: (setup) => serve(setup, { controllers: [UploadController] }),
      request: (url) => post(url, FORM_TYPE, createFileForm(100)),
    },
  ],
}
