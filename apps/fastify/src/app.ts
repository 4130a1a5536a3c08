import type { Server } from 'node:http'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import {
  PARTIAL_BODY,
  isStream,
  MAX_BODY_BYTES,
  assertValid,
  assertValidChat,
  limitMessages,
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

/** The demo API on Fastify. Route handlers throw typed errors; Faultline turns them into responses. */
export async function createApp(gateway: Gateway): Promise<FastifyInstance> {
  const app = Fastify({
    ...serverOptions(gateway.faultline),
    bodyLimit: MAX_BODY_BYTES,
    // Report all problems, and do not change the body.
    ajv: {
      customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: false },
    },
  })
  await app.register(faultline, gateway.faultline)
  await app.register(multipart, { limits: { fileSize: MAX_BODY_BYTES, files: 1 } })
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('ignore', 'ignore'),
  )
  const setRequestId = requestId(gateway.faultline)
  app.addHook('onRequest', ({ raw }, reply, done) => setRequestId(raw, reply.raw, done))
  app.addHook('onRequest', async (request) => {
    gateway.checkPath(getPath(request))
  })

  app.get('/health', async () => gateway.health('fastify'))
  app.get('/openapi.json', async () => gateway.openapi())
  for (const prefix of ['/v1', '/compat/:envelope/v1']) {
    await app.register(async (scope) => addRoutes(scope, gateway, prefix.split('/').length), { prefix })
  }
  return app
}

/** Creates the app's server. */
export async function createServer(gateway: Gateway): Promise<Server> {
  const app = await createApp(gateway)
  await app.ready()
  return app.server
}

/** Runs before the schema is checked. */
async function limitChat(request: FastifyRequest): Promise<void> {
  request.body = limitMessages(request.body)
}

/** @param depth Number of path segments in the prefix, including the empty one before the first slash. */
function addRoutes(v1: FastifyInstance, gateway: Gateway, depth: number): void {
  // Runs before the body is read, and not for an unknown path or method.
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { headers, release } = await gateway.admit({
      method: request.method,
      path: `/${getPath(request).split('/').slice(depth).join('/')}`,
      authorization: request.headers.authorization,
      apiKey: request.headers['x-api-key'] as string | undefined,
    })
    reply.headers(headers)
    if (reply.raw.closed) release()
    else reply.raw.once('close', release)
  }

  const requireType = (type: 'json' | 'multipart') => async (request: FastifyRequest) => {
    gateway.checkMediaType(request.headers['content-type'], type, request.headers['content-encoding'])
  }

  const json = {
    onRequest: [admit, requireType('json')],
    preParsing: async (request: FastifyRequest, _reply: FastifyReply, payload: NodeJS.ReadableStream) => {
      const encoding = request.headers['content-encoding']
      if (encoding === undefined || encoding === 'identity') return payload
      // requireType has rejected other encodings.
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
    gateway.getModel(params.model),
  )

  v1.post(
    '/chat/completions',
    { ...json, preValidation: limitChat, schema: { body: chat } },
    async (request, reply) => {
      assertValidChat(listPaths(request), request.body)
      const result = await gateway.createChat(request.body, abortOnClose(reply))
      return isStream(result) ? stream(reply, result) : result
    },
  )

  v1.post('/images/generations', { ...json, schema: { body: image } }, async (request, reply) => {
    assertValid(listPaths(request), request.body)
    return gateway.createImage(request.body, abortOnClose(reply))
  })

  v1.post('/files', { onRequest: [admit, requireType('multipart')] }, async (request) => {
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
      reply.raw.write(PARTIAL_BODY)
    }
    return gateway.throwKind(params.kind)
  })
}

function getPath({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url
}

/** Returns the paths at which schema validation found problems. */
function listPaths({ validationError }: FastifyRequest): Path[] {
  const problems = (validationError?.validation ?? []) as FastifySchemaValidationError[]
  return problems.map(({ instancePath, params }) => {
    const keys = instancePath
      .split('/')
      .slice(1)
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const { missingProperty } = params as { missingProperty?: string }
    return missingProperty === undefined ? keys : [...keys, missingProperty]
  })
}

/** Returns a signal that aborts when the client disconnects. */
function abortOnClose(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}
