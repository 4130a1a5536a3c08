import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http'
import type { checkTopics, RuleName } from '@faultline/testing/check'

export type Topic = (typeof checkTopics)[number]

/** A response before it is sent. */
interface PendingResponse {
  status: number
  /** The reason phrase; undefined for the standard one of the status. */
  reasonPhrase: string | undefined
  readonly headers: OutgoingHttpHeaders
  body: string
}

type Change = (pending: PendingResponse, request: IncomingMessage, response: ServerResponse) => void

type Plant = (server: Server) => void

/** A defect that can be added to a correct server. */
export interface Defect {
  readonly name: string
  /** The rule that it violates. */
  readonly rule: RuleName
  /** Part of the finding's message. */
  readonly message: RegExp
  /** Topics of the check that are enough to find it. */
  readonly topics: readonly Topic[]
  readonly plant: Plant
}

/** Calls a function with each request before the app receives it. */
function interceptRequests(
  server: Server,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const listeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    onRequest(request, response)
    for (const listener of listeners) Reflect.apply(listener, server, [request, response])
  })
}

type Method = (...args: unknown[]) => unknown

/** A method of a response, bound to it, so that it can be replaced on the object. */
function boundMethod(response: ServerResponse, name: 'writeHead' | 'write' | 'end'): Method {
  const method = response[name]
  return (...args) => Reflect.apply(method, response, args) as unknown
}

/** Changes each error response, regardless of which of Node's methods the framework sends it with. */
function changeErrors(change: Change): Plant {
  return (server) =>
    interceptRequests(server, (request, response) => {
      const writeHead = boundMethod(response, 'writeHead')
      const write = boundMethod(response, 'write')
      const end = boundMethod(response, 'end')
      const chunks: string[] = []
      const isError = (): boolean => response.statusCode >= 400 && !response.headersSent
      Object.assign(response, {
        writeHead(status: number, ...rest: unknown[]): unknown {
          if (status < 400) return writeHead(status, ...rest)
          response.statusCode = status
          const headers = rest.find((argument) => typeof argument === 'object' && argument !== null)
          for (const [name, value] of headerEntries(headers)) response.setHeader(name, value)
          return response
        },
        write(chunk: unknown, ...rest: unknown[]): unknown {
          if (!isError()) return write(chunk, ...rest)
          chunks.push(chunkToText(chunk))
          return true
        },
        end(...args: unknown[]): unknown {
          if (!isError()) return end(...args)
          const body = chunks.join('') + chunkToText(args[0])
          const headers = response.getHeaders()
          const pending: PendingResponse = {
            status: response.statusCode,
            reasonPhrase: undefined,
            headers: { ...headers },
            body,
          }
          change(pending, request, response)
          const { 'content-length': length } = pending.headers
          if (pending.body !== body && length !== undefined && length === headers['content-length'])
            pending.headers['content-length'] = Buffer.byteLength(pending.body)
          for (const name of response.getHeaderNames()) response.removeHeader(name)
          writeHead(
            pending.status,
            ...(pending.reasonPhrase === undefined ? [] : [pending.reasonPhrase]),
            pending.headers,
          )
          return request.method === 'HEAD' ? end() : end(pending.body)
        },
      })
    })
}

/** The text of an argument of `write` or `end`, whose first argument may also be the callback. */
function chunkToText(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk
  return chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : ''
}

function headerEntries(headers: unknown): [string, string | string[]][] {
  if (!Array.isArray(headers)) return Object.entries((headers ?? {}) as Record<string, string>)
  // `writeHead` also accepts an array in which names and values alternate.
  const flat = headers.flat() as string[]
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))
}

