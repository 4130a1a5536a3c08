import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http'
import type { RuleName } from '@faultline/testing/check'

/** An answer that is about to be sent. */
interface Answer {
  status: number
  /** Undefined for the phrase of the status. */
  phrase: string | undefined
  readonly headers: OutgoingHttpHeaders
  body: string
}

type Change = (answer: Answer, request: IncomingMessage, response: ServerResponse) => void

/** One thing broken in a server that is sound. */
export interface Defect {
  readonly name: string
  /** The rule that it breaks. */
  readonly rule: RuleName
  /** Part of what is told of it. */
  readonly told: RegExp
  readonly plant: (server: Server) => void
}

/** Has every request go through a function before the app gets it. */
function intercept(server: Server, look: (request: IncomingMessage, response: ServerResponse) => void): void {
  const listeners = server.listeners('request') as ((...given: unknown[]) => void)[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    look(request, response)
    for (const listener of listeners) listener.call(server, request, response)
  })
}

type Sends = (...given: unknown[]) => unknown

/** A response's own method, whatever is put in its place. */
function own(response: ServerResponse, name: 'writeHead' | 'write' | 'end'): Sends {
  const send = response[name] as Sends
  return (...given) => Reflect.apply(send, response, given)
}

/** Has a server change each answer that tells of a failure, however its framework sends it. */
function failures(change: Change): (server: Server) => void {
  return (server) =>
    intercept(server, (request, response) => {
      const [writeHead, write, end] = [
        own(response, 'writeHead'),
        own(response, 'write'),
        own(response, 'end'),
      ]
      const written: string[] = []
      const isFailure = (): boolean => response.statusCode >= 400 && !response.headersSent
      Object.assign(response, {
        writeHead(status: number, ...rest: unknown[]): unknown {
          if (status < 400) return writeHead(status, ...rest)
          response.statusCode = status
          const given = rest.find((each) => typeof each === 'object' && each !== null)
          for (const [name, value] of entriesOf(given)) response.setHeader(name, value)
          return response
        },
        write(chunk: unknown, ...rest: unknown[]): unknown {
          if (!isFailure()) return write(chunk, ...rest)
          written.push(textOf(chunk))
          return true
        },
        end(...given: unknown[]): unknown {
          if (!isFailure()) return end(...given)
          const body = written.join('') + textOf(given[0])
          const headers = response.getHeaders()
          const changed: Answer = {
            status: response.statusCode,
            phrase: undefined,
            headers: { ...headers },
            body,
          }
          change(changed, request, response)
          const { 'content-length': length } = changed.headers
          if (changed.body !== body && length !== undefined && length === headers['content-length'])
            changed.headers['content-length'] = Buffer.byteLength(changed.body)
          for (const name of response.getHeaderNames()) response.removeHeader(name)
          writeHead(
            changed.status,
            ...(changed.phrase === undefined ? [] : [changed.phrase]),
            changed.headers,
          )
          return request.method === 'HEAD' ? end() : end(changed.body)
        },
      })
    })
}

/** What is written: a text, bytes, or nothing but a callback. */
function textOf(chunk: unknown): string {
  if (chunk === undefined || chunk === null || typeof chunk === 'function') return ''
  return typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
}

function entriesOf(headers: unknown): [string, string | string[]][] {
  if (!Array.isArray(headers)) return Object.entries((headers ?? {}) as Record<string, string>)
  // Names and values by turns, as writeHead takes them, too.
  const flat = headers.flat() as string[]
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!]] : []))
}

/** Has a server change what it writes to some responses. */
function writing(
  isMeant: (response: ServerResponse) => boolean,
  change: (text: string) => string,
): (server: Server) => void {
  return (server) =>
    intercept(server, (_request, response) => {
      const [write, end] = [own(response, 'write'), own(response, 'end')]
      const changed = (chunk: unknown): unknown =>
        textOf(chunk) === '' || !isMeant(response) ? chunk : change(textOf(chunk))
      Object.assign(response, {
        write: (chunk: unknown, ...rest: unknown[]) => write(changed(chunk), ...rest),
        end: (chunk: unknown, ...rest: unknown[]) => end(changed(chunk), ...rest),
      })
    })
}

/** Has a server change what it writes to event streams. */
const streams = (change: (text: string) => string): ((server: Server) => void) =>
  writing((response) => response.statusCode === 200 && /event-stream/.test(headOf(response)), change)

