import {
  abortOnClose,
  isForbiddenPrompt,
  isPromptTooLong,
  isSupportedFile,
  MAX_BODY_BYTES,
  PARTIAL_BODY,
  type Gateway,
} from '@faultline/app-gateway'
import {
  Conflict,
  InvalidFileFormat,
  MalformedBody,
  MissingRequiredField,
  ModelNotFound,
  PromptTooLong,
  PromptViolation,
  stream,
  UnsupportedMediaType,
  UnsupportedModel,
} from '@faultline/koa'
import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import { authenticate } from './authenticate.ts'
import { ChatRequest, ImageRequest } from './schemas.ts'

/** The routes that need a key. */
export function createRoutes(gateway: Gateway): Router {
  const { models } = gateway
  const v1 = new Router()
  // Per route, so that an unknown path or method is answered before the key is checked.
  const auth = authenticate(gateway)

  v1.get('/models', auth, (context) => {
    context.body = { object: 'list', data: models.map((id) => ({ id, object: 'model' })) }
  })

  v1.get('/models/:model', auth, (context) => {
    const { model = '' } = context.params
    if (!models.includes(model)) throw new ModelNotFound({ model, available: models })
    context.body = { id: model, object: 'model' }
  })

  v1.post('/chat/completions', auth, ...json, async (context) => {
    const chat = ChatRequest.parse(context.request.body)
    if (isPromptTooLong(chat)) throw new PromptTooLong()
    if (!models.includes(chat.model)) throw new UnsupportedModel({ model: chat.model, available: models })
    const signal = abortOnClose(context.res)
    if (chat.stream) await stream(context, await gateway.streamChat(chat, signal))
    else context.body = await gateway.createChat(chat, signal)
  })

  v1.post('/images/generations', auth, ...json, async (context) => {
    const image = ImageRequest.parse(context.request.body)
    if (isForbiddenPrompt(image.prompt)) throw new PromptViolation()
    context.body = await gateway.createImage(image, abortOnClose(context.res))
  })

  v1.post('/files', auth, requireType('multipart'), upload, (context) => {
    const file = Object.values(context.files ?? {})
      .flat()
      .find(({ fieldname }) => fieldname === 'file')
    if (file === undefined) throw new MissingRequiredField({ field: 'file' })
    if (!isSupportedFile(file.originalname)) throw new InvalidFileFormat()
    context.body = gateway.storeFile(file.originalname, file.size)
  })

  v1.post('/resources/:id', auth, (context) => {
    const { id = '' } = context.params
    if (!gateway.addResource(id)) throw new Conflict()
    context.status = 201
    context.body = { id, object: 'resource' }
  })

  v1.get('/errors/:code', auth, (context) =>
    stream(context, gateway.throwByCode(context.params['code'] ?? '', context.query, context.url)),
  )

  v1.get('/throw/:kind', auth, ({ params: { kind = '' }, res }) => {
    if (kind === 'after-headers')
      res.writeHead(200, { 'content-type': 'application/json' }).write(PARTIAL_BODY)
    return gateway.throwKind(kind)
  })

  return v1
}

const upload = multer({ limits: { fileSize: MAX_BODY_BYTES, files: 1 } }).any()

const json: Middleware[] = [
  requireType('json'),
  bodyParser({ enableTypes: ['json'], jsonLimit: MAX_BODY_BYTES, jsonStrict: false }),
  ({ request }, next) => {
    if (!request.rawBody) throw new MalformedBody({ message: 'The request body is not valid JSON' })
    return next()
  },
]

function requireType(type: string): Middleware {
  return (context, next) => {
    if (!context.is(type)) throw new UnsupportedMediaType()
    return next()
  }
}