/** Changes the text that the server writes to some responses. */
function changeWrites(
  isAffected: (response: ServerResponse) => boolean,
  change: (text: string) => string,
): Plant {
  return (server) =>
    interceptRequests(server, (_request, response) => {
      const write = boundMethod(response, 'write')
      const end = boundMethod(response, 'end')
      const changeChunk = (chunk: unknown): unknown =>
        chunkToText(chunk) === '' || !isAffected(response) ? chunk : change(chunkToText(chunk))
      Object.assign(response, {
        write: (chunk: unknown, ...rest: unknown[]) => write(changeChunk(chunk), ...rest),
        end: (chunk: unknown, ...rest: unknown[]) => end(changeChunk(chunk), ...rest),
      })
    })
}

/** Changes the text of event streams. */
const changeStreams = (change: (text: string) => string): Plant =>
  changeWrites((response) => response.statusCode === 200 && /event-stream/.test(readHead(response)), change)

/** The response's headers as text. Headers passed to `writeHead` are only in Node's private `_header`. */
function readHead(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { _header?: string | null }
  return `${head ?? ''}${String(response.getHeader('content-type'))}`
}

/** Changes the JSON body of each error response. */
const changeBodies = (change: (body: Body, request: IncomingMessage) => unknown): Plant =>
  changeErrors((pending, request) => {
    // A response to HEAD has no body.
    if (pending.body === '') return
    pending.body = JSON.stringify(change(JSON.parse(pending.body) as Body, request))
  })

interface Body {
  success: boolean
  error: { code: string; message: string; details?: unknown; stack?: string }
  meta: { request_id?: string; timestamp?: string }
}

const removeHeader = (name: string): Plant =>
  changeErrors(({ headers }) => {
    delete headers[name]
  })

/** Changes the error responses with one wire code. */
const changeErrorsWithCode = (code: string, change: Change): Plant =>
  changeErrors((pending, request, response) => {
    if (pending.body.includes(`"${code}"`)) change(pending, request, response)
  })

const ERROR_EVENT = /\n*event: error\ndata: [^\n]*\n\n/