function headOf(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { _header?: string | null }
  return `${head ?? ''}${String(response.getHeader('content-type'))}`
}

/** Changes the body of each failure, as JSON. */
const json = (change: (body: Body, request: IncomingMessage) => unknown): ((server: Server) => void) =>
  failures((answer, request) => {
    // The answer to HEAD has none.
    if (answer.body === '') return
    answer.body = JSON.stringify(change(JSON.parse(answer.body) as Body, request))
  })

interface Body {
  success: boolean
  error: { code: string; message: string; details?: unknown; stack?: string }
  meta: { request_id?: string; timestamp?: string }
}

const without = (name: string): ((server: Server) => void) =>
  failures(({ headers }) => {
    delete headers[name]
  })

/** Changes the failures of one wire code. */
const ofCode = (code: string, change: Change): ((server: Server) => void) =>
  failures((answer, request, response) => {
    if (answer.body.includes(`"${code}"`)) change(answer, request, response)
  })

const EVENT = /\n*event: error\ndata: [^\n]*\n\n/

/** Each is found by the check, and named. */
export const defects: readonly Defect[] = [
  {
    name: 'leaks the message of a bug',
    rule: 'leak',
    told: /an address of the server’s network: "10\.0\.0\.5"/,
    plant: json((body) => {
      if (body.error.code === 'INTERNAL_ERROR') body.error.message = 'connect to 10.0.0.5:5432 failed'
      return body
    }),
  },
  {
    name: 'leaks a stack',
    rule: 'leak',
    told: /a stack trace/,
    plant: json((body) => ({ ...body, stack: `Error: x\n    at handler (${import.meta.url}:7:9)` })),
  },
  {
    name: 'leaks a key',
    rule: 'leak',
    told: /a key: "sk-live-/,
    plant: json((body) => {
      body.error.message += ' (sk-live-4eC39HqLyjWDarjtT1)'
      return body
    }),
  },
  {
    name: 'says back who asks',
    rule: 'leak',
    told: /what the client is known by/,
    plant: json((body, { headers }) => {
      body.error.message += ` for ${headers.authorization}`
      return body
    }),
  },
  {
    name: 'says back the path that it does not know',
    rule: 'leak',
    told: /what the client had sent: "planted"/,
    plant: json((body, { url }) => {
      if (body.error.code === 'ENDPOINT_NOT_FOUND') body.error.message = `There is no ${url}`
      return body
    }),
  },
  {
    name: 'answers failures with 200',
    rule: 'status',
    told: /It is answered 200, and should be 404 ENDPOINT_NOT_FOUND/,
    plant: failures((answer) => {
      answer.status = 200
    }),
  },
  {
    name: 'answers a rate limit with 503',
    rule: 'status',
    told: /RATE_LIMIT_EXCEEDED is documented with 429, and was sent with 503/,
    plant: ofCode('RATE_LIMIT_EXCEEDED', (answer) => {
      answer.status = 503
    }),
  },
  {
    name: 'answers what the client did wrong with 500',
    rule: 'status',
    told: /INVALID_REQUEST is documented with 400, and was sent with 500/,
    plant: ofCode('INVALID_REQUEST', (answer) => {
      answer.status = 500
    }),
  },
  {
    name: 'redirects from an unknown path',
    rule: 'status',
    told: /It is answered 302/,
    plant: ofCode('ENDPOINT_NOT_FOUND', (answer) => {
      answer.status = 302
      answer.headers['location'] = '/'
    }),
  },
  {
    name: 'has the phrase of another status',
    rule: 'reason',
    told: /The reason phrase of 404 is “OK”/,
    plant: failures((answer) => {
      answer.phrase = 'OK'
    }),
  },
  {
    name: 'takes an expired key',
    rule: 'status',
    told: /It is answered 200, and should be 401 EXPIRED_API_KEY/,
    plant: (server) =>
      intercept(server, ({ headers, rawHeaders }) => {
        if (headers.authorization !== 'Bearer sk-expired') return
        headers.authorization = 'Bearer sk-demo'
        rawHeaders.splice(rawHeaders.indexOf('Bearer sk-expired'), 1, 'Bearer sk-demo')
      }),
  },
  {
    name: 'answers an unknown path in HTML',
    rule: 'content-type',
    told: /Content-Type is "text\/html; charset=utf-8", and should be application\/json/,
    plant: ofCode('ENDPOINT_NOT_FOUND', (answer) => {
      answer.headers['content-type'] = 'text/html; charset=utf-8'
      answer.body = '<!DOCTYPE html><title>Error</title><pre>Cannot GET it</pre>'
    }),
  },
  {
    name: 'calls JSON text',
    rule: 'content-type',
    told: /Content-Type is "text\/plain"/,
    plant: failures(({ headers }) => {
      headers['content-type'] = 'text/plain'
    }),
  },
  {
    name: 'says that UTF-8 is Latin-1',
    rule: 'content-type',
    told: /charset=iso-8859-1/,
    plant: failures(({ headers }) => {
      headers['content-type'] = 'application/json; charset=iso-8859-1'
    }),
  },
  {
    name: 'sends no body',
    rule: 'json',
    told: /The body is no JSON: it is empty/,
    plant: failures((answer) => {
      answer.body = ''
    }),
  },
  {
    name: 'answers in another shape',
    rule: 'envelope',
    told: /must have required property 'success'/,
    plant: json(({ error }) => ({ statusCode: 404, error: 'Not Found', message: error.message })),
  },
  {
    name: 'leaves a member out',
    rule: 'envelope',
    told: /body\/meta must have required property 'timestamp'/,
    plant: json((body) => {
      delete body.meta.timestamp
      return body
    }),
  },
  {
    name: 'has a member too many',
    rule: 'envelope',
    told: /must NOT have additional properties/,
    plant: json((body) => ({ ...body, debug: true })),
  },
  {
    name: 'does not say which field',
    rule: 'body',
    told: /The body has nothing at \/error\/details/,
    plant: json((body) => {
      delete body.error.details
      return body
    }),
  },
  {
    name: 'names another field',
    rule: 'field',
    told: /The field at fault is top_p, and should be model/,
    plant: json((body) => {
      if (body.error.details !== undefined) body.error.details = { field: 'top_p', issue: 'is missing' }
      return body
    }),
  },
  {
    name: 'calls everything by one code',
    rule: 'code',
    told: /It is 404 RESOURCE_NOT_FOUND, and should be 404 MODEL_NOT_FOUND/,
    plant: json((body) => {
      body.error.code = body.error.code.replace(/^(?:MODEL|ENDPOINT)_NOT_FOUND$/, 'RESOURCE_NOT_FOUND')
      return body
    }),
  },
  {
    name: 'has messages of its own',
    rule: 'message',
    told: /The message is "Nope", and should be "API key is required"/,
    plant: json((body) => {
      body.error.message = 'Nope'
      return body
    }),
  },
  {
    name: 'has no request id',
    rule: 'request-id',
    told: /x-request-id is missing/,
    plant: without('x-request-id'),
  },
  {
    name: 'has another request id in the header',
    rule: 'request-id',
    told: /in the body the id is/,
    plant: failures(({ headers }) => {
      headers['x-request-id'] = 'req_another'
    }),
  },
  {
    name: 'has one request id for all',
    rule: 'request-id',
    told: /Of 5 answers 1 have an id of their own/,
    plant: failures((answer) => {
      answer.headers['x-request-id'] = 'req_1'
      answer.body = answer.body.replace(/"request_id":"[^"]*"/, '"request_id":"req_1"')
    }),
  },
  {
    name: 'does not bring a request’s id back',
    rule: 'request-id',
    told: /and the request came with check-1/,
    plant: (server) =>
      intercept(server, ({ headers }) => {
        delete headers['x-request-id']
      }),
  },
  {
    name: 'brings back whatever is called an id',
    rule: 'request-id',
    told: /brings back what is no id/,
    plant: failures((answer, request) => {
      const at = request.rawHeaders.findIndex((name) => name.toLowerCase() === 'x-request-id')
      if (at !== -1) answer.headers['x-request-id'] = request.rawHeaders[at + 1]
    }),
  },
  {
    name: 'does not say how to authenticate',
    rule: 'www-authenticate',
    told: /WWW-Authenticate is missing/,
    plant: without('www-authenticate'),
  },
  {
    name: 'does not say which methods a path takes',
    rule: 'allow',
    told: /Allow is missing/,
    plant: without('allow'),
  },
  {
    name: 'says that a path takes what it refuses',
    rule: 'allow',
    told: /Allow has TRACE, which was refused/,
    plant: failures((answer) => {
      if (answer.headers['allow'] !== undefined) answer.headers['allow'] = 'GET, HEAD, POST, TRACE'
    }),
  },
  {
    name: 'does not say when to come back',
    rule: 'retry-after',
    told: /Retry-After is missing, and should be 7/,
    plant: without('retry-after'),
  },
  {
    name: 'says when to come back in words',
    rule: 'retry-after',
    told: /Retry-After is soon, and should be whole seconds/,
    plant: failures(({ headers }) => {
      if (headers['retry-after'] !== undefined) headers['retry-after'] = 'soon'
    }),
  },
  {
    name: 'lets failures be stored',
    rule: 'cache-control',
    told: /Cache-Control is "public, max-age=60"/,
    plant: failures(({ headers }) => {
      headers['cache-control'] = 'public, max-age=60'
    }),
  },
  {
    name: 'lets browsers guess',
    rule: 'nosniff',
    told: /X-Content-Type-Options is missing/,
    plant: without('x-content-type-options'),
  },
  {
    name: 'sends the tag of what it did not send',
    rule: 'abandoned-header',
    told: /etag is W\/"1"/,
    plant: failures(({ headers }) => {
      headers['etag'] = 'W/"1"'
    }),
  },
  {
    name: 'promises more of a body than it sends',
    rule: 'answer',
    told: /There is no answer; the connection stays open/,
    plant: failures((answer) => {
      answer.headers['content-length'] = Buffer.byteLength(answer.body) + 10
    }),
  },
  {
    name: 'breaks bodies off',
    rule: 'whole',
    told: /The body breaks off after/,
    plant: failures((answer, { socket }) => {
      answer.headers['content-length'] = Buffer.byteLength(answer.body) + 10
      setImmediate(() => socket.destroySoon())
    }),
  },
  {
    name: 'answers HEAD as something else',
    rule: 'head',
    told: /HEAD is answered 405, and GET 404/,
    plant: failures((answer, { method }) => {
      if (method === 'HEAD') answer.status = 405
    }),
  },
  {
    name: 'answers HEAD with a body',
    rule: 'head',
    told: /HEAD is answered with a body/,
    plant: failures((_answer, { method, socket }, response) => {
      if (method === 'HEAD') response.once('finish', () => socket.write('{"success":false}'))
    }),
  },
  {
    name: 'answers twice',
    rule: 'once',
    told: /There is more behind the answer: "HTTP\/1\.1 500/,
    plant: failures((_answer, { socket }, response) => {
      response.once('finish', () =>
        socket.write('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n'),
      )
    }),
  },
  {
    name: 'closes the connection without a word',
    rule: 'answer',
    told: /There is no answer; the connection was closed/,
    plant: failures((_answer, { socket }, response) => {
      response.once('finish', () => socket.destroySoon())
    }),
  },
  {
    name: 'leaves what is no HTTP to Node',
    rule: 'content-type',
    told: /Content-Type is missing/,
    plant(server) {
      server.removeAllListeners('clientError')
    },
  },
  {
    name: 'ends a stream that failed as if all were well',
    rule: 'stream',
    told: /It ends as if all were well/,
    plant: streams((text) => text.replace(EVENT, '')),
  },
  {
    name: 'says that a stream that failed is done',
    rule: 'stream',
    told: /There is more behind the error: "data: \[DONE\]"/,
    plant: streams((text) => text.replace(EVENT, (event) => `${event}data: [DONE]\n\n`)),
  },
  {
    name: 'tells of a stream’s failure in an event like any other',
    rule: 'stream',
    told: /The event is called nothing, and should be called error/,
    plant: streams((text) => text.replace('event: error\n', '')),
  },
  {
    name: 'leaks in a stream',
    rule: 'leak',
    told: /a path of the server: "\/srv\/app/,
    plant: streams((text) => text.replace(/"message":"[^"]*"/, '"message":"ENOENT: /srv/app/model.bin"')),
  },
  {
    name: 'ends half an answer as a whole one',
    rule: 'whole',
    told: /The answer looks whole, and is half of one/,
    plant: (server) =>
      intercept(server, (_request, response) => {
        response.destroy = () => response.end()
      }),
  },
  {
    name: 'documents less than it answers',
    rule: 'openapi',
    told: /The document tells of no 403 of POST \/v1\/chat\/completions/,
    plant: writing(
      ({ req }) => req.url === '/openapi.json',
      (text) => text.replaceAll('"403":', '"418":'),
    ),
  },
]
