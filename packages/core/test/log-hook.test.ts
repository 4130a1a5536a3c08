import { Console } from 'node:console'
import { PassThrough, Writable } from 'node:stream'
import bunyan from 'bunyan'
import { createConsola } from 'consola'
import pino from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import winston from 'winston'
import {
  Conflict,
  createResponder,
  InternalError,
  logTo,
  logToConsole,
  serializeError,
  type ApiRequest,
  type ErrorHook,
  type Logger,
  type MessageLogger,
} from '../src/index.ts'

const SECRET = 'sk-live-Abc123Def456'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function createRequest(url = '/v1/chat?key=planted'): ApiRequest {
  return {
    method: 'POST',
    url,
    header: (name) =>
      name === 'traceparent' ? '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' : undefined,
    raw: { authorization: SECRET },
    id: 'req_1',
  }
}

/** Returns a stream and a function that returns the text that was written to it. */
function createOutput(): { stream: Writable; read: () => string } {
  let text = ''
  const stream = new PassThrough()
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return { stream, read: () => text }
}

/** Reports a 4xx and a 5xx with a cause. */
function reportFailures(onError: ErrorHook): void {
  const responder = createResponder({ envelope: 'ai-api', onError })
  responder.respond(new Conflict({ message: 'Taken' }), createRequest())
  const cause = Object.assign(new Error(`connect ECONNREFUSED 10.0.0.5:5432 key=${SECRET}`), {
    code: 'ECONNREFUSED',
  })
  responder.respond(new Error('Could not load', { cause }), createRequest())
}

async function readLines(read: () => string, count: number): Promise<Record<string, unknown>[]> {
  await vi.waitFor(() => expect(read().trim().split('\n').length).toBe(count))
  return read()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a structured logger', () => {
  const { stream: pinoStream, read: readPino } = createOutput()
  const { stream: bunyanStream, read: readBunyan } = createOutput()
  const { stream: winstonStream, read: readWinston } = createOutput()
  const { stream: childStream, read: readChild } = createOutput()
  const createWinston = (stream: Writable): winston.Logger =>
    winston.createLogger({
      format: winston.format.json(),
      transports: [new winston.transports.Stream({ stream })],
    })
  const winstonChild = createWinston(childStream).child({ service: 'api' })

  test.each([
    ['pino', logTo(() => pino(pinoStream)), readPino, 'msg', [30, 50]],
    [
      'bunyan',
      logTo(() => bunyan.createLogger({ name: 'api', stream: bunyanStream })),
      readBunyan,
      'msg',
      [30, 50],
    ],
    ['winston', logTo(() => createWinston(winstonStream)), readWinston, 'message', ['info', 'error']],
    ['a child of winston', logTo(() => winstonChild), readChild, 'message', ['info', 'error']],
  ])('%s receives message, level and all members', async (_, hook, read, messageKey, levels) => {
    reportFailures(hook)
    const lines = await readLines(read, 2)
    expect(lines.map((line) => [line[messageKey], line['level']])).toEqual([
      ['client error', levels[0]],
      ['server error', levels[1]],
    ])
    const request = {
      requestId: 'req_1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      method: 'POST',
      path: '/v1/chat',
    }
    expect(lines[0]).toMatchObject({ code: 'conflict', status: 409, ...request })
    expect(lines[0]).not.toHaveProperty('causes')
    expect(lines[1]).toMatchObject({
      code: 'internal_error',
      status: 500,
      ...request,
      causes: [
        { name: 'Error', message: 'Could not load' },
        { name: 'Error', message: 'connect ECONNREFUSED 10.0.0.5:5432 key=[redacted]', code: 'ECONNREFUSED' },
      ],
    })
    expect(read()).not.toMatch(/sk-live|planted/)
  })

  test('of winston writes a path with a percent sign as it is', async () => {
    const { stream, read } = createOutput()
    const responder = createResponder({ envelope: 'ai-api', onError: logTo(() => createWinston(stream)) })
    responder.respond(new Conflict(), createRequest('/a%d0%s'))
    const [line] = await readLines(read, 1)
    expect(line).toMatchObject({ message: 'client error', path: '/a%d0%s', code: 'conflict' })
  })

  test('of winston is not called for a level that it discards', async () => {
    const logger = createWinston(createOutput().stream)
    logger.level = 'error'
    const info = vi.spyOn(logger, 'info')
    reportFailures(logTo(() => logger))
    expect(info).not.toHaveBeenCalled()
  })
})

