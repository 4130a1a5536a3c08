import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import multipart from '@fastify/multipart'
import { fetchError } from '@faultline/test-kit'
import { RawClient, type RawResponse } from '@faultline/testing'
import Fastify, { type FastifyInstance, type FastifyHttpOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { faultline, serverOptions, type FaultlineOptions } from '../src/index.ts'
import { deferred, serve } from './serve.ts'

async function requestRaw(port: number, bytes: string): Promise<RawResponse> {
  const client = await RawClient.open(port)
  client.send(bytes)
  const response = await client.response()
  client.close()
  return response
}

describe.each<[string, FastifyHttpOptions<Server> | 'serverOptions']>([
  ['with serverOptions', 'serverOptions'],
  ['without serverOptions', {}],
])('a server %s', (_name, constructor) => {
  test('answers a request without Host, and CONNECT', async () => {
    const { port, errors } = await serve((app) => app.get('/', async () => ({})), constructor)
    const withoutHost = await requestRaw(port, 'GET / HTTP/1.1\r\n\r\n')
    expect(withoutHost).toMatchObject({ status: 400, headers: { connection: 'close' } })
    expect(withoutHost.body).toContain('The Host header is missing')
    expect(
      await requestRaw(port, 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n'),
    ).toMatchObject({ status: 405, headers: { allow: '', connection: 'close' } })
    expect(errors).toMatchObject([{ code: 'invalid_request' }, { code: 'method_not_allowed' }])
  })
})

test('serverOptions work over HTTP/2', async () => {
  const options: FaultlineOptions = { envelope: 'ai-api', onError: () => {} }
  const app = Fastify({ ...serverOptions(options), http2: true })
  await app.register(faultline, options)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-hook', 'called')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  const stream = session.request({ [constants.HTTP2_HEADER_PATH]: '/%zz' })
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
  expect(headers).toMatchObject({ ':status': 400, 'x-hook': 'called' })
  session.destroy()
  await app.close()
})

describe('a body that is too large and never ends', () => {
  const head = (type: string): string =>
    `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`
  const serveUploads = async (app: FastifyInstance): Promise<void> => {
    await app.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 100 } })
    app.post('/', async () => ({}))
  }

  test('is answered at once by Fastify’s parsers', async () => {
    const { port } = await serve(serveUploads, { bodyLimit: 1000 })
    const body = 'x'.repeat(2000)
    const bytes = `${head('application/json')}${body.length.toString(16)}\r\n${body}\r\n`
    expect(await requestRaw(port, bytes)).toMatchObject({ status: 413, headers: { connection: 'close' } })
  })

  test('is answered after the time limit of the server by @fastify/multipart', async () => {
    const { port } = await serve(serveUploads, {
      ...serverOptions({ envelope: 'ai-api', onError: () => {} }),
      requestTimeout: 200,
      http: { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 },
    })
    const part = 'content-disposition: form-data; name="file"; filename="a"'
    const body = `--a\r\n${part}\r\n\r\n${'x'.repeat(500)}`
    const bytes = `${head('multipart/form-data; boundary=a')}${body.length.toString(16)}\r\n${body}\r\n`
    const { status, body: text } = await requestRaw(port, bytes)
    expect([status, text]).toEqual([408, expect.stringContaining('"REQUEST_TIMEOUT"')])
  })
})

describe('a hook that fails', () => {
  const values = [null, undefined, 0, '', false]

  test.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)(
    'in %s with done(0), done("") or done(false) is answered; with null and undefined it succeeds',
    async (hook) => {
      for (const value of values) {
        // oxlint-disable-next-line no-await-in-loop -- one server after another
        const status = await fetchWithHook((app) =>
          app.addHook(hook as 'onRequest', (...parameters) => callDone(parameters, value)),
        )
        expect([value, status]).toEqual([value, value === null || value === undefined ? 200 : 500])
      }
    },
  )

  test.each(['preSerialization', 'onSend'] as const)(
    'in %s with done() of a falsy value succeeds',
    async (hook) => {
      for (const value of values) {
        // oxlint-disable-next-line no-await-in-loop -- one server after another
        const status = await fetchWithHook((app) =>
          app.addHook(hook, (...parameters) => callDone(parameters, value)),
        )
        expect([value, status]).toEqual([value, 200])
      }
    },
  )

  test('in onResponse is logged by Fastify and does not reach onError', async () => {
    const logged = deferred()
    const write = (line: string): void => {
      if (line.includes('too late')) logged.resolve()
    }
    const { url, errors } = await serve(
      (app) => {
        app.addHook('onResponse', async () => {
          throw new Error('too late')
        })
        app.get('/', async () => ({}))
      },
      { logger: { level: 'error', stream: { write } } },
    )
    expect((await fetch(url)).status).toBe(200)
    await logged.promise
    expect(errors).toEqual([])
  })
})

async function fetchWithHook(addHook: (app: FastifyInstance) => unknown): Promise<number> {
  const { url } = await serve((app) => {
    addHook(app)
    app.get('/', async () => ({}))
  })
  return (await fetchError(url)).status
}

/** Calls the last parameter of a hook, `done`, with a value. */
function callDone(parameters: readonly unknown[], value: unknown): void {
  const done = parameters.at(-1) as (error: unknown) => void
  done(value)
}

test('malformed JSON in early versions of Fastify 5 is a generic 400, or a 404 on an unknown path', async () => {
  const { url } = await serve((app) => {
    // Fastify 5.0 to 5.4 throw the SyntaxError itself.
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(body as string))
      } catch (error) {
        done(Object.assign(error as Error, { statusCode: 400 }))
      }
    })
    app.post('/', async () => ({}))
  })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"secret":' }
  const response = await fetchError(url, init)
  expect(response).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
  expect(JSON.parse(response.text)).toMatchObject({ error: { message: 'The request was invalid' } })
  expect(await fetchError(`${url}/unknown`, init)).toMatchObject({ status: 404 })
})
