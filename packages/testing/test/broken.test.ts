import type { ServerResponse } from 'node:http'
import { attach, sendError, sendNotFound } from '@faultline/node'
import { describe, expect, test } from 'vitest'
import { createConformanceTests, type CreateServer } from '../src/index.ts'
import { nodeServer, type Answers } from './node-server.ts'

const sound: Answers = { sendError, sendNotFound, attach }

/** A server with one thing broken. */
const broken = (answers: Partial<Answers>): CreateServer => nodeServer({ ...sound, ...answers })

/** A server that meddles with each response that is to tell of a failure. */
function meddling(meddle: (response: ServerResponse, thrown: unknown) => void): CreateServer {
  return broken({
    sendError(responder, thrown, request, response) {
      if (!response.headersSent) meddle(response, thrown)
      sendError(responder, thrown, request, response)
    },
    sendNotFound(responder, allow, request, response) {
      meddle(response, undefined)
      sendNotFound(responder, allow, request, response)
    },
  })
}

/** A server that changes the headers that it sets. */
const setting = (change: (name: string, value: string) => string | undefined): CreateServer =>
  meddling((response) => {
    const set = response.setHeader.bind(response)
    response.setHeader = (name, value) => {
      const changed = change(name.toLowerCase(), String(value))
      return changed === undefined ? response : set(name, changed)
    }
  })

/** A request of which nothing is known. */
const unknown = { method: 'GET', url: '/', header: () => undefined, raw: undefined } as never

const without = (name: string): CreateServer =>
  setting((header, value) => (header === name ? undefined : value))

/** A server that changes the body that it sends. */
const sending = (change: (body: string, thrown: unknown) => string): CreateServer =>
  meddling((response, thrown) => {
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse
    const finish = (body?: unknown): ServerResponse => {
      const changed = typeof body === 'string' ? change(body, thrown) : undefined
      if (changed !== undefined) response.setHeader('content-length', Buffer.byteLength(changed))
      return end(changed)
    }
    response.end = finish as typeof response.end
  })

/** A server that believes more of what is thrown than it should. */
const believing = (
  believe: (response: ServerResponse, thrown: Record<string, unknown>) => void,
): CreateServer =>
  broken({
    sendError(responder, thrown, request, response) {
      if (typeof thrown === 'object' && thrown !== null && !response.headersSent) {
        try {
          believe(response, thrown as Record<string, unknown>)
        } catch {
          // What can't be looked at is not believed.
        }
      }
      if (!response.writableEnded) sendError(responder, thrown, request, response)
    },
  })

/** After the head: what is done in place of the right thing. */
const afterHead = (act: (response: ServerResponse, frame: () => string) => void): CreateServer =>
  broken({
    sendError(responder, thrown, request, response) {
      if (!response.headersSent || response.destroyed) sendError(responder, thrown, request, response)
      else {
        act(response, () => responder.errorEvent(thrown, unknown))
      }
    },
  })