describe('a logger of strings', () => {
  const first = 'POST /v1/chat (req_1) failed with 409 conflict'
  const second =
    /^POST \/v1\/chat \(req_1\) failed with 500 internal_error: Error: Could not load\n[^]+\n\[cause\]: Error: connect/m

  test('such as a console receives one line for a 4xx, and the cause chain for a 5xx', () => {
    const { stream: out, read: readOut } = createOutput()
    const { stream: error, read: readError } = createOutput()
    const logger = new Console(out, error)
    reportFailures(logTo(() => logger))
    expect(readOut()).toBe(`${first}\n`)
    expect(readError()).toMatch(second)
    expect(readError()).not.toMatch(/sk-live|planted/)
  })

  test('is the global console', () => {
    const info = vi.spyOn(console, 'info').mockReturnValue()
    const error = vi.spyOn(console, 'error').mockReturnValue()
    reportFailures(logTo(() => console))
    expect(info.mock.calls).toEqual([[first]])
    expect(error.mock.calls).toEqual([[expect.stringMatching(second)]])
  })

  test('is consola', () => {
    const { stream: out, read: readOut } = createOutput()
    const { stream: error, read: readError } = createOutput()
    const logger = createConsola({
      fancy: false,
      level: 3,
      stdout: out as unknown as NodeJS.WriteStream,
      stderr: error as unknown as NodeJS.WriteStream,
      formatOptions: { date: false, colors: false },
    })
    reportFailures(logTo(() => logger))
    expect(readOut()).toContain(first)
    expect(readError()).toContain(
      'POST /v1/chat (req_1) failed with 500 internal_error: Error: Could not load',
    )
    expect(readError()).toContain('[cause]: Error: connect ECONNREFUSED')
  })
})

describe('the option `style`', () => {
  test('replaces the detection', () => {
    const logger = {
      error: vi.fn<MessageLogger['error']>(),
      info: vi.fn<MessageLogger['info']>(),
    }
    reportFailures(logTo(() => logger, { style: 'message-first' }))
    expect(logger.info.mock.calls).toEqual([['client error', expect.objectContaining({ status: 409 })]])
    expect(logger.error.mock.calls).toEqual([['server error', expect.objectContaining({ status: 500 })]])
    const text = { error: vi.fn<(text: string) => void>(), info: vi.fn<(text: string) => void>() }
    reportFailures(logTo(() => text, { style: 'text' }))
    expect(text.info.mock.calls).toEqual([['POST /v1/chat (req_1) failed with 409 conflict']])
  })

  test('is needed by the types for a logger that takes the message first', () => {
    const logger = { error: (_message: string, _data: object) => {}, info: (_message: string) => {} }
    // @ts-expect-error -- the first argument would be an object
    expect(logTo(() => logger)).toBeTypeOf('function')
    expect(logTo(() => logger, { style: 'message-first' })).toBeTypeOf('function')
  })

  test('and the logger are checked', () => {
    expect(() => logTo(pino() as never)).toThrow(
      /^logTo: the first argument must be a function that returns the logger, not .*; pass \(\) => logger$/,
    )
    expect(() => logTo(() => console, { style: 'json' as never })).toThrow(
      `logTo: option \`style\` must be 'data-first', 'message-first' or 'text', not "json"`,
    )
  })
})

test('a logger that throws is reported to the console, and the response is sent', () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const logger: Logger = {
    error() {
      throw new Error('disk full')
    },
    info() {},
  }
  reportFailures(logTo(() => logger))
  expect(log.mock.calls).toEqual([
    [expect.stringContaining('Faultline: The logger failed: Error: disk full')],
  ])
})

