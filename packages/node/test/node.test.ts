import { once } from 'node:events'
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, Socket, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Conflict, createResponder, type ApiError } from '@faultline/core'
import {
  attach,
  handleClientError,
  requestId,
  sendError,
  sendNotFound,
  setRequestIdHeaders,
} from '../src/index.ts'

const errors: ApiError[] = []
const responder = createResponder<IncomingMessage>({
  envelope: 'a15t',
  onError: (error) => void errors.push(error),
})

const setId = requestId({
  trustRequestId: true,
  envelope: ({ url: path }) => (path === '/id-middleware' ? 'a15t' : 'anthropic'),
})

/** The routes of a server without a framework. Errors that they throw are sent. */
const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/fail': () => {
    throw new Conflict()
  },
  '/events': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('data: 1\n\n')
    throw new Conflict()
  },
  '/partial': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.write('{"partial":')
    throw new Conflict()
  },
  '/broken': (_request, response) => {
    response.setHeader = () => {
      throw new Error('Headers cannot be set')
    }
    throw new Conflict()
  },
  '/reason': (_request, response) => {
    response.statusMessage = 'Custom reason'
    throw new Conflict()
  },
  '/id': (request, response) => {
    response.end(setRequestIdHeaders(responder, request, response))
  },
  '/id-middleware': (request, response) => setId(request, response, () => response.end()),
  '/id/for/anthropic': (request, response) => setId(request, response, () => response.end()),
}

const server = createServer((request, response) => {
  const route = routes[request.url ?? '']
  if (route === undefined) {
    sendNotFound(responder, request.url === '/fail/' ? ['GET'] : [], request, response)
    return
  }
  try {
    route(request, response)
  } catch (error) {
    sendError(responder, error, request, response)
  }
})
let url: string

beforeAll(async () => {
  attach(server, responder)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

describe('a node:http server', () => {
  test('answers an error in the envelope', async () => {
    const response = await fetch(`${url}/fail`)
    expect([response.status, await response.json()]).toEqual([
      409,
      { error: { type: 'conflict', code: 'invalid_request', message: 'The resource already exists' } },
    ])
  })

  test('answers 404 and 405', async () => {
    expect((await fetch(`${url}/nope`)).status).toBe(404)
    const response = await fetch(`${url}/fail/`, { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('ends an event stream with an error event if its head was written with writeHead()', async () => {
    expect(await (await fetch(`${url}/events`)).text()).toMatch(
      /^data: 1\n\n\n\nevent: error\ndata: \{"error":\{"type":"conflict".*\}\}\n\n$/,
    )
  })

  test('aborts any other response that has started', async () => {
    await expect(fetch(`${url}/partial`).then((response) => response.text())).rejects.toThrow(
      /terminated|fetch failed/,
    )
  })

  test('aborts a response whose headers cannot be set', async () => {
    await expect(fetch(`${url}/broken`)).rejects.toThrow('fetch failed')
  })

  test('sends the reason phrase of the status', async () => {
    expect((await fetch(`${url}/reason`)).statusText).toBe('Conflict')
  })

  test('sets the request id on the response', async () => {
    const response = await fetch(`${url}/id`, { headers: { 'x-request-id': 'mine' } })
    const id = await response.text()
    expect(id).toMatch(/^req_[a-z0-9]{24}$/)
    expect(response.headers.get('x-request-id')).toBe(id)
  })

  test('sets the id of a successful response on the header that the envelope’s clients read as well', async () => {
    const readIds = async (path: string): Promise<unknown[]> => {
      const { headers } = await fetch(url + path, { headers: { 'x-request-id': 'mine' } })
      return [headers.get('x-request-id'), headers.get('request-id')]
    }
    expect(await readIds('/id-middleware')).toEqual(['mine', null])
    expect(await readIds('/id/for/anthropic')).toEqual(['mine', 'mine'])
  })

  test('calls the hook once per error', () => {
    expect(errors.map(({ status }) => status)).toEqual([409, 404, 405, 409, 409, 409, 409])
  })
})

describe('over HTTP/2', () => {
  test('a response that fails after its head ends with a stream error instead of as complete', async () => {
    const h2 = createHttp2Server((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"partial":')
      setImmediate(() => {
        sendError(
          responder,
          new Error('planted'),
          request as unknown as IncomingMessage,
          response as unknown as ServerResponse,
        )
      })
    }).listen(0, '127.0.0.1')
    await once(h2, 'listening')
    const session = connectHttp2(`http://127.0.0.1:${(h2.address() as AddressInfo).port}`)
    const stream = session.request({ ':path': '/' })
    stream.resume()
    const [error] = (await once(stream, 'error')) as [Error]
    expect(error.message).toContain('NGHTTP2_INTERNAL_ERROR')
    session.close()
    h2.close()
  })
})

describe('options instead of a responder', () => {
  const options = { envelope: 'openai' }

  test.each([
    ['sendError', sendError, [options, new Conflict()]],
    ['sendNotFound', sendNotFound, [options, []]],
    ['setRequestIdHeaders', setRequestIdHeaders, [options]],
    ['sendError', sendError, [undefined, new Conflict()]],
  ])('are rejected by %s with the name of the mistake', (name, send, args) => {
    const request = new IncomingMessage(new Socket())
    const response = new ServerResponse(request)
    expect(() => Reflect.apply(send, undefined, [...args, request, response])).toThrow(
      new TypeError(`${name}: the first argument must be a responder; pass createResponder(options)`),
    )
  })

  test('are rejected by handleClientError', () => {
    const error = new Error('Parse Error')
    expect(() => Reflect.apply(handleClientError, undefined, [options, error, new Socket()])).toThrow(
      new TypeError(
        'handleClientError: the first argument must be a responder; pass createResponder(options)',
      ),
    )
  })
})

describe('attach', () => {
  test.each([
    [undefined, 'undefined'],
    [() => {}, 'a function'],
    [{}, 'an object'],
  ])('rejects %o, which is not a server', (value, description) => {
    expect(() => Reflect.apply(attach, undefined, [value, responder])).toThrow(
      new TypeError(
        `attach: the first argument must be a node:http Server, not ${description}; pass the return value of app.listen()`,
      ),
    )
  })

  test('leaves requests that cannot be parsed to an existing listener', async () => {
    const received: Error[] = []
    const other = createServer().on('clientError', (error, socket) => {
      received.push(error)
      socket.destroy()
    })
    attach(other, responder)
    expect(other.listenerCount('clientError')).toBe(1)
    expect(other.listenerCount('checkExpectation')).toBe(1)
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const socket = connect((other.address() as AddressInfo).port, '127.0.0.1')
    socket.write('planted\r\n\r\n')
    await once(socket, 'close')
    expect(received).toHaveLength(1)
    other.close()
  })
})