const defects: readonly (readonly [defect: string, server: CreateServer, topics: string, told: RegExp])[] = [
  [
    'sends the message of a bug',
    sending((body, thrown) => body.replace('Internal server error', String(Object(thrown).message))),
    'throw',
    /secret|INTERNAL_ERROR|strictly equal/,
  ],
  [
    'sends the stack along',
    sending((body, thrown) =>
      thrown instanceof Error ? body.replace(/}$/, `,"stack":${JSON.stringify(thrown.stack)}}`) : body,
    ),
    'throw',
    /Something secret was answered/,
  ],
  [
    'calls the hook twice',
    broken({
      sendError(responder, thrown, request, response) {
        responder.report(thrown, unknown)
        sendError(responder, thrown, request, response)
      },
    }),
    'throw',
    /onError heard \[internal_error,internal_error\]/,
  ],
  [
    'never calls the hook',
    async (fixture) => nodeServer()({ ...fixture, options: { ...fixture.options, onError: () => {} } }),
    'throw',
    /onError heard \[\]/,
  ],
  [
    'forgets Content-Length',
    meddling((response) => {
      response.setHeader('transfer-encoding', 'chunked')
      response.removeHeader = () => {}
    }),
    'throw',
    /transfer-encoding: chunked/,
  ],
  [
    'counts Content-Length in letters',
    meddling((response) => {
      const end = response.end.bind(response) as (body?: unknown) => ServerResponse
      const finish = (body?: unknown): ServerResponse => {
        if (typeof body === 'string') response.setHeader('content-length', body.length)
        return end(body)
      }
      response.end = finish as typeof response.end
    }),
    'throw',
    /emoji|hugemsg/,
  ],
  ['forgets X-Content-Type-Options', without('x-content-type-options'), 'throw', /x-content-type-options/],
  ['forgets Cache-Control', without('cache-control'), 'throw', /cache-control/],
  [
    'forgets the charset',
    setting((name, value) => (name === 'content-type' ? 'application/json' : value)),
    'throw',
    /charset=utf-8/,
  ],
  ['forgets the request id', without('x-request-id'), 'throw', /./],
  [
    'makes a new request id though one came',
    meddling((response) => response.setHeader('x-request-id', 'req_000000000000000000000000')),
    'envelopes response',
    /req_0|id-1/,
  ],
  ['forgets Retry-After', without('retry-after'), 'throw', /retry-after/],
  ['forgets WWW-Authenticate', without('www-authenticate'), 'throw', /www-authenticate/],
  ['forgets Allow', without('allow'), 'routing', /allow/],
  [
    'answers an unknown path in HTML',
    broken({
      sendNotFound(_responder, _allow, _request, response) {
        response.writeHead(404, { 'content-type': 'text/html' }).end('<pre>Cannot GET</pre>')
      },
    }),
    'routing',
    /no envelope: 404 <pre>/,
  ],
  [
    'answers another method with 404',
    broken({
      sendNotFound: (responder, _allow, request, response) => sendNotFound(responder, [], request, response),
    }),
    'routing',
    /ENDPOINT_NOT_FOUND, and should be method_not_allowed/,
  ],
  [
    'lets one envelope answer for all',
    async (fixture) => nodeServer()({ ...fixture, options: { ...fixture.options, envelope: 'ai-api' } }),
    'envelopes',
    /./,
  ],
  [
    'drops the headers of the exchange',
    meddling((response) => {
      for (const name of response.getHeaderNames()) response.removeHeader(name)
    }),
    'response',
    /access-control-allow-origin/,
  ],
  [
    'keeps the headers of the abandoned body',
    meddling((response) => {
      response.removeHeader = () => {}
    }),
    'response',
    /abandoned body|content-encoding|secret/,
  ],
  [
    'keeps the status that was set',
    meddling((response) => {
      const { statusCode } = response
      if (statusCode !== 200) Object.defineProperty(response, 'statusCode', { value: 201, writable: false })
    }),
    'response',
    /./,
  ],
  [
    'believes any status',
    believing((response, thrown) => {
      const status = Number(thrown['status'])
      if (status >= 200 && status < 400) response.writeHead(status).end()
    }),
    'throw',
    /is cut off|should be/,
  ],
  [
    'copies headers of what was thrown',
    believing((response, thrown) => {
      const headers = Object(thrown['headers']) as Record<string, string>
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    }),
    'throw',
    /./,
  ],
  [
    'closes the connection after each failure',
    meddling((response) => {
      response.setHeader('connection', 'close')
    }),
    'proto',
    /connection is end/,
  ],
  [
    'does not answer what is thrown and is no object',
    broken({
      sendError(responder, thrown, request, response) {
        if (typeof thrown === 'string') response.end()
        else sendError(responder, thrown, request, response)
      },
    }),
    'throw',
    /./,
  ],
  [
    'ends half an answer as a whole one',
    afterHead((response) => void response.end()),
    'response',
    /looks whole|No close/,
  ],
  ['leaves half an answer open', afterHead(() => {}), 'response', /No close/],
  [
    'writes the error event into half an event',
    afterHead((response, frame) => {
      if (response.getHeader('content-type') === undefined) response.end(frame())
    }),
    'response',
    /./,
  ],
  [
    'hears a bug where the client has left',
    broken({
      sendError(responder, thrown, request, response) {
        if (!response.destroyed) sendError(responder, thrown, request, response)
        else responder.report(thrown, unknown)
      },
    }),
    'client',
    /heard \[internal_error\], and should hear \[client_closed_request\]/,
  ],
  [
    'leaves what is below the framework to Node',
    broken({ attach: (server) => server }),
    'proto',
    /no envelope: 400/,
  ],
  [
    'answers a head that is too large as a bad request',
    broken({
      attach(server, input) {
        attach(server, input)
        const [answer] = server.listeners('clientError') as ((error: Error, socket: unknown) => void)[]
        server.removeAllListeners('clientError')
        server.on('clientError', (_error, socket) => answer!(new Error('bad'), socket))
        return server
      },
    }),
    'proto',
    /INVALID_REQUEST, and should be headers_too_large/,
  ],
  [
    'ignores an Expect that it can’t meet',
    broken({
      attach(server, input) {
        attach(server, input)
        server.removeAllListeners('checkExpectation')
        return server
      },
    }),
    'proto',
    /no envelope: 417/,
  ],
  [
    'answers over a user’s own error handler',
    async (fixture) =>
      nodeServer()({ ...fixture, routes: fixture.routes.map(({ onError: _own, ...route }) => route) }),
    'response',
    /418/,
  ],
]

/** The first scenario of some topics that fails, and what it says. */
async function firstFailure(
  createServer: CreateServer,
  topics: readonly string[],
): Promise<string | undefined> {
  const { tests, setup, teardown } = createConformanceTests(createServer)
  await setup()
  try {
    for (const { topic, name, gap, run } of tests) {
      if (gap !== undefined || !topics.includes(topic)) continue
      try {
        await run()
      } catch (error) {
        return `${topic}/${name}: ${(error as Error).message}`
      }
    }
    return undefined
  } finally {
    await teardown()
  }
}

describe('a server', () => {
  test('that is sound passes', async () => {
    expect(await firstFailure(nodeServer(), ['routing', 'response'])).toBeUndefined()
  })

  test.concurrent.each(defects)('that %s fails', async (_defect, createServer, topics, told) => {
    expect(await firstFailure(createServer, topics.split(' '))).toMatch(told)
  })
})
