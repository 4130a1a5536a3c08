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
} from '@faultline/express'
import express, { Router, type RequestHandler } from 'express'
import multer from 'multer'
import { authenticate } from './authenticate.ts'
import { ChatRequest, ImageRequest } from './schemas.ts'

/** The routes that need a key. */
export function createRoutes(gateway: Gateway): Router {
  const { models } = gateway
  const v1 = Router()
  // Per route, so that an unknown path or method is answered before the key is checked.
  const auth = authenticate(gateway)

  v1.get('/models', auth, (_request, response) => {
    response.json({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) })
  })

  v1.get('/models/:model', auth, ({ params: { model } }, response) => {
    if (!models.includes(model)) throw new ModelNotFound({ model, available: models })
    response.json({ id: model, object: 'model' })
  })

  v1.post('/chat/completions', auth, ...json, async ({ body }, response) => {
    const chat = ChatRequest.parse(body)
    if (isPromptTooLong(chat)) throw new PromptTooLong()
    if (!models.includes(chat.model)) throw new UnsupportedModel({ model: chat.model, available: models })
    const signal = abortOnClose(response)
    if (chat.stream) await stream(response, await gateway.streamChat(chat, signal))
    else response.json(await gateway.createChat(chat, signal))
  })

  v1.post('/images/generations', auth, ...json, async ({ body }, response) => {
    const image = ImageRequest.parse(body)
    if (isForbiddenPrompt(image.prompt)) throw new PromptViolation()
    response.json(await gateway.createImage(image, abortOnClose(response)))
  })

  v1.post('/files', auth, ...upload, ({ files = [] }, response) => {
    const file = Object.values(files)
      .flat()
      .find(({ fieldname }) => fieldname === 'file')
    if (file === undefined) throw new MissingRequiredField({ field: 'file' })
    if (!isSupportedFile(file.originalname)) throw new InvalidFileFormat()
    response.json(gateway.storeFile(file.originalname, file.size))
  })

  v1.post('/resources/:id', auth, ({ params: { id } }, response) => {
    if (!gateway.addResource(id)) throw new Conflict()
    response.status(201).json({ id, object: 'resource' })
  })

  v1.get('/errors/:code', auth, ({ params, query, originalUrl }, response) =>
    stream(response, gateway.throwByCode(params.code, query, originalUrl)),
  )

  v1.get('/throw/:kind', auth, ({ params: { kind } }, response) => {
    if (kind === 'after-headers') response.type('json').write(PARTIAL_BODY)
    return gateway.throwKind(kind)
  })

  return v1
}

const json: RequestHandler[] = [
  requireType('json'),
  express.json({
    limit: MAX_BODY_BYTES,
    strict: false,
    verify(_request, _response, { length }) {
      if (length === 0) throw new MalformedBody({ message: 'The request body is not valid JSON' })
    },
  }),
]

const upload = [requireType('multipart'), multer({ limits: { fileSize: MAX_BODY_BYTES, files: 1 } }).any()]

function requireType(type: string): RequestHandler {
  return (request, _response, next) => {
    if (!request.is(type)) throw new UnsupportedMediaType()
    next()
  }
}
