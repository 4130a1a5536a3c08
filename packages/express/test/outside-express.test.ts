import { once } from 'node:events'
import { createServer, IncomingMessage } from 'node:http'
import express5 from 'express'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { attach, createResponder, faultline } from '../src/index.ts'
import { sendRequest, formatRequest, open } from './raw-requests.ts'
import { recordHookCalls, listen, majors, serve, type Served } from './serve.ts'
import { expectError, expectValid } from './spec.ts'

const head = 'Host: localhost\r\n'
const chunks = `POST /json HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`

describe.each(majors)('$major', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(
      express,
      (app) => {
        app.get('/ok', (_request, response) => {
          response.json({ ok: true })
        })
        app.post('/json', express.json(), (_request, response) => {
          response.json({ ok: true })
        })
        app.all('/begun', (_request, response) => {
          response.type('json').write('{"half":')
        })
      },
      { envelope: ({ url }) => (url.startsWith('/a15t') ? 'a15t' : 'ai-api') },
    )
  })

  describe('a request that cannot be parsed', () => {
    test('calls the hook with an empty request', async () => {
      served.hookCalls.length = 0
      await sendRequest(served.port, 'planted\r\n\r\n')
      expect(served.hookCalls[0]?.request.raw).toBeInstanceOf(IncomingMessage)
      expect(served.hookCalls[0]?.request).toMatchObject({
        method: 'GET',
        id: expect.stringMatching(/^req_/) as string,
      })
    })

    test('is answered in the envelope of the request whose body it is', async () => {
      const { body } = await sendRequest(served.port, `${chunks.replace('/json', '/a15t')}planted\r\n`)
      expectValid('a15t', JSON.parse(body))
    })

    test('chunk-bad-after-ok: an invalid chunk after the response began only closes the connection', async () => {
      served.hookCalls.length = 0
      const client = await open(served.port)
      const started = once(served.server, 'request')
      client.send(chunks.replace('/json', '/begun'))
      await started
      await client.seen('{"half":')
      client.send('planted\r\n')
      await client.closed()
      expect(client.rest).not.toContain('400')
      expect(client.rest).not.toMatch(/\r\n0\r\n\r\n$/)
    })
  })

  describe('a request that Node answers by itself', () => {
    test('no-host is answered before Express, unless the server accepts it', async () => {
      expectError(await sendRequest(served.port, 'GET /nope HTTP/1.1\r\n\r\n'), 'invalid_request')
      const lenient = await serve(express, () => {}, {}, { requireHostHeader: false })
      expectError(await sendRequest(lenient.port, 'GET /nope HTTP/1.1\r\n\r\n'), 'endpoint_not_found')
    })
  })

  describe('on a connection with other requests', () => {
    test('an invalid request after a response is answered separately', async () => {
      served.hookCalls.length = 0
      const client = await open(served.port)
      expect(await client.send(formatRequest('GET /ok')).response()).toMatchObject({ status: 200 })
      expectError(await client.send('planted\r\n\r\n').response(), 'invalid_request')
      await client.closed()
      expect(served.hookCalls).toHaveLength(1)
    })

    test('a reset in the middle of a head does not call the hook', async () => {
      served.hookCalls.length = 0
      const connected = once(served.server, 'connection')
      const client = await open(served.port)
      await connected
      const gone = once(served.server, 'clientError')
      client.send('GET /ok HT').socket.resetAndDestroy()
      await Promise.race([gone, client.closed()])
      expect((await sendRequest(served.port, formatRequest('GET /ok'))).status).toBe(200)
      expect(served.hookCalls).toEqual([])
    })
  })

  describe('a request that does not arrive in time', () => {
    let slow: Served

    beforeAll(async () => {
      slow = await serve(
        express,
        (app) => {
          app.post('/json', express.json(), (_request, response) => {
            response.json({ ok: true })
          })
        },
        {},
        { connectionsCheckingInterval: 20, headersTimeout: 80, requestTimeout: 120 },
      )
    })

    // Gaps: body-parser does not fail before it has the complete body, so the server's timeout answers.
    test.each([
      ['json-too-large-unfinished', {}],
      ['expect-100-too-large', { expect: '100-continue' }],
    ])('%s ends as request_timeout', async (_name, headers) => {
      slow.hookCalls.length = 0
      const client = await open(slow.port)
      const type = { 'content-type': 'application/json', 'content-length': '9999999' }
      client.send(formatRequest('POST /json', { ...type, ...headers }, 'x'.repeat(1000)))
      if ('expect' in headers) expect((await client.response()).status).toBe(100)
      expectError(await client.response(), 'request_timeout')
      await client.closed()
      expect(slow.hookCalls).toHaveLength(1)
    })
  })

  describe('a responder', () => {
    test('may be shared by the app and its server', async () => {
      const { options, hookCalls } = recordHookCalls({ envelope: 'a15t' })
      const responder = createResponder(options)
      const server = attach(createServer(faultline(express(), responder)), responder)
      const { port } = await listen(server)
      expectValid('a15t', JSON.parse((await sendRequest(port, formatRequest('GET /nope'))).body))
      expectValid('a15t', JSON.parse((await sendRequest(port, 'planted\r\n\r\n')).body))
      expect(hookCalls).toHaveLength(2)
    })
  })
})

describe('attach', () => {
  test('returns the server, and may be called once per server', () => {
    const server = createServer()
    expect(attach(server, { envelope: 'ai-api' })).toBe(server)
    expect(() => attach(server, { envelope: 'ai-api' })).toThrow(
      new TypeError(
        'attach: the server is already attached, by app.listen() or an earlier call; remove this call',
      ),
    )
  })

  test.each([null, undefined, {}, 'server'])('rejects a value that is not a server: %s', (server) => {
    expect(() => attach(server as never, { envelope: 'ai-api' })).toThrow(/must be a node:http Server/)
  })

  test('is called by app.listen of an app with Faultline', async () => {
    const { options, hookCalls } = recordHookCalls()
    const server = faultline(express5(), options).listen(0, '127.0.0.1')
    expect(() => attach(server, options)).toThrow(/already attached/)
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expectError(await sendRequest(port, 'planted\r\n\r\n'), 'invalid_request')
    server.close()
    await vi.waitFor(() => expect(hookCalls).toHaveLength(1))
  })
})
