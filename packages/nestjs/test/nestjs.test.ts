import { connect } from 'node:net'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpException,
  NotFoundException,
  Param,
  ParseIntPipe,
  PayloadTooLargeException,
  Post,
  Res,
  Sse,
  StreamableFile,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UsePipes,
  ValidationPipe,
  type ArgumentsHost,
  type INestApplication,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { Type } from 'class-transformer'
import { IsEmail, IsIn, IsInt, ValidateNested } from 'class-validator'
import { concat, map, of, throwError, timer, switchMap, type Observable } from 'rxjs'
import { describe, expect, test } from 'vitest'
import {
  Conflict,
  FaultlineExceptionFilter,
  FaultlineModule,
  RateLimitExceeded,
  requestId,
  validationExceptionFactory,
} from '@faultline/nestjs'
import { waitUntil } from '@faultline/test-kit'
import { fetchError, createApp, json, platforms, getRaw, CANARY, serve, type RawHandler } from './serve.ts'

const INTERNAL = { status: 500, code: 'INTERNAL_ERROR' }

/** A controller whose `GET /` throws. */
function thrower(thrown: () => unknown) {
  @Controller()
  class Thrower {
    @Get()
    get(): never {
      throw thrown()
    }
  }
  return Thrower
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe.each(platforms)('on %s', (platform) => {
  describe('a thrown value', () => {
    test('that is a typed error is answered with its headers', async () => {
      const { url, errors } = await serve(platform, {
        controllers: [thrower(() => new RateLimitExceeded({ retryAfter: 30 }))],
      })
      const response = await fetchError(url)
      expect(response).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' })
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'retry-after': '30',
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(response.text)),
      })
      expect(errors).toHaveLength(1)
    })

    test.each<[string, () => unknown]>([
      ['an Error', () => new Error(CANARY)],
      ['null', () => null],
      ['undefined', () => undefined],
      ['zero', () => 0],
      ['a string', () => CANARY],
      ['a bigint', () => 10n],
      ['a function', () => () => CANARY],
      ['a plain object', () => ({ message: CANARY, statusCode: 200 })],
      ['a frozen error', () => Object.freeze(new Error(CANARY))],
      ['a revoked proxy', revoked],
      ['an error with status 200', () => Object.assign(new Error(CANARY), { status: 200, statusCode: 200 })],
      ['an HttpException without a status', () => new HttpException(CANARY, undefined as never)],
      ['an HttpException without anything', () => new HttpException(undefined as never, undefined as never)],
      ['an HttpException of 200', () => new HttpException(CANARY, 200)],
      ['an HttpException of 204', () => new HttpException(CANARY, 204)],
      ['an HttpException of 999', () => new HttpException(CANARY, 999)],
      ['an HttpException of 500', () => new HttpException(CANARY, 500)],
    ])('that is %s is an internal error, and its content is not sent', async (_, thrown) => {
      const { url, errors } = await serve(platform, { controllers: [thrower(thrown)] })
      const response = await fetchError(url)
      expect(response).toMatchObject(INTERNAL)
      expect(response.text).not.toContain(CANARY)
      expect(errors).toHaveLength(1)
    })

    test.each<[string, () => HttpException, number, string, string?]>([
      ['a string', () => new HttpException('Pick another', 409), 409, 'CONFLICT', 'Pick another'],
      ['a message', () => new NotFoundException('No such pet'), 404, 'RESOURCE_NOT_FOUND', 'No such pet'],
      ['no message', () => new UnauthorizedException(), 401, 'UNAUTHENTICATED'],
      ['an error', () => new HttpException(new Error(CANARY) as never, 401), 401, 'UNAUTHENTICATED'],
      [
        'a forbidden path',
        () => new ForbiddenException('Not yours'),
        403,
        'INSUFFICIENT_PERMISSIONS',
        'Not yours',
      ],
      ['too much', () => new PayloadTooLargeException(), 413, 'PAYLOAD_TOO_LARGE'],
      ['a bigint', () => new HttpException({ key: 10n }, 400), 400, 'INVALID_REQUEST'],
    ])(
      'that is an HttpException with %s keeps its status and public message',
      async (_, thrown, status, code, message) => {
        const { url } = await serve(platform, { controllers: [thrower(thrown)] })
        const response = await fetchError(url)
        expect(response).toMatchObject({ status, code })
        expect(response.text).not.toContain(CANARY)
        if (message !== undefined) expect(JSON.parse(response.text)).toMatchObject({ error: { message } })
      },
    )

    test('in a guard, a pipe and a provider is answered', async () => {
      @Controller()
      class Guarded {
        @Get('guard')
        @UseGuards({ canActivate: () => false })
        guard(): void {}

        @Get('guard-throws')
        @UseGuards({
          canActivate: () => {
            throw new Error(CANARY)
          },
        })
        guardThrows(): void {}

        @Get('pipe/:id')
        pipe(@Param('id', ParseIntPipe) id: number): number {
          return id
        }

        @Get('rejects')
        async rejects(): Promise<never> {
          throw new Conflict()
        }
      }
      const { url, errors } = await serve(platform, { controllers: [Guarded] })
      expect(await fetchError(`${url}/guard`)).toMatchObject({
        status: 403,
        code: 'INSUFFICIENT_PERMISSIONS',
      })
      expect(await fetchError(`${url}/guard-throws`)).toMatchObject(INTERNAL)
      expect(await fetchError(`${url}/pipe/x`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
      expect(await fetchError(`${url}/rejects`)).toMatchObject({ status: 409 })
      expect(errors).toHaveLength(4)
    })

    test('in middleware is answered with the complete path of the request', async () => {
      const urls: string[] = []
      const { url } = await serve(platform, {
        controllers: [thrower(() => new Conflict())],
        faultline: FaultlineModule.forRoot({
          envelope: 'ai-api',
          onError: (_error, _thrown, request) => void urls.push(request.url),
        }),
        setUp: (app) => {
          const throws: RawHandler = (_request, _response, next) => next(new Error(CANARY))
          app.use('/mid', throws)
        },
      })
      const response = await fetchError(`${url}/mid/dle?x=1`)
      expect(response).toMatchObject(INTERNAL)
      expect(response.text).not.toContain(CANARY)
      expect(urls).toEqual(['/mid/dle?x=1'])
    })

    test('from the serialization of a result is answered', async () => {
      @Controller()
      class Unserializable {
        @Get()
        get(): object {
          return { big: 10n }
        }
      }
      const { url, errors } = await serve(platform, { controllers: [Unserializable] })
      expect(await fetchError(url)).toMatchObject(INTERNAL)
      expect(errors).toHaveLength(1)
    })
  })

  describe('an error after the head', () => {
    @Controller()
    class Late {
      @Get('half')
      half(@Res() response: unknown): never {
        const raw = getRaw(response)
        raw.writeHead(200, { 'Content-Type': 'application/json' })
        raw.write('{"half":')
        throw new Error(CANARY)
      }

      @Get('events')
      events(@Res() response: unknown): never {
        const raw = getRaw(response)
        raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
        raw.write('data: 1\n\n')
        throw new Conflict()
      }

      @Sse('sse')
      sse() {
        return concat(
          of({ data: 'one' }),
          timer(20).pipe(switchMap(() => throwError(() => new Conflict({ message: 'Taken' })))),
        )
      }

      @Sse('sse-now')
      sseNow() {
        return throwError(() => new Conflict())
      }

      @Get('generator')
      async *generator() {
        yield 'a'
        yield 'b'
        throw new Error(CANARY)
      }

      @Get('file')
      file() {
        return new StreamableFile(
          new Readable({
            read() {
              this.destroy(new Error(CANARY))
            },
          }),
        )
      }
    }

    test('aborts the response or ends the event stream with an error event', async () => {
      const { url, errors } = await serve(platform, { controllers: [Late] })
      await expect(fetchError(`${url}/half`)).rejects.toThrow(/terminated|fetch failed/)
      expect((await fetchError(`${url}/events`)).text).toMatch(
        /^data: 1\n\n\n\nevent: error\ndata: .*CONFLICT.*\n\n$/,
      )
      expect(errors).toHaveLength(2)
      expect((await fetchError(`${url}/nope`)).status).toBe(404)
    })

    test('of @Sse is sent as the error event, and an error before it as a response', async () => {
      const { url, errors } = await serve(platform, { controllers: [Late] })
      expect((await fetchError(`${url}/sse`)).text).toMatch(
        /data: one\n\nevent: error\nid: 2\ndata: \{.*"CONFLICT".*\}\n\n$/,
      )
      expect(await fetchError(`${url}/sse-now`)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(errors).toHaveLength(2)
    })

    test('of @Sse is sent as the error event around interceptors of the app, of a class and of two apps', async () => {
      class Shout implements NestInterceptor {
        intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
          return next.handle().pipe(map((event: { data: string }) => ({ data: event.data.toUpperCase() })))
        }
      }
      @Controller('class')
      @UseInterceptors(Shout)
      class OfClass {
        @Sse('sse')
        sse(): Observable<object> {
          return concat(
            of({ data: 'one' }),
            timer(20).pipe(switchMap(() => throwError(() => new Conflict()))),
          )
        }
      }
      for (const build of [
        { controllers: [OfClass] },
        { controllers: [OfClass] },
        {
          controllers: [Late],
          setUp: (app: INestApplication) => void app.useGlobalInterceptors(new Shout()),
        },
      ]) {
        const { url, errors } = await serve(platform, build)
        const path = build.controllers[0] === OfClass ? '/class/sse' : '/sse'
        expect((await fetchError(url + path)).text).toMatch(
          /data: ONE\n\nevent: error\nid: 2\ndata: \{.*"CONFLICT".*\}\n\n$/,
        )
        expect(errors).toHaveLength(1)
      }
    })

    test('of an async generator is reported once, and its response is not completed', async () => {
      const { url, errors } = await serve(platform, { controllers: [Late] })
      const response = await fetch(`${url}/generator`)
      // Nest 11 sends a generator as an object.
      if ((await response.text().catch(() => 'terminated')) === '{}') return
      await waitUntil(() => errors.length > 0, 'onError is called')
      expect(errors.map(({ code }) => code)).toEqual(['internal_error'])
    })

    test('of a file is sent as a response if it comes before the first byte', async () => {
      const { url, errors } = await serve(platform, { controllers: [Late] })
      const response = await fetchError(`${url}/file`)
      expect(response).toMatchObject(INTERNAL)
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(errors).toHaveLength(1)
    })
  })

  describe('requests', () => {
    @Controller('pets')
    class Pets {
      @Get(':id')
      get(): object {
        return {}
      }

      @Post()
      create(@Body() body: unknown): unknown {
        return body
      }
    }

    test('without a route are a 404, or a 405 with the methods', async () => {
      const { url, errors } = await serve(platform, { controllers: [Pets], create: { cors: true } })
      const missing = await fetchError(`${url}/nope/sk-1`)
      expect(missing).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
      expect(missing.text).not.toContain('sk-1')
      const wrong = await fetchError(`${url}/pets/7?x=1`, { method: 'DELETE' })
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      const post = await fetchError(`${url}/pets`)
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'POST'])
      const head = await fetch(`${url}/nope`, { method: 'HEAD' })
      expect([head.status, head.headers.get('content-type')]).toEqual([
        404,
        'application/json; charset=utf-8',
      ])
      expect(errors).toHaveLength(4)
    })

    test('outside and inside a global prefix get the same responses', async () => {
      const { url, errors } = await serve(platform, {
        controllers: [Pets],
        setUp: (app) => app.setGlobalPrefix('api', { exclude: ['health'] }),
      })
      for (const path of ['/nope', '/api/nope', '/pets/7', '/health'])
        expect(await fetchError(url + path), path).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
      const wrong = await fetchError(`${url}/api/pets/7`, { method: 'PUT' })
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(errors).toHaveLength(5)
    })

    test.each<[string, RequestInit, number, string]>([
      ['that is not JSON', json(`{"a": ${CANARY}`), 400, 'INVALID_REQUEST'],
      ['that is too large', json(`"${'x'.repeat(2_000_000)}"`), 413, 'PAYLOAD_TOO_LARGE'],
    ])('with a body %s are answered without its content', async (name, init, status, code) => {
      const { url, errors } = await serve(platform, { controllers: [Pets] })
      const response = await fetchError(`${url}/pets`, init)
      expect(response).toMatchObject({ status, code })
      expect(response.text).not.toContain(CANARY)
      expect(errors).toHaveLength(1)
      if (name === 'that is not JSON') expect(errors[0]!.code).toBe('malformed_body')
    })

    // The JSON parser of Fastify ignores charsets.
    const [outcome, expected, errorCount] = (
      {
        express: ['are answered with 415', { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }, 1],
        fastify: ['are read', { status: 201, text: '{}' }, 0],
      } as const
    )[platform]
    test(`with a body in an unknown charset ${outcome}`, async () => {
      const { url, errors } = await serve(platform, { controllers: [Pets] })
      const headers = { 'content-type': 'application/json; charset=klingon' }
      expect(await fetchError(`${url}/pets`, { ...json('{}'), headers })).toMatchObject(expected)
      expect(errors).toHaveLength(errorCount)
    })

    test('whose URL cannot be decoded are answered', async () => {
      const { url } = await serve(platform, { controllers: [Pets] })
      expect(await fetchError(`${url}/pets/%zz`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    })

    test('keep the headers of the exchange, and lose those of the discarded body', async () => {
      @Controller()
      class Headed {
        @Get()
        @Header('vary', 'Origin')
        @Header('etag', '"1"')
        get(@Res({ passthrough: true }) response: { header(name: string, value: unknown): void }): never {
          response.header('access-control-allow-origin', '*')
          response.header('x-request-id', 'mine')
          response.header('set-cookie', ['a=1', 'b=2'])
          response.header('cache-control', 'public')
          response.header('content-encoding', 'gzip')
          response.header('content-length', '3')
          response.header('content-type', 'text/html')
          throw new Conflict()
        }
      }
      const { url } = await serve(platform, { controllers: [Headed] })
      const { status, headers, text } = await fetchError(url)
      expect(status).toBe(409)
      expect(Object.fromEntries(headers)).toMatchObject({
        'access-control-allow-origin': '*',
        'x-request-id': 'mine',
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(text)),
      })
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      expect([headers.get('etag'), headers.get('content-encoding')]).toEqual([null, null])
    })

    test('get the same id on successful responses and on errors', async () => {
      const { url } = await serve(platform, {
        controllers: [Pets],
        setUp: (app) => app.use(requestId({ trustRequestId: true })),
      })
      for (const path of ['/pets/1', '/nope']) {
        const response = await fetchError(url + path, { headers: { 'x-request-id': 'mine' } })
        // On Fastify the constructor options create the id.
        if (platform === 'express') expect(response.headers.get('x-request-id')).toBe('mine')
        expect((await fetchError(url + path)).headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
      }
    })

    test('that are not valid HTTP are answered', async () => {
      const { port } = await serve(platform, { controllers: [Pets] })
      const socket = connect(port, '127.0.0.1')
      socket.write('GET / HTTP/9.9\r\n\r\n')
      const [data] = (await once(socket, 'data')) as [Buffer]
      expect(data.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"INVALID_REQUEST"/)
      socket.destroy()
    })
  })

  describe('validation', () => {
    class Message {
      @IsIn(['user', 'assistant'])
      role!: string
    }
    class Chat {
      @IsEmail()
      email!: string

      @IsInt()
      count!: number

      @ValidateNested({ each: true })
      @Type(() => Message)
      messages!: Message[]
    }
    const body = JSON.stringify({ email: CANARY, count: 1, messages: [{ role: 'user' }, { role: CANARY }] })

    function controller(options: object) {
      @Controller()
      class Chats {
        @Post()
        @UsePipes(new ValidationPipe({ expectedType: Chat, ...options }))
        create(@Body() chat: Chat): Chat {
          return chat
        }
      }
      return Chats
    }

    test('by the ValidationPipe is answered with every message', async () => {
      const { url } = await serve(platform, { controllers: [controller({})] })
      const response = await fetchError(url, json(body))
      expect(response.status).toBe(400)
      expect(JSON.parse(response.text)).toMatchObject({
        error: {
          details: {
            issues: [
              { field: 'email', issue: 'email must be an email' },
              {
                field: 'messages[1].role',
                issue: 'messages.1.role must be one of the following values: user, assistant',
              },
            ],
          },
        },
      })
      expect(response.text).not.toContain(CANARY)
    })

    test('by validationExceptionFactory is answered with every field and without values', async () => {
      const { url, errors } = await serve(platform, {
        controllers: [controller({ exceptionFactory: validationExceptionFactory })],
      })
      const response = await fetchError(url, json(body))
      expect(response.status).toBe(400)
      expect(JSON.parse(response.text)).toMatchObject({
        error: {
          details: {
            issues: [
              { field: 'email', issue: 'email must be an email', code: 'isEmail' },
              {
                field: 'messages[1].role',
                issue: 'role must be one of the following values: user, assistant',
                code: 'isIn',
              },
            ],
          },
        },
      })
      expect(response.text).not.toContain(CANARY)
      expect(errors[0]!.code).toBe('validation_failed')
    })
  })

  describe('filters', () => {
    class Mine extends Error {}

    @Catch(Mine)
    class MineFilter {
      catch(_exception: Mine, host: ArgumentsHost): void {
        const raw = getRaw(host.switchToHttp().getResponse())
        host.switchToHttp().getResponse<{ hijack?(): void }>().hijack?.()
        raw.writeHead(418, { 'content-type': 'application/json' }).end('"mine"')
      }
    }

    test('of the app come first, and errors that they throw are answered', async () => {
      @Catch(BadRequestException, NotFoundException)
      class Broken {
        catch(): never {
          throw new Error(CANARY)
        }
      }
      const controllers = [thrower(() => new Mine()), bad()]
      for (const build of [
        {
          providers: [
            { provide: APP_FILTER, useClass: MineFilter },
            { provide: APP_FILTER, useClass: Broken },
          ],
        },
        { setUp: (app: INestApplication) => void app.useGlobalFilters(new MineFilter(), new Broken()) },
      ]) {
        const { url } = await serve(platform, { controllers, ...build })
        expect((await fetchError(url)).text).toBe('"mine"')
        for (const path of ['/bad', '/nope']) {
          const response = await fetchError(url + path)
          expect(response, path).toMatchObject(INTERNAL)
          expect(response.text).not.toContain(CANARY)
        }
      }
    })

    test('FaultlineExceptionFilter is provided globally for @UseFilters', async () => {
      @Controller()
      @UseFilters(FaultlineExceptionFilter)
      class Filtered {
        @Get()
        get(): never {
          throw new Conflict()
        }
      }
      const { url, errors } = await serve(platform, { controllers: [Filtered] })
      expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(errors).toHaveLength(1)
    })

    test('FaultlineExceptionFilter alone answers the errors that reach filters', async () => {
      const app = await createApp(platform, {
        controllers: [thrower(() => new Conflict())],
        setUp: (nest) => void nest.useGlobalFilters(new FaultlineExceptionFilter({ envelope: 'ai-api' })),
      })
      await app.listen(0, '127.0.0.1')
      const url = (await app.getUrl()).replace('[::1]', '127.0.0.1')
      expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    })
  })

  describe('at start-up', () => {
    test('forRootAsync uses options of other modules', async () => {
      const options = { provide: 'OPTIONS', useValue: { envelope: 'a15t' } }
      class Config {}
      const config = { module: Config, providers: [options], exports: ['OPTIONS'] }
      const { url } = await serve(platform, {
        controllers: [thrower(() => new Conflict())],
        faultline: FaultlineModule.forRootAsync({
          imports: [config],
          inject: ['OPTIONS'],
          useFactory: async (provided: { envelope: 'a15t' }) => ({ ...provided, onError: () => {} }),
        }),
      })
      const { status, text } = await fetchError(url)
      expect(status).toBe(409)
      expect(text).not.toContain('"meta"')
    })

    test('a second module and wrong options are rejected by name', async () => {
      expect(() => FaultlineModule.forRoot({} as never)).toThrow('option `envelope` is required')
      await expect(
        createApp(platform, {
          imports: [
            FaultlineModule.forRoot({ envelope: 'ai-api' }),
            FaultlineModule.forRoot({ envelope: 'a15t' }),
          ],
        }),
      ).rejects.toThrow('FaultlineModule: already imported in this app; import it once, in the root module')
      await expect(
        createApp(platform, { imports: [FaultlineModule.forRootAsync({ useFactory: () => ({}) as never })] }),
      ).rejects.toThrow('option `envelope` is required')
    })
  })
})

