import { Readable } from 'node:stream'
import { Conflict, FaultlineModule, type ApiError } from '@faultline/nestjs'
import { Controller, Get, Logger, Sse, StreamableFile, type INestApplication } from '@nestjs/common'
import { ApplicationConfig, NestContainer } from '@nestjs/core'
import { concat, of, throwError } from 'rxjs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fetchError, createApp, platforms, type Platform } from './serve.ts'

@Controller()
class Routes {
  @Get('conflict')
  conflict(): never {
    throw new Conflict()
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from([Buffer.from('content')]))
  }

  @Sse('events')
  events() {
    return concat(
      of({ data: 'one' }),
      throwError(() => new Conflict()),
    )
  }
}

interface Started {
  readonly url: string
  readonly errors: ApiError[]
  readonly warnings: unknown[]
}

/** Starts an app, and records the warnings that Nest's logger receives. */
async function start(
  platform: Platform,
  change: (app: INestApplication) => void = () => {},
): Promise<Started> {
  const warnings: unknown[] = []
  const warn = vi
    .spyOn(Logger.prototype, 'warn')
    .mockImplementation((line: unknown) => void warnings.push(line))
  onTestFinished(() => warn.mockRestore())
  const errors: ApiError[] = []
  const faultline = FaultlineModule.forRoot({
    envelope: 'ai-api',
    onError: (error) => void errors.push(error),
  })
  const app = await createApp(platform, { controllers: [Routes], faultline })
  change(app)
  await app.listen(0, '127.0.0.1')
  return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), errors, warnings }
}

const CONFLICT = { status: 409, code: 'CONFLICT' }

describe.each(platforms)('on %s', (platform) => {
  test('no warning is logged', async () => {
    const { url, warnings } = await start(platform)
    expect(await fetchError(`${url}/conflict`)).toMatchObject(CONFLICT)
    expect((await fetchError(`${url}/file`)).text).toBe('content')
    expect((await fetchError(`${url}/events`)).text).toMatch(/event: error\n/)
    expect(warnings).toEqual([])
  })

  test('without ModuleRef.container.applicationConfig errors are answered, and one warning is logged', async () => {
    const config = vi.spyOn(NestContainer.prototype, 'applicationConfig', 'get')
    onTestFinished(() => config.mockRestore())
    config.mockReturnValue({ logger: 'another object' } as unknown as ApplicationConfig)
    const { url, errors, warnings } = await start(platform)
    expect(await fetchError(`${url}/conflict`)).toMatchObject(CONFLICT)
    expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect(errors).toHaveLength(2)
    expect(warnings).toEqual([
      expect.stringMatching(/applicationConfig of NestJS .* before the global filters of the app/),
    ])
  })

  test('without the metadata of @Sse() errors are answered, and one warning is logged', async () => {
    const original = Reflect.defineMetadata
    const define = vi.spyOn(Reflect, 'defineMetadata')
    onTestFinished(() => define.mockRestore())
    define.mockImplementation((...parameters: Parameters<typeof Reflect.defineMetadata>) => {
      const [key, value, ...target] = parameters
      original(key === '__sse__' ? '__events__' : key, value, ...target)
    })
    const { url, errors, warnings } = await start(platform)
    expect(await fetchError(`${url}/conflict`)).toMatchObject(CONFLICT)
    expect((await fetchError(`${url}/nope`)).status).toBe(404)
    expect(errors).toHaveLength(2)
    expect(warnings).toEqual([expect.stringMatching(/__sse__ .* without the error event of the envelope/)])
  })

  test('without StreamableFile.errorHandler files and errors are sent, and one warning is logged', async () => {
    const descriptor = Object.getOwnPropertyDescriptor(StreamableFile.prototype, 'errorHandler')
    Reflect.deleteProperty(StreamableFile.prototype, 'errorHandler')
    onTestFinished(() => {
      Object.defineProperty(StreamableFile.prototype, 'errorHandler', descriptor ?? {})
    })
    const { url, warnings } = await start(platform)
    expect((await fetchError(`${url}/file`)).text).toBe('content')
    expect((await fetchError(`${url}/file`)).text).toBe('content')
    expect(await fetchError(`${url}/conflict`)).toMatchObject(CONFLICT)
    expect(warnings).toEqual([expect.stringMatching(/errorHandler .* Nest answers files that fail/)])
  })
})

test('without setErrorHandler of the HTTP adapter errors are answered, and one warning is logged', async () => {
  const { ExpressAdapter } = await import('@nestjs/platform-express')
  const { prototype } = ExpressAdapter
  for (const name of ['setErrorHandler', 'setNotFoundHandler'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
    Object.defineProperty(prototype, name, { value: undefined, configurable: true, writable: true })
    onTestFinished(() => {
      Object.defineProperty(prototype, name, descriptor ?? {})
    })
  }
  const { url, errors, warnings } = await start('express')
  expect(await fetchError(`${url}/conflict`)).toMatchObject(CONFLICT)
  expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
  expect(errors).toHaveLength(2)
  expect(warnings).toEqual([expect.stringMatching(/setErrorHandler .* do not reach the filters of the app/)])
})
