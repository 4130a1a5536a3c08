import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createResponder, errorClasses, logTo, type ApiError } from '@faultline/core'
import { expressControlValues, falsyValues, CANARY, thrownValues } from '@faultline/testing'
import { startUpstream, type Upstream } from '@faultline/app-upstream'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Circuits } from '../src/circuits.ts'
import { readConfig } from '../src/config.ts'
import { errors } from '../src/errors.ts'
import { Gateway, isValidPath } from '../src/gateway.ts'
import { findKey, isPermitted, readToken } from '../src/keys.ts'
import { Limits } from '../src/limits.ts'
import { createLogger } from '../src/logger.ts'
import { throwByCode } from '../src/throw-by-code.ts'
import { isUpstreamFailure, UpstreamClient } from '../src/upstream-client.ts'

function catchError(run: () => unknown): ApiError {
  try {
    run()
  } catch (error) {
    return error as ApiError
  }
  throw new Error('Nothing was thrown')
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the configuration', () => {
  test('has its defaults', () => {
    expect(readConfig({ PORT: '' })).toEqual({
      port: 3000,
      host: '127.0.0.1',
      envelope: 'ai-api',
      upstreamUrl: undefined,
      redisUrl: undefined,
      logLevel: 'info',
    })
  })

  test('reads environment variables', () => {
    const config = readConfig({
      PORT: '0',
      ENVELOPE: 'compresr:strict',
      UPSTREAM_URL: 'http://u:1/',
      LOG_LEVEL: 'debug',
    })
    expect(config).toMatchObject({
      port: 0,
      envelope: 'compresr:strict',
      upstreamUrl: 'http://u:1',
      logLevel: 'debug',
    })
  })

  test.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['ENVELOPE', 'toString'],
    ['UPSTREAM_URL', 'localhost'],
    ['REDIS_URL', 'http://x'],
    ['LOG_LEVEL', 'LOUD'],
  ])('rejects %s=%s and names the variable', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name}: `)
  })
})

describe('a key', () => {
  test('may be in either header, and the scheme is case-insensitive', () => {
    expect(readToken('bearer  sk-demo ', undefined)).toBe('sk-demo')
    expect(readToken(undefined, 'sk-demo')).toBe('sk-demo')
    expect(readToken(undefined, undefined)).toBeUndefined()
    expect(readToken(undefined, '')).toBeUndefined()
  })

  test.each(['Bearer', 'Bearer a b', 'Basic abc', ''])(
    'is not read from a malformed header, %j, also if X-API-Key contains one',
    (authorization) => {
      expect(findKey(readToken(authorization, 'sk-demo')!)).toBeUndefined()
    },
  )

  test('that is read-only permits to list models and nothing else', () => {
    const key = findKey('sk-readonly')!
    const allowed = ['/v1/models', '/v1/models?x=1', '/compat/a15t/v1/models/echo']
    expect(allowed.map((url) => isPermitted(key, 'HEAD', url))).toEqual([true, true, true])
    expect(isPermitted(key, 'GET', '/v1/modelsx')).toBe(false)
    expect(isPermitted(key, 'GET', '/v1/errors/conflict')).toBe(false)
    expect(isPermitted(key, 'POST', '/v1/models')).toBe(false)
    expect(isPermitted(findKey('sk-demo')!, 'POST', '/v1/files')).toBe(true)
  })
})

describe('limits', () => {
  const memoryLimits = new Limits(undefined, () => {})

  test('releasing a request twice has no effect', () => {
    const key = { id: 'one', maxConcurrent: 1 }
    const release = memoryLimits.enter(key)!
    expect(memoryLimits.enter(key)).toBeUndefined()
    release()
    release()
    const again = memoryLimits.enter(key)!
    expect(memoryLimits.enter(key)).toBeUndefined()
    again()
  })

  test('an exceeded rate has the remaining seconds', async () => {
    const key = { id: 'slow', perMinute: 1 }
    const headers = { 'x-ratelimit-limit-requests': '1', 'x-ratelimit-remaining-requests': '0' }
    expect(await memoryLimits.count(key)).toMatchObject({ isExceeded: false, headers })
    expect(await memoryLimits.count(key)).toMatchObject({
      isExceeded: true,
      retryAfter: expect.closeTo(60, 0) as number,
      headers,
    })
  })

  test('go on in memory while Redis cannot be reached, and report that once', async () => {
    const onRedisError = vi.fn<(error: unknown) => void>()
    const limits = new Limits('redis://127.0.0.1:2', onRedisError)
    const key = { id: 'x', perMinute: 2 }
    const counts = [await limits.count(key), await limits.count(key), await limits.count(key)]
    expect(counts.map(({ isExceeded }) => isExceeded)).toEqual([false, false, true])
    expect(counts[0]).toHaveProperty('headers.x-ratelimit-limit-requests', '2')
    // The client has tried to connect again by then.
    await sleep(200)
    expect(onRedisError).toHaveBeenCalledOnce()
    limits.close()
  })

  test('go on in memory after 500 ms if Redis does not respond, and return to Redis when it does', async () => {
    let isResponding = false
    let waiting = 0
    const redis = createServer((socket) => {
      socket.setEncoding('utf8').on('data', (commands: string) => {
        const count = commands.match(/^\*\d+\r$/gm)?.length ?? 0
        if (!/eval/i.test(commands)) {
          socket.write('$3\r\na:b\r\n'.repeat(count))
          return
        }
        waiting += count
        if (!isResponding) return
        // The limiter's script returns the count and the remaining milliseconds.
        socket.write('*2\r\n:1\r\n:59000\r\n'.repeat(waiting))
        waiting = 0
      })
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(redis, 'listening')
    const onRedisError = vi.fn<(error: unknown) => void>()
    const limits = new Limits(`redis://127.0.0.1:${(redis.address() as AddressInfo).port}`, onRedisError)
    const count = async (id: string): Promise<unknown> =>
      (await limits.count({ id, perMinute: 2 })).headers['x-ratelimit-reset-requests']
    await sleep(200)
    const started = performance.now()
    expect(await count('x')).toBe('60s')
    expect(performance.now() - started).toBeGreaterThan(400)
    expect(performance.now() - started).toBeLessThan(900)
    expect(onRedisError).toHaveBeenCalledOnce()
    isResponding = true
    await expect.poll(() => count('y'), { timeout: 3000 }).toBe('59s')
    limits.close()
    redis.close()
  })
})