describe('on fastify, an error in a hook', () => {
  @Controller()
  class Plain {
    @Get()
    get(): object {
      return { ok: true }
    }

    @Get('replies')
    replies(@Res() reply: { send(body: object): void }): never {
      reply.send({ ok: true })
      throw new Error(CANARY)
    }
  }
  interface Hooked {
    addHook(name: string, hook: () => Promise<void>): void
  }
  const hook = (app: INestApplication, name: string, run: () => Promise<void>): void =>
    (app.getHttpAdapter().getInstance() as Hooked).addHook(name, run)

  test.each(['onRequest', 'preHandler', 'preSerialization', 'onSend'])('%s', async (name) => {
    const { url, errors } = await serve('fastify', {
      controllers: [Plain],
      setUp: (app) =>
        hook(app, name, async () => {
          throw new Error(CANARY)
        }),
    })
    const response = await fetchError(url)
    expect(response).toMatchObject(INTERNAL)
    expect(response.text).not.toContain(CANARY)
    expect(errors).toHaveLength(1)
  })

  test('after the reply does not change it', async () => {
    const { url, errors } = await serve('fastify', {
      controllers: [Plain],
      setUp: (app) => hook(app, 'onSend', async () => {}),
    })
    const { status, text } = await fetchError(`${url}/replies`)
    expect([200, 500]).toContain(status)
    expect(text).not.toContain(CANARY)
    expect((await fetchError(url)).text).toBe('{"ok":true}')
    expect(errors).toHaveLength(1)
  })
})

test('without a hook, the logger of Nest logs errors, and no secrets outside the stack', async () => {
  const lines: unknown[][] = []
  const write =
    (level: string) =>
    (...given: unknown[]): void =>
      void lines.push([level, given[0]])
  const logger = { log: () => {}, warn: () => {}, error: write('error'), debug: write('debug') }
  const { url } = await serve('express', {
    controllers: [thrower(() => Object.assign(new Error('boom'), { config: { key: CANARY } }))],
    faultline: FaultlineModule.forRoot({ envelope: 'ai-api' }),
    setUp: (app) => app.useLogger(logger),
  })
  await fetchError(url)
  await fetchError(`${url}/nope`)
  expect(lines).toMatchObject([
    [
      'error',
      {
        message: 'server error',
        code: 'internal_error',
        causes: [{ message: 'boom', stack: expect.stringContaining('at ') as string }],
      },
    ],
    ['debug', { message: 'client error', code: 'endpoint_not_found' }],
  ])
  expect(JSON.stringify(lines)).not.toContain(CANARY)
})

function bad() {
  @Controller('bad')
  class Bad {
    @Get()
    get(): never {
      throw new BadRequestException('bad')
    }
  }
  return Bad
}
