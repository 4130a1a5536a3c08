import { PassThrough } from 'node:stream'
import { serve } from '@faultline/test-kit'
import pino from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import winston from 'winston'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('existing classes', () => {
  test('are answered by their recognizers, and their messages are not sent', async () => {
    const { app } = await import('./snippets/existing-classes.ts')
    vi.spyOn(console, 'error').mockReturnValue()
    const url = await serve(app)
    const missing = await fetch(`${url}/orders/7`)
    expect([missing.status, await missing.json()]).toMatchObject([404, { detail: 'No order 7' }])
    const headers = { 'content-type': 'application/json' }
    const locked = await fetch(`${url}/orders/7`, { method: 'POST', headers, body: '{}' })
    expect([locked.status, await locked.json()]).toMatchObject([
      409,
      { detail: 'The order cannot be changed' },
    ])
    const malformed = await fetch(`${url}/orders/7`, { method: 'POST', headers, body: '{' })
    expect(malformed.status).toBe(400)
  })
})

test('winston receives text, members and causes', async () => {
  const { app, logger } = await import('./snippets/winston.ts')
  const stream = new PassThrough()
  stream.setEncoding('utf8')
  logger.clear().add(new winston.transports.Stream({ stream }))
  const url = await serve(app)
  await fetch(`${url}/orders/7`)
  await fetch(`${url}/unknown`)
  const lines = await vi.waitFor(() => {
    const text = String(stream.read() ?? '')
    expect(text).not.toBe('')
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  })
  expect(lines).toMatchObject([
    {
      level: 'error',
      message: 'server error',
      code: 'internal_error',
      status: 500,
      requestId: expect.stringMatching(/^req_/) as unknown,
      path: '/orders/7',
      causes: [{ message: 'Could not load the order' }, { message: 'connect ECONNREFUSED 10.0.0.5:5432' }],
    },
    { level: 'info', message: 'client error', code: 'endpoint_not_found', status: 404, path: '/unknown' },
  ])
})

describe('development mode', () => {
  test('adds the thrown value to the body, and writes a readable log', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const { createApp } = await import('./snippets/development-mode.ts')
    const url = await serve(createApp())
    const response = await fetch(`${url}/orders/7`)
    expect([response.status, await response.json()]).toMatchObject([
      500,
      {
        error: { type: 'server_error' },
        development: {
          name: 'TypeError',
          message: 'Could not read the order',
          stack: [expect.stringMatching(/^at .*loadOrder \(.*development-mode\.ts:\d+:\d+\)$/)],
          causes: [{ name: 'Error', message: 'connect ECONNREFUSED' }],
        },
      },
    ])
    expect(log.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^GET \/orders\/7 \(req_\w+\) failed with 500 internal_error: TypeError: Could not read the order\n {4}at .*loadOrder .*\n\[cause\]: Error: connect ECONNREFUSED\n {4}at .*loadOrder [^\n]*$/,
        ),
      ],
    ])
  })

  test('is off without NODE_ENV, and refused in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.spyOn(console, 'error').mockReturnValue()
    const { createApp } = await import('./snippets/development-mode.ts')
    const url = await serve(createApp())
    const body = await (await fetch(`${url}/orders/7`)).text()
    expect(body).not.toMatch(/development|Could not read/)
    expect(() => createApp(true)).toThrow(/option `development` requires NODE_ENV development or test/)
  })
})

test('the trace id is the id of the request, in header, body and log', async () => {
  const { app, logger } = await import('./snippets/trace-ids.ts')
  const lines: Record<string, unknown>[] = []
  vi.spyOn(
    Reflect.get(logger, pino.symbols.streamSym) as { write(line: string): void },
    'write',
  ).mockImplementation((line) => void lines.push(JSON.parse(line) as Record<string, unknown>))
  const url = await serve(app)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  const failed = await fetch(`${url}/orders/0`, { headers })
  expect([failed.headers.get('x-request-id'), await failed.json()]).toMatchObject([
    traceId,
    { request_id: traceId },
  ])
  expect(lines).toMatchObject([{ msg: 'server error', requestId: traceId, traceId }])
  const succeeded = await fetch(`${url}/orders/7`, { headers })
  expect(succeeded.headers.get('x-request-id')).toBe(traceId)
  const untraced = await fetch(`${url}/orders/7`, { headers: { traceparent: 'invalid' } })
  expect(untraced.headers.get('x-request-id')).toMatch(/^req_/)
})