describe('the error route', () => {
  const classes: Readonly<Record<string, unknown>> = { ...errorClasses, out_of_credits: errors.OutOfCredits }

  test.each(Object.keys(classes))('throws %s with its required options', (code) => {
    const error = catchError(() => throwByCode(code, {}, 'openai'))
    expect(error).toBeInstanceOf(classes[code])
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('unknown')
  })
})

describe('a circuit', () => {
  test('opens after five consecutive failures, reports the remaining seconds, and closes after a success', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const circuits = new Circuits(isUpstreamFailure)
    const fail = vi.fn<() => Promise<never>>(() => Promise.reject(new errorClasses.model_server_error()))
    const call = () => circuits.call('m', fail)
    for (let i = 0; i < 4; i++) await expect(call()).rejects.toMatchObject({ code: 'model_server_error' })
    await expect(circuits.call('m', () => Promise.resolve('fine'))).resolves.toBe('fine')
    for (let i = 0; i < 5; i++) await expect(call()).rejects.toMatchObject({ code: 'model_server_error' })
    expect(fail).toHaveBeenCalledTimes(9)
    await expect(call()).rejects.toMatchObject({ code: 'service_unavailable', retryAfter: 5 })
    vi.advanceTimersByTime(3500)
    await expect(call()).rejects.toMatchObject({ code: 'service_unavailable', retryAfter: 1.5 })
    expect(fail).toHaveBeenCalledTimes(9)
    await expect(circuits.call('other', () => Promise.resolve('fine'))).resolves.toBe('fine')
    vi.advanceTimersByTime(1500)
    await expect(circuits.call('m', () => Promise.resolve('fine'))).resolves.toBe('fine')
    await expect(call()).rejects.toMatchObject({ code: 'model_server_error' })
  })

  test('is not opened by client errors', async () => {
    const circuits = new Circuits(isUpstreamFailure)
    const call = () => circuits.call('m', () => Promise.reject(new errorClasses.prompt_too_long()))
    for (let i = 0; i < 9; i++) await expect(call()).rejects.toMatchObject({ code: 'prompt_too_long' })
  })
})

describe('the upstream', () => {
  let upstream: Upstream
  let client: UpstreamClient

  beforeAll(async () => {
    upstream = await startUpstream()
    client = new UpstreamClient(upstream.url)
  })

  afterAll(() => upstream.close())

  const post = (model: string, signal = new AbortController().signal) =>
    client.post(
      '/v1/chat/completions',
      model,
      { model, messages: [{ role: 'user', content: 'sk-prompt-secret' }] },
      signal,
    )

  test.each([
    ['overloaded', 'model_overloaded'],
    ['server-error', 'model_server_error'],
    ['bad-json', 'failed_request'],
    ['timeout', 'model_timeout'],
    ['unreachable', 'model_unavailable'],
    ['rate-limited', 'rate_limit_exceeded'],
    ['context-length', 'prompt_too_long'],
    ['bad-credentials', 'failed_request'],
    ['stream-cut', 'stream_terminated'],
    ['no-such-model', 'model_not_found'],
  ])('%s becomes %s, and no cause contains a key or a prompt', async (model, code) => {
    const error = await post(model).then(
      () => undefined,
      (thrown: unknown) => thrown as ApiError,
    )
    expect(error).toMatchObject({ code, origin: 'upstream' })
    for (let cause: unknown = error; cause !== undefined; cause = (cause as Error).cause) {
      expect(JSON.stringify(cause, Object.getOwnPropertyNames(cause))).not.toMatch(/sk-|secret/)
    }
  })

  test('a client that disconnects is not an upstream failure', async () => {
    const abort = new AbortController()
    const pending = post('timeout', abort.signal)
    abort.abort()
    await expect(pending).rejects.toMatchObject({ code: 'client_closed_request' })
  })
})

