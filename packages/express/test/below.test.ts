import { once } from 'node:events'
import { createServer, IncomingMessage } from 'node:http'
import express5 from 'express'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { attach, createResponder, faultline } from '../src/index.ts'
import { ask, formatRequest, open } from './ask.ts'
import { hearing, listen, majors, serve, type Served } from './serve.ts'
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

  describe('what Node’s parser refuses', () => {
    test('gives the hook a bare request, since none was read', async () => {
      served.heard.length = 0
      await ask(served.port, 'planted\r\n\r\n')
      expect(served.heard[0]?.request.raw).toBeInstanceOf(IncomingMessage)
      expect(served.heard[0]?.request).toMatchObject({
        method: 'GET',
        id: expect.stringMatching(/^req_/) as string,
      })
    })

    test('is answered in the envelope of the request that it broke off', async () => {
      const { body } = await ask(served.port, `${chunks.replace('/json', '/a15t')}planted\r\n`)
      expectValid('a15t', JSON.parse(body))
    })

    test('chunk-bad-after-ok: what follows an answer costs the connection and nothing else', async () => {
      served.heard.length = 0
      const client = await open(served.port)
      const begun = once(served.server, 'request')
      client.send(chunks.replace('/json', '/begun'))
      await begun
      await client.seen('{"half":')
      client.send('planted\r\n')
      await client.closed()
      expect(client.rest).not.toContain('400')
      expect(client.rest).not.toMatch(/\r\n0\r\n\r\n$/)
    })
  })

  describe('what Node answers by itself', () => {
    // Gap: a server of Node's own answers this below every event; `requireHostHeader: false` lets it through.
    test('no-host is Node’s own empty 400, unless the server lets it through', async () => {
      expect(await ask(served.port, 'GET /nope HTTP/1.1\r\n\r\n')).toMatchObject({ status: 400, body: '' })
      const lenient = await serve(express, () => {}, {}, { requireHostHeader: false })
      expectError(await ask(lenient.port, 'GET /nope HTTP/1.1\r\n\r\n'), 'endpoint_not_found')
    })
  })

  describe('on a connection with other requests', () => {
    test('garbage some time after an answer is answered by itself', async () => {
      served.heard.length = 0
      const client = await open(served.port)
      expect(await client.send(formatRequest('GET /ok')).response()).toMatchObject({ status: 200 })
      expectError(await client.send('planted\r\n\r\n').response(), 'invalid_request')
      await client.closed()
      expect(served.heard).toHaveLength(1)
    })

    test('a reset in the middle of a head is nobody’s failure', async () => {
      served.heard.length = 0
      const connected = once(served.server, 'connection')
      const client = await open(served.port)
      await connected
      const gone = once(served.server, 'clientError')
      client.send('GET /ok HT').socket.resetAndDestroy()
      await Promise.race([gone, client.closed()])
      expect((await ask(served.port, formatRequest('GET /ok'))).status).toBe(200)
      expect(served.heard).toEqual([])
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

    // Gaps: body-parser says nothing before it has the whole body, so the server's time limit answers.
    test.each([
      ['json-too-large-unfinished', {}],
      ['expect-100-too-large', { expect: '100-continue' }],
    ])('%s ends as request_timeout', async (_name, headers) => {
      slow.heard.length = 0
      const client = await open(slow.port)
      const type = { 'content-type': 'application/json', 'content-length': '9999999' }
      client.send(formatRequest('POST /json', { ...type, ...headers }, 'x'.repeat(1000)))
      if ('expect' in headers) expect((await client.response()).status).toBe(100)
      expectError(await client.response(), 'request_timeout')
      await client.closed()
      expect(slow.heard).toHaveLength(1)
    })
  })

  describe('a responder', () => {
    test('may be shared by the app and its server', async () => {
      const { options, heard } = hearing({ envelope: 'a15t' })
      const responder = createResponder(options)
      const server = attach(createServer(faultline(express(), responder)), responder)
      const { port } = await listen(server)
      expectValid('a15t', JSON.parse((await ask(port, formatRequest('GET /nope'))).body))
      expectValid('a15t', JSON.parse((await ask(port, 'planted\r\n\r\n')).body))
      expect(heard).toHaveLength(2)
    })
  })
})

describe('attach', () => {
  test('gives the server back, and takes it once', () => {
    const server = createServer()
    expect(attach(server, { envelope: 'ai-api' })).toBe(server)
    expect(() => attach(server, { envelope: 'ai-api' })).toThrow(
      new TypeError('attach() was already called on this server'),
    )
  })

  test.each([null, undefined, {}, 'server'])('refuses what is no server: %s', (server) => {
    expect(() => attach(server as never, { envelope: 'ai-api' })).toThrow(/must be a node:http Server/)
  })

  test('takes what app.listen gives', async () => {
    const { options, heard } = hearing()
    const server = attach(faultline(express5(), options).listen(0, '127.0.0.1'), options)
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expectError(await ask(port, 'planted\r\n\r\n'), 'invalid_request')
    server.close()
    await vi.waitFor(() => expect(heard).toHaveLength(1))
  })
})
