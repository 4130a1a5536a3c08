import type { Server } from 'node:http'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import {
  HALF_A_BODY,
  isStream,
  LARGEST_BODY,
  refuse,
  refuseChat,
  type Gateway,
  type Path,
} from '@faultline/app-gateway'
import { faultline, requestId, serverOptions, stream } from '@faultline/fastify'
import multipart from '@fastify/multipart'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from 'fastify'
import { chat, image } from './schemas.ts'

const decompressors: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The demo API on Fastify: handlers call the gateway, and what it throws is answered. */
export async function createApp(gateway: Gateway): Promise<FastifyInstance> {
  const app = Fastify({
    ...serverOptions(gateway.faultline),
    bodyLimit: LARGEST_BODY,
    // Every problem is told, and a body is taken as it came.
    ajv: {
      customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: false },
    },
  })
  await app.register(faultline, gateway.faultline)
  await app.register(multipart, { limits: { fileSize: LARGEST_BODY, files: 1 } })
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('ignore', 'ignore'),
  )
  const identify = requestId(gateway.faultline)
  app.addHook('onRequest', ({ raw }, reply, done) => identify(raw, reply.raw, done))
  app.addHook('onRequest', async (request) => {
    gateway.judgePath(request.url.split('?', 1)[0]!)
  })

  app.get('/health', async () => gateway.health('fastify'))
  app.get('/openapi.json', async () => gateway.openapi())
  for (const prefix of ['/v1', '/compat/:envelope/v1']) {
    await app.register(async (scope) => routes(scope, gateway, prefix.split('/').length), { prefix })
  }
  return app
}

/** The app's server, not listening yet. */
export async function createServer(gateway: Gateway): Promise<Server> {
  const app = await createApp(gateway)
  await app.ready()
  return app.server
}

function routes(v1: FastifyInstance, gateway: Gateway, depth: number): void {
  // Before the body is read; an unknown path or method never comes here.
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { headers, release } = await gateway.admit({
      method: request.method,
      path: `/${request.url.split('?', 1)[0]!.split('/').slice(depth).join('/')}`,
      authorization: request.headers.authorization,
      apiKey: request.headers['x-api-key'] as string | undefined,
    })
    reply.headers(headers)
    if (reply.raw.closed) release()
    else reply.raw.once('close', release)
  }

  const wants = (type: 'json' | 'multipart') => async (request: FastifyRequest) => {
    gateway.judgeMediaType(request.headers['content-type'], type, request.headers['content-encoding'])
  }

  const json = {
    onRequest: [admit, wants('json')],
    preParsing: async (request: FastifyRequest, _reply: FastifyReply, payload: NodeJS.ReadableStream) => {
      const encoding = request.headers['content-encoding']
      if (encoding === undefined || encoding === 'identity') return payload
      const body = decompressors[encoding.toLowerCase()]!()
      payload.once('error', (error: Error) => body.destroy(error))
      return Object.assign(payload.pipe(body), {
        receivedEncodedLength: Number(request.headers['content-length']),
      })
    },
    attachValidation: true,
  }

  v1.get('/models', { onRequest: admit }, async () => gateway.listModels())

  v1.get<{ Params: { model: string } }>('/models/:model', { onRequest: admit }, async ({ params }) =>
    gateway.model(params.model),
  )

  v1.post('/chat/completions', { ...json, schema: { body: chat } }, async (request, reply) => {
    refuseChat(pathsOf(request), request.body)
    const answer = await gateway.chat(request.body, signalOf(reply))
    return isStream(answer) ? stream(reply, answer) : answer
  })

  v1.post('/images/generations', { ...json, schema: { body: image } }, async (request, reply) => {
    refuse(pathsOf(request), request.body)
    return gateway.image(request.body, signalOf(reply))
  })

  v1.post('/files', { onRequest: [admit, wants('multipart')] }, async (request) => {
    const files = []
    for await (const part of request.parts()) {
      if (part.type !== 'file') continue
      const { length } = await part.toBuffer()
      files.push({ field: part.fieldname, filename: part.filename, bytes: length })
    }
    return gateway.storeFile(files)
  })

  v1.post<{ Params: { id: string } }>('/resources/:id', { onRequest: admit }, async ({ params }, reply) => {
    reply.code(201)
    return gateway.createResource(params.id)
  })

  v1.get<{ Params: { code: string }; Querystring: Record<string, unknown> }>(
    '/errors/:code',
    { onRequest: admit },
    async ({ params, query, url }, reply) => stream(reply, gateway.throwByCode(params.code, query, url)),
  )

  v1.get<{ Params: { kind: string } }>('/throw/:kind', { onRequest: admit }, async ({ params }, reply) => {
    if (params.kind === 'after-headers') {
      reply.raw.writeHead(200, { 'Content-Type': 'application/json' })
      reply.raw.write(HALF_A_BODY)
    }
    return gateway.throwKind(params.kind)
  })
}

/** Where JSON Schema found something. */
function pathsOf({ validationError }: FastifyRequest): Path[] {
  const found = (validationError?.validation ?? []) as FastifySchemaValidationError[]
  return found.map(({ instancePath, params }) => {
    const keys = instancePath
      .split('/')
      .slice(1)
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const { missingProperty } = params as { missingProperty?: string }
    return missingProperty === undefined ? keys : [...keys, missingProperty]
  })
}

/** Aborts when the client has left. */
function signalOf(reply: FastifyReply): AbortSignal {
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  return left.signal
}
