import 'reflect-metadata'
import { defineRouteOptionsCases, type RouteOptionsApp } from '@faultline/test-kit'
import {
  Controller,
  Get,
  HttpCode,
  Module,
  Param,
  ParseIntPipe,
  Sse,
  UseGuards,
  type CanActivate,
  type NestApplicationOptions,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { concat, of, throwError, type Observable } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Conflict, FaultlineModule, FaultlineOptions } from '@faultline/nestjs'

const hooks: string[] = []

const failingGuard: CanActivate = {
  canActivate(): boolean {
    throw new Conflict()
  },
}

abstract class Failures {
  @Get('fail')
  fail(): never {
    throw new Conflict()
  }

  @Get('foreign')
  @HttpCode(403)
  foreign(): string {
    return 'no entry'
  }

  @Sse('stream')
  stream(): Observable<{ data: object }> {
    return concat(
      of({ data: { planted: 1 } }),
      throwError(() => new Conflict()),
    )
  }
}

@Controller()
class AppController extends Failures {}

@Controller('v1')
@FaultlineOptions({ envelope: 'openai' })
class OpenaiController extends Failures {
  @Get('in/fail')
  @FaultlineOptions({ envelope: 'anthropic' })
  inner(): never {
    throw new Conflict()
  }

  @Get('hook/fail')
  @FaultlineOptions({ onError: () => void hooks.push('route') })
  hook(): never {
    throw new Conflict()
  }

  @Get('guard')
  @UseGuards(failingGuard)
  guard(): void {}

  @Get('pipe/:id')
  pipe(@Param('id', ParseIntPipe) id: number): number {
    return id
  }
}

@Controller('guarded')
@UseGuards(failingGuard)
class GuardedController {
  @Get('options')
  @FaultlineOptions({ envelope: 'openai' })
  own(): void {}

  @Get('app')
  app(): void {}
}

async function serveApp(platform: string, globalGuard?: CanActivate): Promise<string> {
  const options = { envelope: 'ai-api', onError: () => void hooks.push('app') } as const
  @Module({
    imports: [FaultlineModule.forRoot(options)],
    controllers: [AppController, OpenaiController, GuardedController],
  })
  class AppModule {}
  const settings: NestApplicationOptions = { logger: false, forceCloseConnections: true }
  const app =
    platform === 'Express'
      ? await NestFactory.create(AppModule, new ExpressAdapter(), settings)
      : await NestFactory.create(AppModule, new FastifyAdapter(), settings)
  if (globalGuard !== undefined) app.useGlobalGuards(globalGuard)
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  return app.getUrl()
}

describe.each(['Express', 'Fastify'])('NestJS on %s', (platform) => {
  const serveCases = async (): Promise<RouteOptionsApp> => {
    hooks.length = 0
    return { url: await serveApp(platform), hooks }
  }
  // A request without a route does not have a controller.
  defineRouteOptionsCases(platform, serveCases, ['unmatched', 'mounted'])

  test.each([
    ['a guard of a handler', '/v1/guard', true],
    ['a pipe', '/v1/pipe/x', true],
    ['a guard of the controller of a handler', '/guarded/options', true],
    ['a guard of a handler without options', '/guarded/app', false],
  ])('%s fails with the options of its handler', async (_name, path, hasOptions) => {
    const response = await fetch((await serveApp(platform)) + path)
    expect(await response.json()).toMatchObject(hasOptions ? { error: { param: null } } : { success: false })
  })

  test('a global guard fails with the options of the handler', async () => {
    const url = await serveApp(platform, failingGuard)
    expect(await (await fetch(`${url}/v1/fail`)).json()).toMatchObject({ error: { param: null } })
    expect(await (await fetch(`${url}/fail`)).json()).toMatchObject({ success: false })
  })
})

test('an invalid option is refused with the names of the controller and the handler', () => {
  expect(() => {
    class Refused {
      @FaultlineOptions({ trustRequestId: true } as object)
      handler(): void {}
    }
    return Refused
  }).toThrow(
    '@FaultlineOptions of Refused.handler: option `trustRequestId` cannot be set for a route, because a request has its id before its route is known; set it in the options of the app',
  )
})
