import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { models, streamFailure, type Behavior } from './models.ts'
import {
  createChunks,
  createCompletion,
  createInvalidRequest,
  parseChat,
  type ChatRequest,
  type Failure,
} from './wire.ts'

/** The start of a chunk, without the rest of its line. */
const HALF_EVENT = 'data: {"id": "chatcmpl-1", "choices": [{"delta": {"content": "half'
const MAX_BODY_BYTES = 2 * 1024 * 1024

/** A running upstream. */
export interface Upstream {
  /** `http://HOST:PORT` */
  readonly url: string
  /** Returns how often a model was called. */
  calls(model: string): number
  /** Number of chat responses in progress. */
  readonly openStreams: number
  /** Stops the server and closes all connections. */
  close(): Promise<void>
}

/** Starts the upstream. @param port 0 for any free port. */
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

/** A server with OpenAI's wire format that fails as the model in the request requires. */
class UpstreamService {
  readonly server: Server
  readonly calls = new Map<string, number>()
  openStreams = 0
  #requests = 0

  constructor() {
    this.server = createServer((request, response) => {
      // Headers that a gateway must not forward.
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
    const chat = isFailure(body) ? body : parseChat(body)
    if (isFailure(chat)) {
      sendFailure(response, chat)
      return
    }
    this.calls.set(chat.model, (this.calls.get(chat.model) ?? 0) + 1)
    const behavior = Object.hasOwn(models, chat.model) ? models[chat.model]! : unknownModel
    this.openStreams += 1
    try {
      await behave(behavior, chat, response)
    } finally {
      this.openStreams -= 1
    }
  }
}

const unknownModel: Behavior = {
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

async function behave(behavior: Behavior, chat: ChatRequest, response: ServerResponse): Promise<void> {
  switch (behavior.kind) {
    case 'complete':
      if (chat.stream) await stream(response, createChunks(chat), { isComplete: true })
      else send(response, 200, createCompletion(chat))
      break
    case 'fail':
      sendFailure(response, behavior.failure)
      break
    case 'hang':
      await once(response, 'close')
      break
    case 'disconnect':
      response.destroy()
      break
    case 'invalid-json':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "chatcmpl-1", "choices": [')
      break
    case 'stream':
      await streamPartially(behavior, chat, response)
      break
    case 'slow': {
      const long = {
        ...chat,
        content: Array.from({ length: behavior.chunks }, (_, index) => `word${index}`).join(' '),
      }
      if (chat.stream)
        await stream(response, createChunks(long), { intervalMs: behavior.intervalMs, isComplete: true })
      else send(response, 200, createCompletion(chat))
    }
  }
}

/** Sends the first part of a response and then fails. */
async function streamPartially(
  { chunks: count, end }: Behavior & { kind: 'stream' },
  chat: ChatRequest,
  response: ServerResponse,
): Promise<void> {
  if (!chat.stream && end === 'error') sendFailure(response, streamFailure)
  else if (!chat.stream) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"id": "chatcmpl-1", "choi', () => response.destroy())
  } else {
    await stream(response, [...createChunks({ ...chat, content: 'Half an answer' })].slice(0, count), {})
    if (end === 'error') response.end(`data: ${JSON.stringify({ error: streamFailure.error })}\n\n`)
    else response.write(end === 'half-event' ? HALF_EVENT : '', () => response.destroy())
  }
}

/** Writes chunks as events, with backpressure, and stops when the client disconnects. */
async function stream(
  response: ServerResponse,
  source: Iterable<object>,
  { intervalMs = 0, isComplete = false }: { intervalMs?: number; isComplete?: boolean },
): Promise<void> {
  const disconnect = new AbortController()
  response.once('close', () => disconnect.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  try {
    for (const chunk of source) {
      if (intervalMs > 0) await sleep(intervalMs, undefined, { signal: disconnect.signal })
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`))
        await once(response, 'drain', { signal: disconnect.signal })
    }
    if (isComplete) response.end('data: [DONE]\n\n')
  } catch (error) {
    if (!disconnect.signal.aborted) throw error
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read the rest of a body that is too large, so that the connection can serve the next request.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) return { ...createInvalidRequest('The body is too large.'), status: 413 }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    return createInvalidRequest('We could not parse the JSON body of your request.')
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
