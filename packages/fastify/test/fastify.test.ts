import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { CANARY, fetchError } from '@faultline/test-kit'
import { formatRequest, RawClient } from '@faultline/testing'
import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, test } from 'vitest'
import { Conflict, faultline, serverOptions, type FaultlineOptions } from '../src/index.ts'
import { closeAfterTests, deferred, serve } from './serve.ts'

const json = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
})
const INTERNAL = { status: 500, code: 'INTERNAL_ERROR' }

describe('a thrown value', () => {
  test.each([
    'onRequest',
    'preParsing',
    'preValidation',
    'preHandler',
    'preSerialization',
    'onSend',
  ] as const)('in %s is answered without its message', async (hook) => {
    const { url } = await serve((app) => {
      app.addHook(hook as 'onRequest', async () => {
        throw new Error(CANARY)
      })
      app.get('/', async () => ({ ok: true }))
    })
    const response = await fetchError(url)
    expect(response).toMatchObject(INTERNAL)
    expect(response.text).not.toContain(CANARY)
  })

  test('that is a string in onSend is answered', async () => {
    const { url } = await serve((app) => {
      app.addHook('onSend', (_request, _reply, _payload, done) => done(CANARY as never))
      app.get('/', async () => ({ ok: true }))
    })
    const response = await fetchError(url)
    expect(response.status).toBe(500)
    expect(response.text).not.toContain(CANARY)
  })

  test('is not changed by response schemas or preSerialization hooks', async () => {
    const { url } = await serve((app) => {
      app.addHook('preSerialization', async () => ({ mine: true }))
      const schema = {
        response: { '4xx': { type: 'object', required: ['x'], properties: { x: { type: 'string' } } } },
      }
      app.get('/', { schema }, async () => {
        throw new Conflict()
      })
    })
    expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
  })

  test('is answered through the onSend hooks of the app and of the route', async () => {
    const { url } = await serve((app) => {
      app.addHook('onSend', async (_request, reply, payload) => {
        reply.header('x-app', String(payload).includes('CONFLICT') ? 'seen' : 'other')
        return payload
      })
      const onSend = (_request: unknown, reply: FastifyReply, _payload: unknown, done: () => void): void => {
        reply.header('x-route', 'seen')
        done()
      }
      app.get('/', { onSend }, async () => {
        throw new Conflict()
      })
    })
    const { status, headers } = await fetchError(url)
    expect([status, headers.get('x-app'), headers.get('x-route')]).toEqual([409, 'seen', 'seen'])
  })

  test('keeps the headers of the reply, and has no body for HEAD', async () => {
    const { url } = await serve((app) => {
      app.get('/', async (_request, reply) => {
        reply.header('x-own', 'kept').header('etag', '"old"').type('text/csv')
        throw new Conflict()
      })
    })
    const get = await fetchError(url)
    const head = await fetch(url, { method: 'HEAD' })
    expect([get.status, get.headers.get('x-own'), get.headers.get('etag')]).toEqual([409, 'kept', null])
    expect([head.status, head.headers.get('x-own'), await head.text()]).toEqual([409, 'kept', ''])
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(head.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('in a plugin is answered, and a plugin’s own error handler keeps its errors', async () => {
    const { url, errors } = await serve((app) => {
      app.register(async (plugin) => {
        plugin.get('/in-plugin', async () => {
          throw new Conflict()
        })
      })
      app.register(async (plugin) => {
        plugin.setErrorHandler((_error, _request, reply) => reply.code(418).send({ mine: true }))
        plugin.get(
          '/own',
          { errorHandler: (_error, _request, reply) => void reply.code(418).send({ mine: true }) },
          async () => {
            throw new Error('mine')
          },
        )
      })
    })
    expect(await fetchError(`${url}/in-plugin`)).toMatchObject({ status: 409 })
    expect((await fetchError(`${url}/own`)).text).toBe('{"mine":true}')
    expect(errors).toHaveLength(1)
  })

  test('after the head aborts the response or ends the event stream with an error event', async () => {
    const { url } = await serve((app) => {
      app.get('/half', async (_request, reply) => {
        reply.raw.writeHead(200, { 'Content-Type': 'application/json' })
        reply.raw.write('{"half":')
        throw new Error(CANARY)
      })
      app.get('/events', async (_request, reply) => {
        reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
        reply.raw.write('data: 1\n\n')
        throw new Conflict()
      })
    })
    await expect(fetchError(`${url}/half`)).rejects.toThrow(/terminated|fetch failed/)
    expect((await fetchError(`${url}/events`)).text).toMatch(
      /^data: 1\n\n\n\nevent: error\ndata: .*CONFLICT.*\n\n$/,
    )
  })
})

describe('requests', () => {
  test('without a route are a 404, or a 405 with the methods', async () => {
    const { url, errors } = await serve((app) => {
      app.get('/pets/:id', async () => ({}))
      app.register(async (plugin) => plugin.post('/pets/:id', async () => ({})), { prefix: '/v1' })
    })
    expect(await fetchError(`${url}/nope`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    const wrong = await fetchError(`${url}/pets/7`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const prefixed = await fetchError(`${url}/v1/pets/7?x=1`)
    expect([prefixed.status, prefixed.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await fetch(`${url}/nope`, { method: 'HEAD' })).status).toBe(404)
    expect(errors).toHaveLength(4)
  })

  test('that fail validation are answered with every field', async () => {
    const { url } = await serve(
      (app) => {
        const body = {
          type: 'object',
          required: ['model'],
          properties: {
            messages: {
              type: 'array',
              items: { type: 'object', required: ['role'], properties: { role: { enum: ['user'] } } },
            },
          },
        }
        app.post('/', { schema: { body } }, async () => ({}))
      },
      { ajv: { customOptions: { allErrors: true } } },
    )
    const response = await fetchError(url, json('{"messages":[{"role":"cat"},{}]}'))
    expect(response.status).toBe(400)
    expect(
      (JSON.parse(response.text) as { error: { details: { issues: unknown[] } } }).error.details.issues,
    ).toEqual([
      { field: 'model', issue: "must have required property 'model'", code: 'required' },
      { field: 'messages[0].role', issue: 'must be equal to one of the allowed values', code: 'enum' },
      { field: 'messages[1].role', issue: "must have required property 'role'", code: 'required' },
    ])
  })

  test.each<[string, RequestInit, number, string]>([
    ['that is not JSON', json(`{"a": ${CANARY}`), 400, 'INVALID_REQUEST'],
    ['that is empty', json(''), 400, 'INVALID_REQUEST'],
    ['that pollutes the prototype', json('{"__proto__":{"a":1}}'), 400, 'INVALID_REQUEST'],
    ['that is too large', json(`"${'x'.repeat(2000)}"`), 413, 'PAYLOAD_TOO_LARGE'],
    [
      'of another type',
      { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<a/>' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('with a body %s are answered without its content', async (_, init, status, code) => {
    const { url } = await serve((app) => app.post('/', async () => ({})), { bodyLimit: 1000 })
    const response = await fetchError(url, init)
    expect(response).toMatchObject({ status, code })
    expect(response.text).not.toContain(CANARY)
  })
})

describe('serverOptions', () => {
  test('response URLs that cannot be decoded, and parameters that are too long', async () => {
    const { url, errors } = await serve((app) => app.get('/pets/:id', async () => ({})), 'serverOptions')
    expect(await fetchError(`${url}/pets/%zz`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    expect(await fetchError(`${url}/pets/${'x'.repeat(200)}`)).toMatchObject({
      status: 414,
      code: 'URI_TOO_LONG',
    })
    expect(errors).toHaveLength(2)
  })

  test('response requests that cannot be parsed', async () => {
    const { port } = await serve(() => {}, 'serverOptions')
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/9.9\r\n\r\n')
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"INVALID_REQUEST"/)
    socket.destroy()
  })

  test('create request ids, which responses carry', async () => {
    const { url } = await serve((app) => {
      app.get('/', async ({ id }, reply) => {
        reply.header('x-seen', id)
        throw new Conflict()
      })
    }, 'serverOptions')
    const { headers } = await fetchError(url)
    expect(headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
    expect(headers.get('x-seen')).toBe(headers.get('x-request-id'))
    const sent = await fetchError(url, { headers: { 'x-request-id': 'mine' } })
    expect(sent.headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
  })
})

describe('the logger of Fastify', () => {
  test('logs each error once without a hook, and no secrets outside the stack', async () => {
    const lines: string[] = []
    const app = Fastify({
      logger: { level: 'info', stream: { write: (line: string) => void lines.push(line) } },
      disableRequestLogging: true,
    })
    closeAfterTests(app)
    await app.register(faultline, { envelope: 'ai-api' })
    app.get('/', async () => {
      throw Object.assign(new Error('boom'), { config: { key: CANARY } })
    })
    app.get('/taken', async () => {
      throw new Conflict()
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    await fetchError(url)
    await fetchError(`${url}/taken`)
    const logged = lines
      .map((line) => JSON.parse(line) as { level: number; code?: string; causes?: unknown })
      .filter(({ code }) => code !== undefined)
    expect(logged.map(({ level, code }) => [level, code])).toEqual([
      [50, 'internal_error'],
      [30, 'conflict'],
    ])
    expect(logged[0]!.causes).toMatchObject([
      { message: 'boom', stack: expect.stringContaining('at ') as string },
    ])
    expect(lines.join('')).not.toContain(CANARY)
  })
})

describe('while the server closes', () => {
  test('a request on an open connection is service_unavailable, and the connection ends', async () => {
    const options: FaultlineOptions = { envelope: 'ai-api', onError: () => {} }
    const app = Fastify(serverOptions(options))
    await app.register(faultline, options)
    const { promise: started, resolve: start } = deferred()
    const { promise: released, resolve: release } = deferred()
    app.get('/slow', async () => {
      start()
      await released
      return { ok: true }
    })
    app.get('/ok', async () => ({ ok: true }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const client = await RawClient.open((app.server.address() as AddressInfo).port)
    client.send(formatRequest('GET /slow'))
    await started
    const closed = app.close()
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    client.send(formatRequest('GET /ok'))
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
    release()
    expect(await client.response()).toMatchObject({ status: 200 })
    const refused = await client.response()
    expect(refused).toMatchObject({ status: 503, headers: { connection: 'close' } })
    expect(refused.body).toContain('"SERVICE_UNAVAILABLE"')
    await closed
    client.close()
  })
})

describe('at start-up', () => {
  test('a registration after routes is rejected by name', async () => {
    const app = Fastify()
    closeAfterTests(app)
    app.get('/', async () => ({}))
    await expect(app.register(faultline, { envelope: 'ai-api' }).after()).rejects.toThrow(
      'faultline: register the plugin before any route',
    )
  })

  test('a second registration and wrong options are rejected by name', async () => {
    const app = Fastify()
    closeAfterTests(app)
    await app.register(faultline, { envelope: 'ai-api' })
    await expect(app.register(faultline, { envelope: 'ai-api' }).after()).rejects.toThrow(
      'faultline: already registered on this Fastify instance; register it once',
    )
    const other = Fastify()
    closeAfterTests(other)
    await expect(other.register(faultline, {} as never).after()).rejects.toThrow(
      'option `envelope` is required',
    )
    expect(() => serverOptions({ envelope: 'nope' as never })).toThrow('faultline: unknown envelope "nope"')
  })
})
