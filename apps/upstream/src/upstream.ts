import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { models, streamFailure, type Behaviour } from './models.ts'
import { chunks, completion, invalid, readChat, type ChatRequest, type Failure } from './wire.ts'

const LARGEST_BODY = 2 * 1024 * 1024

/** A running upstream. */
export interface Upstream {
  /** `http://HOST:PORT` */
  readonly url: string
  /** How often a model was called. */
  calls(model: string): number
  /** How many streams are being written. */
  readonly openStreams: number
  /** Ends it, requests that hang included. */
  close(): Promise<void>
}

/** Starts the upstream. @param port 0 takes a free one. */
export async function startUpstream(port = 0, host = '127.0.0.1'): Promise<Upstream> {
  const service = new UpstreamService()
  service.server.listen(port, host)
  await once(service.server, 'listening')
  const address = service.server.address() as AddressInfo
  return {
    url: `http://${host}:${address.port}`,
    calls: (model) => service.calls.get(model) ?? 0,
    get openStreams() {
      return service.openStreams
    },
    async close() {
      const closed = once(service.server, 'close')
      service.server.close()
      service.server.closeAllConnections()
      await closed
    },
  }
}

/** The misbehaving server: OpenAI's wire format, errors included. */
class UpstreamService {
  readonly server: Server
  readonly calls = new Map<string, number>()
  openStreams = 0
  #requests = 0

  constructor() {
    this.server = createServer((request, response) => {
      // What a gateway must not pass on.
      response.setHeader('openai-organization', 'org-upstream-secret')
      response.setHeader('set-cookie', '__cf_bm=upstream-secret; path=/')
      response.setHeader('x-request-id', `upstream-${++this.#requests}`)
      this.#route(request, response).catch(() => response.destroy())
    })
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0]
    if (!/^Bearer \S+$/.test(request.headers.authorization ?? '')) {
      sendFailure(response, {
        status: 401,
        error: {
          message: 'You did not provide an API key.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      })
    } else if (request.method === 'GET' && path === '/v1/models') {
      send(response, 200, {
        object: 'list',
        data: Object.keys(models).map((id) => ({ id, object: 'model', created: 0, owned_by: 'upstream' })),
      })
    } else if (request.method === 'POST' && path === '/v1/chat/completions') {
      await this.#chat(request, response)
    } else if (request.method === 'POST' && path === '/v1/images/generations') {
      const body = await readJson(request)
      if (isFailure(body)) sendFailure(response, body)
      else send(response, 200, { created: 0, data: [{ url: 'https://images.example/1.png' }] })
    } else {
      sendFailure(response, {
        status: 404,
        error: {
          message: 'Unknown request URL.',
          type: 'invalid_request_error',
          param: null,
          code: 'unknown_url',
        },
      })
    }
  }

  async #chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request)
    const chat = isFailure(body) ? body : readChat(body)
    if (isFailure(chat)) {
      sendFailure(response, chat)
      return
    }
    this.calls.set(chat.model, (this.calls.get(chat.model) ?? 0) + 1)
    const behaviour = Object.hasOwn(models, chat.model) ? models[chat.model]! : unknownModel
    this.openStreams += 1
    try {
      await behave(behaviour, chat, response)
    } finally {
      this.openStreams -= 1
    }
  }
}

const unknownModel: Behaviour = {
  kind: 'fail',
  failure: {
    status: 404,
    error: {
      message: 'The model does not exist.',
      type: 'invalid_request_error',
      param: null,
      code: 'model_not_found',
    },
  },
}

async function behave(behaviour: Behaviour, chat: ChatRequest, response: ServerResponse): Promise<void> {
  switch (behaviour.kind) {
    case 'answer':
      if (chat.stream) await stream(response, chunks(chat), { done: true })
      else send(response, 200, completion(chat))
      break
    case 'fail':
      sendFailure(response, behaviour.failure)
      break
    case 'hang':
      await once(response, 'close')
      break
    case 'cut':
      response.destroy()
      break
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "chatcmpl-1", "choices": [')
      break
    case 'stream':
      await breakOff(behaviour, chat, response)
      break
    case 'slow': {
      const long = {
        ...chat,
        content: Array.from({ length: behaviour.chunks }, (_, at) => `word${at}`).join(' '),
      }
      if (chat.stream) await stream(response, chunks(long), { every: behaviour.every, done: true })
      else send(response, 200, completion(chat))
    }
  }
}

/** Half an answer, and then what the model ends with. */
async function breakOff(
  { chunks: count, end }: Behaviour & { kind: 'stream' },
  chat: ChatRequest,
  response: ServerResponse,
): Promise<void> {
  if (!chat.stream && end === 'error') sendFailure(response, streamFailure)
  else if (!chat.stream) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"id": "chatcmpl-1", "choi', () => response.destroy())
  } else {
    await stream(response, [...chunks({ ...chat, content: 'Half an answer' })].slice(0, count), {})
    const last = end === 'error' ? `data: ${JSON.stringify({ error: streamFailure.error })}\n\n` : ''
    if (end === 'error') response.end(last)
    else response.write('', () => response.destroy())
  }
}

/** Writes chunks as events, no faster than they are read, and stops when the client leaves. */
async function stream(
  response: ServerResponse,
  source: Iterable<object>,
  { every = 0, done = false }: { every?: number; done?: boolean },
): Promise<void> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  try {
    for (const chunk of source) {
      if (every > 0) await setTimeout(every, undefined, { signal: left.signal })
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`))
        await once(response, 'drain', { signal: left.signal })
    }
    if (done) response.end('data: [DONE]\n\n')
  } catch (error) {
    if (!left.signal.aborted) throw error
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    // What is too much is read all the same, so that the connection can serve the next request.
    if (size <= LARGEST_BODY) parts.push(part)
  }
  if (size > LARGEST_BODY) return { ...invalid('The body is too large.'), status: 413 }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown
  } catch {
    return invalid('We could not parse the JSON body of your request.')
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'status' in value && 'error' in value
}

function sendFailure(response: ServerResponse, { status, error, headers = {} }: Failure): void {
  send(response, status, { error }, headers)
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