describe('logs', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line) => void lines.push(line) })
  const lastLine = (): Record<string, unknown> => JSON.parse(lines.at(-1)!) as Record<string, unknown>

  test('describe an error in redacted form, without its other properties', () => {
    const cause = Object.assign(new Error('Sent Bearer eyJhbGciOi'), { config: { key: 'planted' } })
    logger.error({ err: new Error('key sk-live-abc123', { cause }) }, 'Redis failed')
    expect(lastLine()).toMatchObject({
      msg: 'Redis failed',
      err: {
        code: 'internal_error',
        status: 500,
        causes: [
          { name: 'Error', message: 'key [redacted]' },
          { name: 'Error', message: 'Sent Bearer [redacted]' },
        ],
      },
    })
    logger.info({ err: new errorClasses.conflict({ cause }) }, 'refused')
    expect(lastLine()['err']).toEqual({ code: 'conflict', status: 409, retryable: false })
    expect(lines.join('')).not.toMatch(/sk-|eyJ|planted/)
  })

  test.each([...thrownValues, ...falsyValues, ...expressControlValues])('have one line for $name', (kind) => {
    const { code } = kind
    const responder = createResponder({ envelope: 'ai-api', onError: logTo(() => logger) })
    const { error } = responder.respond(kind.make(), {
      method: 'GET',
      url: '/x',
      header: () => undefined,
      raw: null,
    })
    const line = lastLine()
    expect(line).toMatchObject({ code, status: error.status, method: 'GET', path: '/x' })
    expect(line).toHaveProperty(error.status < 500 ? 'level' : 'causes')
    expect(lines.at(-1)!.length).toBeLessThan(100_000)
    // pino omits undefined.
    logger.error({ err: kind.make() ?? null }, 'logged directly')
    expect(lastLine()['err']).toMatchObject({ code, status: error.status })
    // The message and stack of a thrown value may contain the canary. Its other properties must not be logged.
    const { causes = [], ...rest } = line as { causes?: { name: string; code?: unknown }[] }
    const loggedCauses = causes.map((cause) => [cause.name, cause.code])
    expect(JSON.stringify([rest, loggedCauses])).not.toContain(CANARY)
  })
})

describe('the gateway', () => {
  const gateway = new Gateway(readConfig({ LOG_LEVEL: 'silent' }), 'http://127.0.0.1:2')

  afterAll(() => gateway.close())

  test('removes the oldest resource when the limit is reached', () => {
    for (let i = 0; i <= 10_000; i++) gateway.addResource(`r${i}`)
    expect(gateway.addResource('r0')).toBe(true)
    expect(gateway.addResource('r9999')).toBe(false)
  })

  test('has no envelope for an unknown id', () => {
    for (const url of ['/compat/nope/v1/models', '/compat/%zz/v1/models'])
      expect(gateway.selectEnvelope(url)).toBeUndefined()
    expect(gateway.selectEnvelope('/compat/nope')).toMatchObject({ id: 'ai-api' })
    expect(isValidPath('/compat/%zz/v1')).toBe(false)
    expect(isValidPath('/compat/a%2Fb/v1')).toBe(true)
  })

  test('chooses the envelope by path', () => {
    const choose = gateway.faultline.envelope as (request: { url: string }) => unknown
    expect(choose({ url: '/v1/models' })).toMatchObject({ id: 'ai-api', mode: 'normal' })
    expect(choose({ url: '/compat/a15t/v1/models?x=1' })).toMatchObject({ id: 'a15t', mode: 'normal' })
    expect(choose({ url: '/compat/a15t%3Astrict/v1' })).toMatchObject({ id: 'a15t', mode: 'strict' })
    expect(choose({ url: '/compat/acme/v1/models' })).toMatchObject({ id: 'acme', mode: 'normal' })
    expect(choose({ url: '/compat/nope/v1/models' })).toMatchObject({ id: 'ai-api', mode: 'normal' })
    expect(choose({ url: '/compat/%zz/v1/models' })).toMatchObject({ id: 'ai-api', mode: 'normal' })
    expect(choose({ url: '/v1/x?y=/compat/a15t/v1/' })).toMatchObject({ id: 'ai-api', mode: 'normal' })
  })
})
