import { EventEmitter, once } from 'node:events'
import { IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { configure } from '@codegenie/serverless-express'
import { createResponder, parseEvents, type ApiError } from '@faultline/core'
import { serve } from '@faultline/test-kit'
import awsLambda from '@fastify/aws-lambda'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express } from 'express'
import fastify from 'fastify'
import serverlessHttp from 'serverless-http'
import { describe, expect, test } from 'vitest'
import { sendError, stream } from '../src/index.ts'

const errors: ApiError[] = []
const responder = createResponder<IncomingMessage>({
  envelope: 'ai-api',
  onError: (error) => void errors.push(error),
})

const TEXT = { contentType: 'text/plain' }

async function* succeed(): AsyncGenerator<string> {
  yield 'data: 1\n\n'
  yield 'data: 2\n\n'
}

async function* fail(): AsyncGenerator<string> {
  yield 'data: 1\n\n'
  throw new Error('planted')
}

const answerError: ErrorRequestHandler = (error, request, response, _next) => {
  sendError(responder, error, request, response)
}

function createApp(): Express {
  const app = express()
  app.get('/ok', (_request, response) => stream(response, succeed()))
  app.get('/fail', (_request, response) => stream(response, fail()))
  app.get('/cut', (_request, response) => stream(response, fail(), TEXT))
  return app.use(answerError)
}

test('each event leaves at once behind compression()', async () => {
  const app = express().use(compression())
  const gate = new EventEmitter()
  const firstArrived = once(gate, 'open')
  app.get('/', (_request, response) =>
    stream(response, async function* () {
      yield { count: 1 }
      await firstArrived
      yield { count: 2 }
    }),
  )
  const response = await fetch(await serve(app), { headers: { 'accept-encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const texts: string[] = []
  for await (const chunk of response.body ?? []) {
    texts.push(Buffer.from(chunk).toString())
    gate.emit('open')
  }
  expect(texts.join('')).toBe('data: {"count":1}\n\ndata: {"count":2}\n\n')
})

/** Time after which an invocation counts as one that does not settle. */
const NEVER = 'does not settle'

const OK = { statusCode: 200, body: 'data: 1\n\ndata: 2\n\n' }
const FAILED = { statusCode: 200, body: expect.stringContaining('event: error\n') as string }

describe.each([
  [
    'serverless-http',
    async (path: string): Promise<unknown> => {
      const event = { httpMethod: 'GET', path, headers: { host: 'a' }, body: null, requestContext: {} }
      return serverlessHttp(createApp())(event, {})
    },
    expect.objectContaining({ statusCode: 500 }) as unknown,
  ],
  [
    '@codegenie/serverless-express',
    async (path: string): Promise<unknown> => {
      const invoke = configure({ app: createApp() }) as unknown as (
        event: object,
        context: object,
      ) => Promise<unknown>
      return invoke(
        {
          version: '2.0',
          rawPath: path,
          rawQueryString: '',
          headers: { host: 'a' },
          requestContext: { http: { method: 'GET', path, sourceIp: '192.0.2.1' } },
          isBase64Encoded: false,
        },
        {},
      )
    },
    expect.objectContaining({ statusCode: 500 }) as unknown,
  ],
  [
    '@fastify/aws-lambda',
    async (path: string): Promise<unknown> => {
      const app = fastify()
      app.setErrorHandler((error, request, reply) => {
        reply.hijack()
        sendError(responder, error, request.raw, reply.raw)
      })
      app.get('/ok', (_request, reply) => stream(reply, succeed()))
      app.get('/fail', (_request, reply) => stream(reply, fail()))
      app.get('/cut', (_request, reply) => stream(reply, fail(), TEXT))
      const event = { httpMethod: 'GET', path, headers: { host: 'a' }, body: null, requestContext: {} }
      return awsLambda(app)(event, {})
    },
    expect.objectContaining({ statusCode: 500 }) as unknown,
  ],
])('stream() on %s', (_name, invoke, cut) => {
  const settle = async (path: string): Promise<unknown> =>
    Promise.race([invoke(path).catch(() => 'rejected'), sleep(2000, NEVER)])

  test('settles on success and when the source of an event stream fails', async () => {
    expect(await settle('/ok')).toMatchObject(OK)
    expect(await settle('/fail')).toMatchObject(FAILED)
  })

  test('settles when another response is aborted', async () => {
    expect(await settle('/cut')).toEqual(cut)
  })
})

test('the part of an event that a failing source has sent is dropped', async () => {
  const url = await serve((request, response) => {
    async function* source(): AsyncGenerator<string> {
      yield 'data: 1\n\nda'
      await sleep(10)
      yield 'ta: {"half'
      throw new Error('The model has crashed')
    }
    stream(response, source()).catch((error: unknown) => sendError(responder, error, request, response))
  })
  expect(parseEvents(await (await fetch(url)).text())).toMatchObject([
    { event: 'message', data: '1' },
    { event: 'error' },
  ])
})

test('an event that is larger than the maximum cuts the connection and is reported', async () => {
  errors.length = 0
  const url = await serve((request, response) => {
    async function* source(): AsyncGenerator<string> {
      yield 'data: 1\n\n'
      await sleep(20)
      yield 'data: 23456789\n'
    }
    stream(response, source(), { maxEventSize: 10 }).catch((error: unknown) =>
      sendError(responder, error, request, response),
    )
  })
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow('terminated')
  expect(errors.map(({ cause }) => String(cause))).toEqual([
    expect.stringContaining('stream: an event, line or array item has more than 10 bytes'),
  ])
})

test('a request instead of the response is rejected with the name of the mistake', async () => {
  const request = new IncomingMessage(new Socket()) as unknown as ServerResponse
  for (const target of [request, undefined]) {
    await expect(stream(target as ServerResponse, succeed())).rejects.toThrow(
      /^stream: the first argument must be the response, not .*; pass Node's response, or Fastify's reply$/,
    )
  }
})

test.each(['Hello', 'datagram', ' data: 1'])(
  'text that cannot begin an event stream is answered as an error before the head: %j',
  async (text) => {
    errors.length = 0
    const url = await serve((request, response) => {
      stream(response, [text]).catch((error: unknown) => sendError(responder, error, request, response))
    })
    expect((await fetch(url)).status).toBe(500)
    expect(String(errors[0]?.cause)).toMatch(
      /stream: an event stream cannot begin with the text ".*"; yield objects/,
    )
  },
)

test.each([[': hi\n\n'], ['', 'da', 'ta: 1\n\n'], ['\uFEFFdata\n\n'], ['\n', 'x']])(
  'text that may begin an event stream is sent: %j',
  async (...texts) => {
    const url = await serve((_request, response) => void stream(response, texts))
    expect((await (await fetch(url)).text()).trim()).toBe(texts.join('').trim().replace('\uFEFF', ''))
  },
)