/** Each defect must be reported by `faultline check` with its rule and message. */
export const defects: readonly Defect[] = [
  {
    name: 'leaks the message of an internal error',
    rule: 'leak',
    message: /an internal network address or error: "10\.0\.0\.5"/,
    topics: ['requests'],
    plant: changeBodies((body) => {
      if (body.error.code === 'INTERNAL_ERROR') body.error.message = 'connect to 10.0.0.5:5432 failed'
      return body
    }),
  },
  {
    name: 'leaks a stack trace',
    rule: 'leak',
    message: /a stack trace/,
    topics: ['url'],
    plant: changeBodies((body) => ({ ...body, stack: `Error: x\n    at handler (${import.meta.url}:7:9)` })),
  },
  {
    name: 'leaks a key',
    rule: 'leak',
    message: /a key: "sk-live-/,
    topics: ['url'],
    plant: changeBodies((body) => {
      body.error.message += ' (sk-live-4eC39HqLyjWDarjtT1)'
      return body
    }),
  },
  {
    name: "repeats the client's credentials",
    rule: 'leak',
    message: /the client's credentials/,
    topics: ['method'],
    plant: changeBodies((body, { headers }) => {
      body.error.message += ` for ${headers.authorization}`
      return body
    }),
  },
  {
    name: 'repeats an unknown path',
    rule: 'leak',
    message: /request data: "planted"/,
    topics: ['routing'],
    plant: changeBodies((body, { url }) => {
      if (body.error.code === 'ENDPOINT_NOT_FOUND') body.error.message = `Cannot find ${url}`
      return body
    }),
  },
  {
    name: 'sends errors with status 200',
    rule: 'status',
    message: /Status is 200, expected 404 ENDPOINT_NOT_FOUND/,
    topics: ['url'],
    plant: changeErrors((pending) => {
      pending.status = 200
    }),
  },
  {
    name: 'sends a rate limit with status 503',
    rule: 'status',
    message: /Status of RATE_LIMIT_EXCEEDED is 503, expected the documented 429/,
    topics: ['requests'],
    plant: changeErrorsWithCode('RATE_LIMIT_EXCEEDED', (pending) => {
      pending.status = 503
    }),
  },
  {
    name: 'sends a client error with status 500',
    rule: 'status',
    message: /Status of INVALID_REQUEST is 500, expected the documented 400/,
    topics: ['url'],
    plant: changeErrorsWithCode('INVALID_REQUEST', (pending) => {
      pending.status = 500
    }),
  },
  {
    name: 'redirects from an unknown path',
    rule: 'status',
    message: /Status is 302/,
    topics: ['url'],
    plant: changeErrorsWithCode('ENDPOINT_NOT_FOUND', (pending) => {
      pending.status = 302
      pending.headers['location'] = '/'
    }),
  },
  {
    name: 'sends the reason phrase of another status',
    rule: 'reason',
    message: /The reason phrase of 404 is “OK”/,
    topics: ['url'],
    plant: changeErrors((pending) => {
      pending.reasonPhrase = 'OK'
    }),
  },
  {
    name: 'accepts an expired key',
    rule: 'status',
    message: /Status is 200, expected 401 EXPIRED_API_KEY/,
    topics: ['requests'],
    plant: (server) =>
      interceptRequests(server, ({ headers, rawHeaders }) => {
        if (headers.authorization !== 'Bearer sk-expired') return
        headers.authorization = 'Bearer sk-demo'
        rawHeaders.splice(rawHeaders.indexOf('Bearer sk-expired'), 1, 'Bearer sk-demo')
      }),
  },
  {
    name: 'responds to an unknown path in HTML',
    rule: 'content-type',
    message: /Content-Type is "text\/html; charset=utf-8", expected application\/json/,
    topics: ['url'],
    plant: changeErrorsWithCode('ENDPOINT_NOT_FOUND', (pending) => {
      pending.headers['content-type'] = 'text/html; charset=utf-8'
      pending.body = '<!DOCTYPE html><title>Error</title><pre>Cannot GET it</pre>'
    }),
  },
  {
    name: 'labels JSON as plain text',
    rule: 'content-type',
    message: /Content-Type is "text\/plain"/,
    topics: ['url'],
    plant: changeErrors(({ headers }) => {
      headers['content-type'] = 'text/plain'
    }),
  },
  {
    name: 'labels UTF-8 as Latin-1',
    rule: 'content-type',
    message: /charset=iso-8859-1/,
    topics: ['url'],
    plant: changeErrors(({ headers }) => {
      headers['content-type'] = 'application/json; charset=iso-8859-1'
    }),
  },
  {
    name: 'sends no body',
    rule: 'json',
    message: /The body is not valid JSON: empty/,
    topics: ['url'],
    plant: changeErrors((pending) => {
      pending.body = ''
    }),
  },
  {
    name: 'sends another body shape',
    rule: 'envelope',
    message: /must have required property 'success'/,
    topics: ['url'],
    plant: changeBodies(({ error }) => ({ statusCode: 404, error: 'Not Found', message: error.message })),
  },
  {
    name: 'omits a member',
    rule: 'envelope',
    message: /body\/meta must have required property 'timestamp'/,
    topics: ['url'],
    plant: changeBodies((body) => {
      delete body.meta.timestamp
      return body
    }),
  },
  {
    name: 'adds a member',
    rule: 'envelope',
    message: /must NOT have additional properties/,
    topics: ['url'],
    plant: changeBodies((body) => ({ ...body, debug: true })),
  },
  {
    name: 'omits the field of a validation error',
    rule: 'body',
    message: /The body has nothing at \/error\/details/,
    topics: ['requests'],
    plant: changeBodies((body) => {
      delete body.error.details
      return body
    }),
  },
  {
    name: 'names another field',
    rule: 'field',
    message: /Field is top_p, expected model/,
    topics: ['requests'],
    plant: changeBodies((body) => {
      if (body.error.details !== undefined) body.error.details = { field: 'top_p', issue: 'is missing' }
      return body
    }),
  },
  {
    name: 'uses one code for two errors',
    rule: 'code',
    message: /Response is 404 RESOURCE_NOT_FOUND, expected 404 MODEL_NOT_FOUND/,
    topics: ['requests'],
    plant: changeBodies((body) => {
      body.error.code = body.error.code.replace(/^(?:MODEL|ENDPOINT)_NOT_FOUND$/, 'RESOURCE_NOT_FOUND')
      return body
    }),
  },
  {
    name: 'replaces messages',
    rule: 'message',
    message: /Message is "Nope", expected "API key is required"/,
    topics: ['raise'],
    plant: changeBodies((body) => {
      body.error.message = 'Nope'
      return body
    }),
  },
  {
    name: 'sends no request id',
    rule: 'request-id',
    message: /x-request-id is missing/,
    topics: ['url'],
    plant: removeHeader('x-request-id'),
  },
  {
    name: 'sends different request ids in header and body',
    rule: 'request-id',
    message: /, the body has /,
    topics: ['url'],
    plant: changeErrors(({ headers }) => {
      headers['x-request-id'] = 'req_another'
    }),
  },
  {
    name: 'sends the same request id in every response',
    rule: 'request-id',
    message: /5 responses have 1 different request ids/,
    topics: ['request-id'],
    plant: changeErrors((pending) => {
      pending.headers['x-request-id'] = 'req_1'
      pending.body = pending.body.replace(/"request_id":"[^"]*"/, '"request_id":"req_1"')
    }),
  },
  {
    name: 'derives the request id from the one that the client sent',
    rule: 'request-id',
    message: /Two responses have the x-request-id req_derived/,
    topics: ['request-id'],
    plant: changeErrors((pending, request) => {
      if (request.headers['x-request-id'] !== 'check-1.a_B') return
      pending.headers['x-request-id'] = 'req_derived'
      pending.body = pending.body.replace(/"request_id":"[^"]*"/, '"request_id":"req_derived"')
    }),
  },
  {
    name: 'echoes an invalid request id',
    rule: 'request-id',
    message: /echoes an invalid request id/,
    topics: ['request-id'],
    plant: changeErrors((pending, request) => {
      const index = request.rawHeaders.findIndex((name) => name.toLowerCase() === 'x-request-id')
      if (index !== -1) pending.headers['x-request-id'] = request.rawHeaders[index + 1]
    }),
  },
  {
    name: 'omits WWW-Authenticate',
    rule: 'www-authenticate',
    message: /WWW-Authenticate is missing/,
    topics: ['key'],
    plant: removeHeader('www-authenticate'),
  },
  {
    name: 'omits Allow',
    rule: 'allow',
    message: /Allow is missing/,
    topics: ['method'],
    plant: removeHeader('allow'),
  },
  {
    name: 'lists a method in Allow that it rejects',
    rule: 'allow',
    message: /Allow contains TRACE, which was rejected/,
    topics: ['method'],
    plant: changeErrors((pending) => {
      if (pending.headers['allow'] !== undefined) pending.headers['allow'] = 'GET, HEAD, POST, TRACE'
    }),
  },
  {
    name: 'omits Retry-After',
    rule: 'retry-after',
    message: /Retry-After is missing, expected 7/,
    topics: ['requests'],
    plant: removeHeader('retry-after'),
  },
  {
    name: 'sends Retry-After as a word',
    rule: 'retry-after',
    message: /Retry-After is soon, expected whole seconds/,
    topics: ['requests'],
    plant: changeErrors(({ headers }) => {
      if (headers['retry-after'] !== undefined) headers['retry-after'] = 'soon'
    }),
  },
  {
    name: 'allows errors to be cached',
    rule: 'cache-control',
    message: /Cache-Control is "public, max-age=60"/,
    topics: ['url'],
    plant: changeErrors(({ headers }) => {
      headers['cache-control'] = 'public, max-age=60'
    }),
  },
  {
    name: 'allows content sniffing',
    rule: 'nosniff',
    message: /X-Content-Type-Options is missing/,
    topics: ['url'],
    plant: removeHeader('x-content-type-options'),
  },
  {
    name: 'sends the ETag of the discarded body',
    rule: 'abandoned-header',
    message: /etag is W\/"1"/,
    topics: ['url'],
    plant: changeErrors(({ headers }) => {
      headers['etag'] = 'W/"1"'
    }),
  },
  {
    name: 'sends less than its Content-Length',
    rule: 'answer',
    message: /No response; the connection stays open/,
    topics: ['method'],
    plant: changeErrors((pending) => {
      pending.headers['content-length'] = Buffer.byteLength(pending.body) + 10
    }),
  },
  {
    name: 'truncates bodies',
    rule: 'whole',
    message: /The body is truncated after/,
    topics: ['url'],
    plant: changeErrors((pending, { socket }) => {
      pending.headers['content-length'] = Buffer.byteLength(pending.body) + 10
      setImmediate(() => socket.destroySoon())
    }),
  },
  {
    name: 'responds to HEAD with another status than to GET',
    rule: 'head',
    message: /Status of HEAD is 405, of GET 404/,
    topics: ['head'],
    plant: changeErrors((pending, { method }) => {
      if (method === 'HEAD') pending.status = 405
    }),
  },
  {
    name: 'responds to HEAD with a body',
    rule: 'head',
    message: /The response to HEAD has a body/,
    topics: ['head'],
    plant: changeErrors((_pending, { method, socket }, response) => {
      if (method === 'HEAD') response.once('finish', () => socket.write('{"success":false}'))
    }),
  },
  {
    name: 'sends two responses',
    rule: 'once',
    message: /Unexpected data after the response: "HTTP\/1\.1 500/,
    topics: ['protocol'],
    plant: changeErrors((_pending, { socket }, response) => {
      response.once('finish', () =>
        socket.write('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n'),
      )
    }),
  },
  {
    name: 'closes the connection without announcing it',
    rule: 'answer',
    message: /No response; the connection was closed/,
    topics: ['connection'],
    plant: changeErrors((_pending, { socket }, response) => {
      response.once('finish', () => socket.destroySoon())
    }),
  },
  {
    name: 'leaves invalid HTTP to Node',
    rule: 'content-type',
    message: /Content-Type is missing/,
    topics: ['protocol'],
    plant(server) {
      server.removeAllListeners('clientError')
    },
  },
  {
    name: 'ends a failed stream normally',
    rule: 'stream',
    message: /The stream ends normally, last data: /,
    topics: ['requests'],
    plant: changeStreams((text) => text.replace(ERROR_EVENT, '')),
  },
  {
    name: 'sends [DONE] after the error event',
    rule: 'stream',
    message: /Unexpected data after the error event: "\[DONE\]"/,
    topics: ['requests'],
    plant: changeStreams((text) => text.replace(ERROR_EVENT, (event) => `${event}data: [DONE]\n\n`)),
  },
  {
    name: 'sends the error event without its name',
    rule: 'stream',
    message: /The event is named message, expected error/,
    topics: ['requests'],
    plant: changeStreams((text) => text.replace('event: error\n', '')),
  },
  {
    name: 'leaks a path in a stream',
    rule: 'leak',
    message: /a file path of the server: "\/srv\/app/,
    topics: ['requests'],
    plant: changeStreams((text) =>
      text.replace(/"message":"[^"]*"/, '"message":"ENOENT: /srv/app/model.bin"'),
    ),
  },
  {
    name: 'ends a partial response normally',
    rule: 'whole',
    message: /A truncated response looks complete/,
    topics: ['requests'],
    plant: (server) =>
      interceptRequests(server, (_request, response) => {
        response.destroy = () => response.end()
      }),
  },
  {
    name: 'omits a response from its OpenAPI document',
    rule: 'openapi',
    message: /The OpenAPI document does not describe status 403 of POST \/v1\/chat\/completions/,
    topics: ['requests', 'openapi'],
    plant: changeWrites(
      ({ req }) => req.url === '/openapi.json',
      (text) => text.replaceAll('"403":', '"418":'),
    ),
  },
]