describe('equal failures', () => {
  function createLog() {
    const logger = { error: vi.fn<Logger['error']>(), info: vi.fn<Logger['info']>() }
    const responder = createResponder({ envelope: 'ai-api', onError: logTo(() => logger) })
    const fail = (thrown: unknown, url?: string): void => {
      responder.respond(thrown, createRequest(url))
    }
    const repeated = () => logger.error.mock.calls.map(([data]) => Reflect.get(data, 'repeated') as unknown)
    return { logger, fail, repeated }
  }

  test('are logged at once, and then once per second with their number', () => {
    vi.useFakeTimers()
    const { fail, repeated } = createLog()
    for (let count = 0; count < 5; count++) fail(new Error('boom'))
    expect(repeated()).toEqual([undefined])
    vi.advanceTimersByTime(1000)
    expect(repeated()).toEqual([undefined, 4])
    for (let count = 0; count < 3; count++) fail(new Error('boom'))
    vi.advanceTimersByTime(999)
    expect(repeated()).toEqual([undefined, 4])
    vi.advanceTimersByTime(1)
    expect(repeated()).toEqual([undefined, 4, 3])
    vi.advanceTimersByTime(1000)
    fail(new Error('boom'))
    expect(repeated()).toEqual([undefined, 4, 3, undefined])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('include those that differ in an id of the path only', () => {
    vi.useFakeTimers()
    const { logger, fail } = createLog()
    for (const id of ['1', '2', 'a8b']) fail(new Error('boom'), `/v1/orders/${id}/items?page=${id}`)
    expect(logger.error).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1000)
    expect(logger.error.mock.calls[1]?.[0]).toMatchObject({ path: '/v1/orders/a8b/items', repeated: 2 })
  })

  test('do not include those with another path, version, status, name, message or level', () => {
    vi.useFakeTimers()
    const { logger, fail } = createLog()
    for (const url of ['/v1/a', '/v2/a', '/v1/b']) fail(new Error('boom'), url)
    fail(new TypeError('boom'), '/v1/a')
    fail(new Error('other'), '/v1/a')
    fail('boom', '/v1/a')
    fail(new InternalError(), '/v1/a')
    fail(new Conflict({ message: 'boom' }), '/v1/a')
    expect(logger.error).toHaveBeenCalledTimes(7)
    expect(logger.info).toHaveBeenCalledTimes(1)
  })

  test('are each logged with `limitRepeats: false`', () => {
    const logger = { error: vi.fn<Logger['error']>(), info: vi.fn<Logger['info']>() }
    const onError = logTo(() => logger, { limitRepeats: false })
    const responder = createResponder({ envelope: 'ai-api', onError })
    for (let count = 0; count < 5; count++) responder.respond(new Error('boom'), createRequest())
    expect(logger.error).toHaveBeenCalledTimes(5)
  })

  test('are written to the console by the default hook with their number', () => {
    vi.useFakeTimers()
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createResponder({ envelope: 'ai-api' })
    for (let count = 0; count < 3; count++) responder.respond(new Error('boom'), createRequest())
    expect(log).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1000)
    expect(log.mock.calls[1]?.[0]).toContain('failed with 500 internal_error, 2 times: Error: boom')
  })

  test('of two responders are logged by both', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    for (let count = 0; count < 2; count++)
      createResponder({ envelope: 'ai-api' }).respond(new Error('boom'), createRequest())
    expect(log).toHaveBeenCalledTimes(2)
  })
})

test('logToConsole does not log responses that other code wrote', () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  void logToConsole(new InternalError(), new Error('x'), { ...createRequest(), foreign: true })
  expect(log).not.toHaveBeenCalled()
})

test('serializeError contains the trace id of a valid traceparent only', () => {
  expect(serializeError(new Conflict(), undefined, createRequest()).traceId).toMatch(/^0af7/)
  const request = { ...createRequest(), header: () => 'x' }
  expect(serializeError(new Conflict(), undefined, request)).not.toHaveProperty('traceId')
})
