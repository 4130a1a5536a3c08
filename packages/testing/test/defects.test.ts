import type { ServerResponse } from 'node:http'
import type { ResponderOptions } from '@faultline/core'
import { attach, replaceForeignBodies, sendError, sendNotFound } from '@faultline/node'
import { describe, expect, test } from 'vitest'
import { createConformanceTests, type CreateServer } from '../src/index.ts'
import { createNodeServer, type ErrorResponses } from './node-server.ts'

const conforming: ErrorResponses = { sendError, sendNotFound, attach, replaceForeignBodies }

/** Creates a server with a replaced function. */
const replace = (functions: Partial<ErrorResponses>): CreateServer =>
  createNodeServer({ ...conforming, ...functions })

/** Creates a server that changes each response before the error is sent. */
function changeResponse(change: (response: ServerResponse, thrown: unknown) => void): CreateServer {
  return replace({
    sendError(responder, thrown, request, response, ...rest) {
      if (!response.headersSent) change(response, thrown)
      sendError(responder, thrown, request, response, ...rest)
    },
    sendNotFound(responder, allow, request, response) {
      change(response, undefined)
      sendNotFound(responder, allow, request, response)
    },
  })
}

/** Creates a server that changes or omits the headers of error responses. */
const changeHeader = (change: (name: string, value: string) => string | undefined): CreateServer =>
  changeResponse((response) => {
    const set = response.setHeader.bind(response)
    response.setHeader = (name, value) => {
      const changed = change(name.toLowerCase(), String(value))
      return changed === undefined ? response : set(name, changed)
    }
  })

const anyRequest = { method: 'GET', url: '/', header: () => undefined } as never

const omitHeader = (name: string): CreateServer =>
  changeHeader((header, value) => (header === name ? undefined : value))

/** Creates a server that replaces each error of Node's parser before it is answered. */
const changeParserError = (code: string): CreateServer =>
  replace({
    attach(server, input) {
      attach(server, input)
      const [handle] = server.listeners('clientError') as ((error: Error, socket: unknown) => void)[]
      server.removeAllListeners('clientError')
      server.on('clientError', (_error, socket) =>
        handle?.(Object.assign(new Error('Parse error'), { code }), socket),
      )
      return server
    },
  })

/** Creates a server that changes the bodies of error responses. */
const changeBody = (change: (body: string, thrown: unknown) => string): CreateServer =>
  changeResponse((response, thrown) => {
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse
    const finish = (body?: unknown): ServerResponse => {
      const changed = typeof body === 'string' ? change(body, thrown) : undefined
      if (changed !== undefined) response.setHeader('content-length', Buffer.byteLength(changed))
      return end(changed)
    }
    response.end = finish as typeof response.end
  })

/** Creates a server whose installation gets changed options. */
const changeOptions =
  (change: Partial<ResponderOptions>): CreateServer =>
  async (fixture) =>
    createNodeServer()({ ...fixture, options: { ...fixture.options, ...change } })

/** Creates a server that uses properties of the thrown value. */
const useThrown = (use: (response: ServerResponse, thrown: Record<string, unknown>) => void): CreateServer =>
  replace({
    sendError(responder, thrown, request, response) {
      if (typeof thrown === 'object' && thrown !== null && !response.headersSent) {
        try {
          use(response, thrown as Record<string, unknown>)
        } catch {
          // Reading the properties threw.
        }
      }
      if (!response.writableEnded) sendError(responder, thrown, request, response)
    },
  })

/** Creates a server that handles a failure after the head differently. */
const changeFailureAfterHead = (
  handle: (response: ServerResponse, createErrorEvent: () => string) => void,
): CreateServer =>
  replace({
    sendError(responder, thrown, request, response) {
      if (!response.headersSent || response.destroyed) sendError(responder, thrown, request, response)
      else {
        handle(response, () => responder.errorEvents(thrown, anyRequest))
      }
    },
  })

