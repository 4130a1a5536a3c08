import {
  isForbiddenPrompt,
  isPromptTooLong,
  isSupportedFile,
  MAX_BODY_BYTES,
  MAX_FORM_BYTES,
  PARTIAL_BODY,
  type Gateway,
} from '@faultline/app-gateway'
import {
  Conflict,
  FileTooLarge,
  InvalidFileFormat,
  MissingRequiredField,
  ModelNotFound,
  PromptTooLong,
  PromptViolation,
  stream,
  UnsupportedMediaType,
  UnsupportedModel,
} from '@faultline/hono'
import { throwInvalid } from '@faultline/hono/middleware'
import { zValidator } from '@hono/zod-validator'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import { authenticate, type Env } from './authenticate.ts'
import { ChatRequest, ImageRequest } from './schemas.ts'

/** The routes that need a key. */
export function createRoutes(gateway: Gateway): Hono<Env> {
  const { models } = gateway
  const v1 = new Hono<Env>()
  // Per route, so that an unknown path or method is answered before the key is checked.
  const auth = authenticate(gateway)

  v1.get('/models', auth, (context) =>
    context.json({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }),
  )

  v1.get('/models/:model', auth, (context) => {
    const { model } = context.req.param()
    if (!models.includes(model)) throw new ModelNotFound({ model, available: models })
    return context.json({ id: model, object: 'model' })
  })

  v1.post(
    '/chat/completions',
    auth,
    isJson,
    limit,
    zValidator('json', ChatRequest, throwInvalid),
    async (context) => {
      const chat = context.req.valid('json')
      if (isPromptTooLong(chat)) throw new PromptTooLong()
      if (!models.includes(chat.model)) throw new UnsupportedModel({ model: chat.model, available: models })
      const { signal } = context.req.raw
      return chat.stream
        ? stream(context, await gateway.streamChat(chat, signal))
        : context.json(await gateway.createChat(chat, signal))
    },
  )

  v1.post(
    '/images/generations',
    auth,
    isJson,
    limit,
    zValidator('json', ImageRequest, throwInvalid),
    async (context) => {
      const image = context.req.valid('json')
      if (isForbiddenPrompt(image.prompt)) throw new PromptViolation()
      return context.json(await gateway.createImage(image, context.req.raw.signal))
    },
  )

  v1.post('/files', auth, isForm, limitForm, upload, (context) => {
    const { file } = context.req.valid('form')
    if (!isSupportedFile(file.name)) throw new InvalidFileFormat()
    return context.json(gateway.storeFile(file.name, file.size))
  })

  v1.post('/resources/:id', auth, (context) => {
    const { id } = context.req.param()
    if (!gateway.addResource(id)) throw new Conflict()
    return context.json({ id, object: 'resource' }, 201)
  })

  v1.get('/errors/:code', auth, (context) =>
    stream(context, gateway.throwByCode(context.req.param('code'), context.req.query(), context.req.path)),
  )

  v1.get('/throw/:kind', auth, (context) => {
    const { kind } = context.req.param()
    if (kind !== 'after-headers') return gateway.throwKind(kind)
    context.header('content-type', 'application/json')
    return context.body(ReadableStream.from(failMidway(gateway)))
  })

  return v1
}

const isJson = requireType('application/json')
const isForm = requireType('multipart/form-data')

const limit = bodyLimit({ maxSize: MAX_BODY_BYTES })

const limitForm = bodyLimit({
  maxSize: MAX_FORM_BYTES,
  onError() {
    throw new FileTooLarge()
  },
})

const upload = validator('form', ({ file }) => {
  if (!(file instanceof File)) throw new MissingRequiredField({ field: 'file' })
  if (file.size > MAX_BODY_BYTES) throw new FileTooLarge()
  return { file }
})

function requireType(type: string): MiddlewareHandler<Env> {
  return async ({ req }, next) => {
    if (req.header('content-type')?.split(';', 1)[0]?.toLowerCase() !== type) throw new UnsupportedMediaType()
    await next()
  }
}

async function* failMidway(gateway: Gateway): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(PARTIAL_BODY)
  await gateway.throwKind('after-headers')
}
