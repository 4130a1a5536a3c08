import awsLambdaFastify from '@fastify/aws-lambda'
import { Conflict, faultline as faultlineFastify } from '@faultline/fastify'
import { faultline as faultlineHono } from '@faultline/hono'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { beforeEach, describe, expect, test } from 'vitest'

// Adapters for AWS Lambda that replay an event on the app without a socket. serverless-http and
// @codegenie/serverless-express have a program in `reported/`.

/** The part of a result that is compared. */
interface Result {
  readonly statusCode: number
  readonly body: string
}

type Handler = (event: never, context: never) => Promise<Result>

const codes: string[] = []
const options = {
  envelope: 'ai-api',
  onError: ({ code }: { code: string }) => void codes.push(code),
} as const

beforeEach(() => {
  codes.length = 0
})

/** Creates a stream that fails a while after its first chunk. */
function createBrokenStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('data: 1\n\n'))
      setTimeout(() => controller.error(new Error('The upstream broke')), 20)
    },
  })
}

const broken = (): Response =>
  new Response(createBrokenStream(), { headers: { 'content-type': 'text/event-stream' } })

function createFastifyHandler(): Handler {
  const app = Fastify()
  void app.register(faultlineFastify, options)
  app.after(() => {
    app.get('/ok', () => ({ ok: true }))
    app.get('/fail', () => {
      throw new Conflict()
    })
    app.get('/stream', broken)
  })
  return awsLambdaFastify(app)
}

function createHonoHandler(): Handler {
  const app = faultlineHono(new Hono(), options)
  app.get('/ok', (context) => context.json({ ok: true }))
  app.get('/fail', () => {
    throw new Conflict()
  })
  app.get('/stream', broken)
  return handle(app)
}

function createEvent(path: string): never {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'example.com' },
    requestContext: {
      domainName: 'example.com',
      http: { method: 'GET', path, sourceIp: '127.0.0.1', protocol: 'HTTP/1.1', userAgent: '' },
      stage: '$default',
      requestId: '1',
    },
    isBase64Encoded: false,
  } as never
}

const readBody = ({ body, isBase64Encoded = false }: Result & { isBase64Encoded?: boolean }): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString() : body

describe.each([
  { name: '@fastify/aws-lambda', createHandler: createFastifyHandler },
  { name: 'hono/aws-lambda', createHandler: createHonoHandler },
])('$name', ({ createHandler }) => {
  const run = createHandler()
  const call = (path: string): Promise<Result> => run(createEvent(path), {} as never)

  test('settles on success', async () => {
    const result = await call('/ok')
    expect([result.statusCode, readBody(result)]).toEqual([200, '{"ok":true}'])
    expect(codes).toEqual([])
  })

  test('settles on a failure, an unknown path and an unknown method, in the envelope', async () => {
    const result = await call('/fail')
    expect([result.statusCode, JSON.parse(readBody(result))]).toMatchObject([
      409,
      { success: false, error: { code: 'CONFLICT' } },
    ])
    expect(codes).toEqual(['conflict'])
    codes.length = 0
    expect((await call('/nope')).statusCode).toBe(404)
  })

  test('settles on an event stream that fails, which ends with the error event', async () => {
    const result = await call('/stream')
    expect(readBody(result)).toMatch(/^data: 1\n\n[^]*event: error\ndata: \{"success":false/)
    expect(codes).toEqual(['internal_error'])
  })
})