const defects: readonly (readonly [defect: string, server: CreateServer, topics: string, message: RegExp])[] =
  [
    [
      'sends the message of an internal error',
      changeBody((body, thrown) => body.replace('Internal server error', String(Object(thrown).message))),
      'throw',
      /secret|INTERNAL_ERROR|strictly equal/,
    ],
    [
      'sends the stack',
      changeBody((body, thrown) =>
        thrown instanceof Error ? body.replace(/}$/, `,"stack":${JSON.stringify(thrown.stack)}}`) : body,
      ),
      'throw',
      /The response contains a secret/,
    ],
    [
      'calls the hook twice',
      replace({
        sendError(responder, thrown, request, response) {
          responder.report(thrown, anyRequest)
          sendError(responder, thrown, request, response)
        },
      }),
      'throw',
      /onError was called with \[internal_error,internal_error\]/,
    ],
    ['never calls the hook', changeOptions({ onError: () => {} }), 'throw', /onError was called with \[\]/],
    [
      'sends no Content-Length',
      changeResponse((response) => {
        response.setHeader('transfer-encoding', 'chunked')
        response.removeHeader = () => {}
      }),
      'throw',
      /transfer-encoding: chunked/,
    ],
    [
      'counts Content-Length in characters',
      changeResponse((response) => {
        const end = response.end.bind(response) as (body?: unknown) => ServerResponse
        const finish = (body?: unknown): ServerResponse => {
          if (typeof body === 'string') response.setHeader('content-length', body.length)
          return end(body)
        }
        response.end = finish as typeof response.end
      }),
      'throw',
      /emoji-message|huge-message/,
    ],
    [
      'sends no X-Content-Type-Options',
      omitHeader('x-content-type-options'),
      'throw',
      /x-content-type-options/,
    ],
    ['sends no Cache-Control', omitHeader('cache-control'), 'throw', /cache-control/],
    [
      'sends no charset',
      changeHeader((name, value) => (name === 'content-type' ? 'application/json' : value)),
      'throw',
      /charset=utf-8/,
    ],
    ['sends no request id', omitHeader('x-request-id'), 'throw', /./],
    [
      'ignores the request id of the client',
      changeResponse((response) => response.setHeader('x-request-id', 'req_000000000000000000000000')),
      'envelopes response',
      /req_0|id-1/,
    ],
    ['sends no Retry-After', omitHeader('retry-after'), 'throw', /retry-after/],
    ['sends no WWW-Authenticate', omitHeader('www-authenticate'), 'throw', /www-authenticate/],
    ['sends no Allow', omitHeader('allow'), 'routing', /allow/],
    [
      'responds to an unknown path with HTML',
      replace({
        sendNotFound(_responder, _allow, _request, response) {
          response.writeHead(404, { 'content-type': 'text/html' }).end('<pre>Cannot GET</pre>')
        },
      }),
      'routing',
      /not an ai-api error: 404 <pre>/,
    ],
    [
      'responds to another method with 404',
      replace({
        sendNotFound: (responder, _allow, request, response) =>
          sendNotFound(responder, [], request, response),
      }),
      'routing',
      /ENDPOINT_NOT_FOUND, expected method_not_allowed/,
    ],
    ['uses one envelope for all requests', changeOptions({ envelope: 'ai-api' }), 'envelopes', /./],
    [
      'removes headers that must stay',
      changeResponse((response) => {
        for (const name of response.getHeaderNames()) response.removeHeader(name)
      }),
      'response',
      /access-control-allow-origin/,
    ],
    [
      'keeps the headers of the discarded body',
      changeResponse((response) => {
        response.removeHeader = () => {}
      }),
      'response',
      /discarded body|content-encoding|secret/,
    ],
    [
      'keeps a success status',
      changeResponse((response) => {
        const { statusCode } = response
        if (statusCode !== 200) Object.defineProperty(response, 'statusCode', { value: 201, writable: false })
      }),
      'response',
      /./,
    ],
    [
      'uses any status of the thrown value',
      useThrown((response, thrown) => {
        const status = Number(thrown['status'])
        if (status >= 200 && status < 400) response.writeHead(status).end()
      }),
      'throw',
      /is truncated|expected/,
    ],
    [
      'copies headers of the thrown value',
      useThrown((response, thrown) => {
        const headers = Object(thrown['headers']) as Record<string, string>
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      }),
      'throw',
      /./,
    ],
    [
      'closes the connection after each failure',
      changeResponse((response) => {
        response.setHeader('connection', 'close')
      }),
      'protocol',
      /connection is end/,
    ],
    [
      'does not respond to a thrown string',
      replace({
        sendError(responder, thrown, request, response) {
          if (typeof thrown === 'string') response.end()
          else sendError(responder, thrown, request, response)
        },
      }),
      'throw',
      /./,
    ],
    [
      'ends a truncated response normally',
      changeFailureAfterHead((response) => void response.end()),
      'response',
      /looks complete|No close/,
    ],
    ['does not end a truncated response', changeFailureAfterHead(() => {}), 'response', /No close/],
    [
      'does not end the incomplete event before the error event',
      changeFailureAfterHead((response, createErrorEvent) => {
        if (response.getHeader('content-type') === undefined) response.end(createErrorEvent())
      }),
      'response',
      /./,
    ],
    [
      'reports an internal error if the client disconnected',
      replace({
        sendError(responder, thrown, request, response) {
          if (!response.destroyed) sendError(responder, thrown, request, response)
          else responder.report(thrown, anyRequest)
        },
      }),
      'client',
      /called with \[internal_error\], expected \[client_closed_request\]/,
    ],
    [
      'leaves invalid HTTP to Node.js',
      replace({ attach: (server) => server }),
      'protocol',
      /not an ai-api error: 400/,
    ],
    [
      'responds to a head that is too large with 400',
      changeParserError('HPE_INVALID_CONSTANT'),
      'protocol',
      /INVALID_REQUEST, expected headers_too_large/,
    ],
    [
      'leaves an unsupported Expect to Node.js',
      replace({
        attach(server, input) {
          attach(server, input)
          server.removeAllListeners('checkExpectation')
          return server
        },
      }),
      'protocol',
      /not an ai-api error: 417/,
    ],
    [
      'ignores the user’s error handler',
      async (fixture) =>
        createNodeServer()({
          ...fixture,
          routes: fixture.routes.map(({ onError: _own, ...route }) => route),
        }),
      'response',
      /418/,
    ],
    [
      'lets the outer app answer for a mounted app',
      async ({ mounted = [], ...fixture }) =>
        createNodeServer()({
          ...fixture,
          mounted: mounted.map((app) => ({ ...app, options: fixture.options })),
        }),
      'nested',
      /^nested\/inner-throws: The response is not in the envelope openai/,
    ],
    [
      'calls the hook again for an error that is passed on and thrown',
      replace({
        sendError(responder, thrown, request, response, ...rest) {
          if (response.writableEnded) responder.report(thrown, anyRequest)
          sendError(responder, thrown, request, response, ...rest)
        },
      }),
      'exchange',
      /^exchange\/passed-on-and-thrown: onError was called with \[conflict,conflict\]/,
    ],
    [
      'replaces the challenge of the handler',
      changeResponse((response) => response.removeHeader('www-authenticate')),
      'exchange',
      /^exchange\/challenge-is-kept: /,
    ],
    [
      'ignores the status that the handler set',
      replace({
        sendError: (responder, thrown, request, response) => sendError(responder, thrown, request, response),
      }),
      'exchange',
      /^exchange\/preset-status-of-an-unknown-error: Code is INTERNAL_ERROR/,
    ],
    [
      'adopts the request id of the client by default',
      changeOptions({ trustRequestId: true }),
      'exchange',
      /^exchange\/request-id-of-the-client-is-not-adopted: /,
    ],
    [
      'ignores the generator of request ids',
      changeOptions({ generateRequestId: undefined }),
      'exchange',
      /^exchange\/generated-request-id: /,
    ],
    [
      'replaces the JSON of a handler',
      changeOptions({ replaceBodies: 'all' }),
      'foreign',
      /^foreign\/json-passes: /,
    ],
    [
      'replaces the HTML page of a handler',
      replace({
        replaceForeignBodies(responder, request, response) {
          replaceForeignBodies(responder, request, response)
          const writeHead = response.writeHead.bind(response)
          response.writeHead = ((status: number, headers?: Record<string, string>) =>
            writeHead(
              status,
              headers?.['content-type'] === 'text/html' ? { 'content-type': 'text/plain' } : headers,
            )) as typeof response.writeHead
          return undefined
        },
      }),
      'foreign',
      /^foreign\/html-page-passes: /,
    ],
    [
      'sends the short text of other code',
      replace({
        replaceForeignBodies: (responder, request, response) =>
          replaceForeignBodies(
            // Configurable, because each request replaces it.
            Object.defineProperty(responder, 'getMaxHeldBytes', { value: () => 1, configurable: true }),
            request,
            response,
          ),
      }),
      'foreign',
      /^foreign\/reason-phrase: Code is not an ai-api error: 403 Forbidden/,
    ],
    [
      'reports a client that ends its upload early as invalid HTTP',
      changeParserError('HPE_INVALID_CONSTANT'),
      'upload',
      /^upload\/upload-abort: onError was called with \[invalid_request\], expected \[client_closed_request\]/,
    ],
    [
      'closes all connections instead of draining them',
      async (fixture) => {
        const running = await createNodeServer()(fixture)
        return { ...running, drain: running.close }
      },
      'drain',
      /^drain\/request-in-progress-is-answered: No response received/,
    ],
    [
      'cannot be drained',
      async (fixture) => {
        const { port, close } = await createNodeServer()(fixture)
        return { port, close }
      },
      'drain',
      /^drain\/request-in-progress-is-answered: createServer returned no `drain`/,
    ],
  ]

/** Runs the scenarios of some topics. @returns The first failure, as `topic/name: message`. */
async function findFirstFailure(
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
  test('that conforms passes', async () => {
    const topics = ['routing', 'response', 'exchange', 'foreign', 'nested', 'drain']
    expect(await findFirstFailure(createNodeServer(), topics)).toBeUndefined()
  })

  test.concurrent.each(defects)('that %s fails', async (_defect, createServer, topics, message) => {
    expect(await findFirstFailure(createServer, topics.split(' '))).toMatch(message)
  })
})
