import {
  abortOnClose,
  isForbiddenPrompt,
  isPromptTooLong,
  isSupportedFile,
  PARTIAL_BODY,
  type ChatRequest,
  type Gateway,
  type ImageRequest,
} from '@faultline/app-gateway'
import {
  Conflict,
  InvalidFileFormat,
  MissingRequiredField,
  ModelNotFound,
  PromptTooLong,
  PromptViolation,
  stream,
  UnsupportedMediaType,
  UnsupportedModel,
} from '@faultline/fastify'
import type { FastifyPluginAsync, onRequestAsyncHookHandler } from 'fastify'
import { authenticate } from './authenticate.ts'
import { chatRequest, imageRequest } from './schemas.ts'

/** Creates the plugin with the routes that need a key. */
export function createRoutes(gateway: Gateway): FastifyPluginAsync {
  const { models } = gateway
  return async (v1) => {
    // Runs for known paths and methods, before the body is read.
    v1.addHook('onRequest', authenticate(gateway))

    v1.get('/models', async () => ({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }))

    v1.get<{ Params: { model: string } }>('/models/:model', async ({ params: { model } }) => {
      if (!models.includes(model)) throw new ModelNotFound({ model, available: models })
      return { id: model, object: 'model' }
    })

    v1.post<{ Body: ChatRequest }>(
      '/chat/completions',
      { onRequest: requireType('application/json'), schema: { body: chatRequest } },
      async ({ body }, reply) => {
        if (isPromptTooLong(body)) throw new PromptTooLong()
        if (!models.includes(body.model)) throw new UnsupportedModel({ model: body.model, available: models })
        const signal = abortOnClose(reply.raw)
        return body.stream
          ? stream(reply, await gateway.streamChat(body, signal))
          : gateway.createChat(body, signal)
      },
    )

    v1.post<{ Body: ImageRequest }>(
      '/images/generations',
      { onRequest: requireType('application/json'), schema: { body: imageRequest } },
      async ({ body }, reply) => {
        if (isForbiddenPrompt(body.prompt)) throw new PromptViolation()
        return gateway.createImage(body, abortOnClose(reply.raw))
      },
    )

    v1.post('/files', { onRequest: requireType('multipart/form-data') }, async (request) => {
      const file = await request.file()
      if (file?.fieldname !== 'file') throw new MissingRequiredField({ field: 'file' })
      const { length } = await file.toBuffer()
      if (!isSupportedFile(file.filename)) throw new InvalidFileFormat()
      return gateway.storeFile(file.filename, length)
    })

    v1.post<{ Params: { id: string } }>('/resources/:id', async ({ params: { id } }, reply) => {
      if (!gateway.addResource(id)) throw new Conflict()
      reply.code(201)
      return { id, object: 'resource' }
    })

    v1.get<{ Params: { code: string }; Querystring: Record<string, unknown> }>(
      '/errors/:code',
      async ({ params, query, url }, reply) => stream(reply, gateway.throwByCode(params.code, query, url)),
    )

    v1.get<{ Params: { kind: string } }>('/throw/:kind', async ({ params: { kind } }, reply) => {
      if (kind === 'after-headers')
        reply.raw.writeHead(200, { 'content-type': 'application/json' }).write(PARTIAL_BODY)
      return gateway.throwKind(kind)
    })
  }
}

function requireType(type: string): onRequestAsyncHookHandler {
  return async ({ mediaType }) => {
    if (mediaType !== type) throw new UnsupportedMediaType()
  }
}
