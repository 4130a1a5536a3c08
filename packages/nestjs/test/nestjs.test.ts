import type { Server } from 'node:http'
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
} from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { Type } from 'class-transformer'
import { IsEmail, IsIn, IsInt, ValidateNested } from 'class-validator'
import { concat, of, throwError, timer, switchMap } from 'rxjs'
import { describe, expect, test } from 'vitest'
import {
  attach,
  Conflict,
  FaultlineExceptionFilter,
  FaultlineModule,
  RateLimitExceeded,
  requestId,
  validationExceptionFactory,
} from '@faultline/nestjs'
import { ask, createApp, json, platforms, rawOf, SECRET, serve, type RawHandler } from './serve.ts'

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
  describe('what is thrown', () => {
    test('as a typed error is answered, with its headers', async () => {
      const { url, heard } = await serve(platform, {
        controllers: [thrower(() => new RateLimitExceeded({ retryAfter: 30 }))],
      })
      const answer = await ask(url)
      expect(answer).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' })
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'retry-after': '30',
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(answer.text)),
      })
      expect(heard).toHaveLength(1)
    })

    test.each<[string, () => unknown]>([
      ['an Error', () => new Error(SECRET)],
      ['null', () => null],
      ['undefined', () => undefined],
      ['zero', () => 0],
      ['a text', () => SECRET],
      ['a bigint', () => 10n],
      ['a function', () => () => SECRET],
      ['a plain object', () => ({ message: SECRET, statusCode: 200 })],
      ['a frozen error', () => Object.freeze(new Error(SECRET))],
      ['a revoked proxy', revoked],
      ['an error with status 200', () => Object.assign(new Error(SECRET), { status: 200, statusCode: 200 })],
      ['an HttpException without a status', () => new HttpException(SECRET, undefined as never)],
      ['an HttpException without anything', () => new HttpException(undefined as never, undefined as never)],
      ['an HttpException of 200', () => new HttpException(SECRET, 200)],
      ['an HttpException of 204', () => new HttpException(SECRET, 204)],
      ['an HttpException of 999', () => new HttpException(SECRET, 999)],
      ['an HttpException of 500', () => new HttpException(SECRET, 500)],
    ])('as %s is an internal error, and tells nothing', async (_, thrown) => {
      const { url, heard } = await serve(platform, { controllers: [thrower(thrown)] })
      const answer = await ask(url)
      expect(answer).toMatchObject(INTERNAL)
      expect(answer.text).not.toContain(SECRET)
      expect(heard).toHaveLength(1)
    })

    test.each<[string, () => HttpException, number, string, string?]>([
      ['a text', () => new HttpException('Pick another', 409), 409, 'CONFLICT', 'Pick another'],
      ['a message', () => new NotFoundException('No such pet'), 404, 'RESOURCE_NOT_FOUND', 'No such pet'],
      ['nothing of its own', () => new UnauthorizedException(), 401, 'UNAUTHENTICATED'],
      ['an error', () => new HttpException(new Error(SECRET) as never, 401), 401, 'UNAUTHENTICATED'],
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
      'as an HttpException with %s keeps its status, and what is public',
      async (_, thrown, status, code, message) => {
        const { url } = await serve(platform, { controllers: [thrower(thrown)] })
        const answer = await ask(url)
        expect(answer).toMatchObject({ status, code })
        expect(answer.text).not.toContain(SECRET)
        if (message !== undefined) expect(JSON.parse(answer.text)).toMatchObject({ error: { message } })
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
            throw new Error(SECRET)
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
      const { url, heard } = await serve(platform, { controllers: [Guarded] })
      expect(await ask(`${url}/guard`)).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
      expect(await ask(`${url}/guard-throws`)).toMatchObject(INTERNAL)
      expect(await ask(`${url}/pipe/x`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
      expect(await ask(`${url}/rejects`)).toMatchObject({ status: 409 })
      expect(heard).toHaveLength(4)
    })

    test('in middleware is answered, with the request’s whole path', async () => {
      const urls: string[] = []
      const { url } = await serve(platform, {
        controllers: [thrower(() => new Conflict())],
        faultline: FaultlineModule.forRoot({
          envelope: 'ai-api',
          onError: (_error, _thrown, request) => void urls.push(request.url),
        }),
        setUp: (app) => {
          const throws: RawHandler = (_request, _response, next) => next(new Error(SECRET))
          app.use('/mid', throws)
        },
      })
      const answer = await ask(`${url}/mid/dle?x=1`)
      expect(answer).toMatchObject(INTERNAL)
      expect(answer.text).not.toContain(SECRET)
      expect(urls).toEqual(['/mid/dle?x=1'])
    })

    test('by what can’t be serialised is answered', async () => {
      @Controller()
      class Unserialisable {
        @Get()
        get(): object {
          return { big: 10n }
        }
      }
      const { url, heard } = await serve(platform, { controllers: [Unserialisable] })
      expect(await ask(url)).toMatchObject(INTERNAL)
      expect(heard).toHaveLength(1)
    })
  })

  describe('after the head', () => {
    @Controller()
    class Late {
      @Get('half')
      half(@Res() response: unknown): never {
        const raw = rawOf(response)
        raw.writeHead(200, { 'Content-Type': 'application/json' })
        raw.write('{"half":')
        throw new Error(SECRET)
      }

      @Get('events')
      events(@Res() response: unknown): never {
        const raw = rawOf(response)
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

      @Get('file')
      file() {
        return new StreamableFile(
          new Readable({
            read() {
              this.destroy(new Error(SECRET))
            },
          }),
        )
      }
    }

    test('never looks like a whole answer, ends no process, and an event stream is told', async () => {
      const { url, heard } = await serve(platform, { controllers: [Late] })
      await expect(ask(`${url}/half`)).rejects.toThrow(/terminated|fetch failed/)
      expect((await ask(`${url}/events`)).text).toMatch(
        /^data: 1\n\n\n\nevent: error\ndata: .*CONFLICT.*\n\n$/,
      )
      expect(heard).toHaveLength(2)
      expect((await ask(`${url}/nope`)).status).toBe(404)
    })

    test('of @Sse is the envelope’s error event, and before it an answer', async () => {
      const { url, heard } = await serve(platform, { controllers: [Late] })
      expect((await ask(`${url}/sse`)).text).toMatch(
        /data: one\n\nevent: error\nid: 2\ndata: \{.*"CONFLICT".*\}\n\n$/,
      )
      expect(await ask(`${url}/sse-now`)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(heard).toHaveLength(2)
    })

    test('a file that fails before its first byte is answered', async () => {
      const { url, heard } = await serve(platform, { controllers: [Late] })
      const answer = await ask(`${url}/file`)
      expect(answer).toMatchObject(INTERNAL)
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(heard).toHaveLength(1)
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

    test('without a route are a 404, or a 405 that tells the methods', async () => {
      const { url, heard } = await serve(platform, { controllers: [Pets], create: { cors: true } })
      const missing = await ask(`${url}/nope/sk-1`)
      expect(missing).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
      expect(missing.text).not.toContain('sk-1')
      const wrong = await ask(`${url}/pets/7?x=1`, { method: 'DELETE' })
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      const post = await ask(`${url}/pets`)
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'POST'])
      const head = await fetch(`${url}/nope`, { method: 'HEAD' })
      expect([head.status, head.headers.get('content-type')]).toEqual([
        404,
        'application/json; charset=utf-8',
      ])
      expect(heard).toHaveLength(4)
    })

    test('outside and inside of a global prefix are told alike', async () => {
      const { url, heard } = await serve(platform, {
        controllers: [Pets],
        setUp: (app) => app.setGlobalPrefix('api', { exclude: ['health'] }),
      })
      for (const path of ['/nope', '/api/nope', '/pets/7', '/health'])
        expect(await ask(url + path), path).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
      const wrong = await ask(`${url}/api/pets/7`, { method: 'PUT' })
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(heard).toHaveLength(5)
    })

    test.each<[string, RequestInit, number, string]>([
      ['that is no JSON', json(`{"a": ${SECRET}`), 400, 'INVALID_REQUEST'],
      ['that is too large', json(`"${'x'.repeat(2_000_000)}"`), 413, 'PAYLOAD_TOO_LARGE'],
    ])('with a body %s are told, without it', async (name, init, status, code) => {
      const { url, heard } = await serve(platform, { controllers: [Pets] })
      const answer = await ask(`${url}/pets`, init)
      expect(answer).toMatchObject({ status, code })
      expect(answer.text).not.toContain(SECRET)
      expect(heard).toHaveLength(1)
      if (name === 'that is no JSON') expect(heard[0]!.code).toBe('malformed_body')
    })

    // Fastify's own JSON parser has no opinion on charsets.
    const [happens, expected, told] = (
      {
        express: ['are told', { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }, 1],
        fastify: ['are read', { status: 201, text: '{}' }, 0],
      } as const
    )[platform]
    test(`with a body in an unknown charset ${happens}`, async () => {
      const { url, heard } = await serve(platform, { controllers: [Pets] })
      const headers = { 'content-type': 'application/json; charset=klingon' }
      expect(await ask(`${url}/pets`, { ...json('{}'), headers })).toMatchObject(expected)
      expect(heard).toHaveLength(told)
    })

    test('whose URL can’t be decoded, and that are no HTTP, are told', async () => {
      const { url } = await serve(platform, { controllers: [Pets] })
      expect(await ask(`${url}/pets/%zz`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    })

    test('keep the headers of their exchange, and lose those of the abandoned body', async () => {
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
      const { status, headers, text } = await ask(url)
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

    test('get one id, on success and on failure', async () => {
      const { url } = await serve(platform, {
        controllers: [Pets],
        setUp: (app) => app.use(requestId()),
      })
      for (const path of ['/pets/1', '/nope']) {
        const asked = await ask(url + path, { headers: { 'x-request-id': 'mine' } })
        expect(asked.headers.get('x-request-id')).toBe('mine')
        expect((await ask(url + path)).headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
      }
    })

    test('that are no HTTP are told', async () => {
      const { port } = await serve(platform, {
        controllers: [Pets],
        setUp: (app) => {
          if (platform === 'express') attachTo(app)
        },
      })
      const socket = connect(port, '127.0.0.1')
      socket.write('GET / HTTP/9.9\r\n\r\n')
      const [answer] = (await once(socket, 'data')) as [Buffer]
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"INVALID_REQUEST"/)
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
    const body = JSON.stringify({ email: SECRET, count: 1, messages: [{ role: 'user' }, { role: SECRET }] })

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

    test('as Nest’s pipe throws it is told with every message', async () => {
      const { url } = await serve(platform, { controllers: [controller({})] })
      const answer = await ask(url, json(body))
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text)).toMatchObject({
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
      expect(answer.text).not.toContain(SECRET)
    })

    test('by validationExceptionFactory is told with every field, and no value', async () => {
      const { url, heard } = await serve(platform, {
        controllers: [controller({ exceptionFactory: validationExceptionFactory })],
      })
      const answer = await ask(url, json(body))
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text)).toMatchObject({
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
      expect(answer.text).not.toContain(SECRET)
      expect(heard[0]!.code).toBe('validation_failed')
    })
  })

  describe('filters', () => {
    class Mine extends Error {}

    @Catch(Mine)
    class MineFilter {
      catch(_exception: Mine, host: ArgumentsHost): void {
        const raw = rawOf(host.switchToHttp().getResponse())
        host.switchToHttp().getResponse<{ hijack?(): void }>().hijack?.()
        raw.statusCode = 418
        raw.end('mine')
      }
    }

    test('of the user’s own win, and what they throw in turn is answered', async () => {
      @Catch(BadRequestException, NotFoundException)
      class Broken {
        catch(): never {
          throw new Error(SECRET)
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
        expect((await ask(url)).text).toBe('mine')
        for (const path of ['/bad', '/nope']) {
          const answer = await ask(url + path)
          expect(answer, path).toMatchObject(INTERNAL)
          expect(answer.text).not.toContain(SECRET)
        }
      }
    })

    test('FaultlineExceptionFilter is provided everywhere, for @UseFilters', async () => {
      @Controller()
      @UseFilters(FaultlineExceptionFilter)
      class Filtered {
        @Get()
        get(): never {
          throw new Conflict()
        }
      }
      const { url, heard } = await serve(platform, { controllers: [Filtered] })
      expect(await ask(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(heard).toHaveLength(1)
    })

    test('FaultlineExceptionFilter alone answers what reaches filters', async () => {
      const app = await createApp(platform, {
        controllers: [thrower(() => new Conflict())],
        setUp: (nest) => void nest.useGlobalFilters(new FaultlineExceptionFilter({ envelope: 'ai-api' })),
      })
      await app.listen(0, '127.0.0.1')
      const url = (await app.getUrl()).replace('[::1]', '127.0.0.1')
      expect(await ask(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
      expect(await ask(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    })
  })

  describe('at start-up', () => {
    test('forRootAsync takes its options from other modules', async () => {
      const options = { provide: 'OPTIONS', useValue: { envelope: 'a15t' } }
      class Config {}
      const config = { module: Config, providers: [options], exports: ['OPTIONS'] }
      const { url } = await serve(platform, {
        controllers: [thrower(() => new Conflict())],
        faultline: FaultlineModule.forRootAsync({
          imports: [config],
          inject: ['OPTIONS'],
          useFactory: async (given: { envelope: 'a15t' }) => ({ ...given, onError: () => {} }),
        }),
      })
      const { status, text } = await ask(url)
      expect(status).toBe(409)
      expect(text).not.toContain('"meta"')
    })

    test('a second module, and options that are wrong, are refused by name', async () => {
      expect(() => FaultlineModule.forRoot({} as never)).toThrow('option `envelope` is required')
      await expect(
        createApp(platform, {
          imports: [
            FaultlineModule.forRoot({ envelope: 'ai-api' }),
            FaultlineModule.forRoot({ envelope: 'a15t' }),
          ],
        }),
      ).rejects.toThrow('FaultlineModule: this app has it already')
      await expect(
        createApp(platform, { imports: [FaultlineModule.forRootAsync({ useFactory: () => ({}) as never })] }),
      ).rejects.toThrow('option `envelope` is required')
    })
  })
})

describe('on fastify, in its own hooks', () => {
  @Controller()
  class Plain {
    @Get()
    get(): object {
      return { ok: true }
    }

    @Get('replies')
    replies(@Res() reply: { send(body: object): void }): never {
      reply.send({ ok: true })
      throw new Error(SECRET)
    }
  }
  interface Hooked {
    addHook(name: string, hook: () => Promise<void>): void
  }
  const hook = (app: INestApplication, name: string, run: () => Promise<void>): void =>
    (app.getHttpAdapter().getInstance() as Hooked).addHook(name, run)

  test.each(['onRequest', 'preHandler', 'preSerialization', 'onSend'])('%s', async (name) => {
    const { url, heard } = await serve('fastify', {
      controllers: [Plain],
      setUp: (app) =>
        hook(app, name, async () => {
          throw new Error(SECRET)
        }),
    })
    const answer = await ask(url)
    expect(answer).toMatchObject(INTERNAL)
    expect(answer.text).not.toContain(SECRET)
    expect(heard).toHaveLength(1)
  })

  test('what fails after the reply ends no process', async () => {
    const { url, heard } = await serve('fastify', {
      controllers: [Plain],
      setUp: (app) => hook(app, 'onSend', async () => {}),
    })
    const { status, text } = await ask(`${url}/replies`)
    expect([200, 500]).toContain(status)
    expect(text).not.toContain(SECRET)
    expect((await ask(url)).text).toBe('{"ok":true}')
    expect(heard).toHaveLength(1)
  })
})

test('without a hook Nest’s own logger hears of failures, and of no secret but the stack', async () => {
  const lines: unknown[][] = []
  const write =
    (level: string) =>
    (...given: unknown[]): void =>
      void lines.push([level, given[0]])
  const logger = { log: () => {}, warn: () => {}, error: write('error'), debug: write('debug') }
  const { url } = await serve('express', {
    controllers: [thrower(() => Object.assign(new Error('boom'), { config: { key: SECRET } }))],
    faultline: FaultlineModule.forRoot({ envelope: 'ai-api' }),
    setUp: (app) => app.useLogger(logger),
  })
  await ask(url)
  await ask(`${url}/nope`)
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
  expect(JSON.stringify(lines)).not.toContain(SECRET)
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

function attachTo(app: INestApplication): void {
  attach(app.getHttpServer() as Server, { envelope: 'ai-api' })
}
