import { createServer as createHttpServer, type Server } from 'node:http'
import { PARTIAL_BODY, isStream, MAX_BODY_BYTES, type Gateway } from '@faultline/app-gateway'
import { attach, faultline, requestId, stream } from '@faultline/express'
import express, { Router, type Express, type RequestHandler, type Response } from 'express'
import multer, { memoryStorage } from 'multer'

/** The demo API on Express. Route handlers throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Express {
  const app = faultline(express(), gateway.faultline)
  app.disable('x-powered-by').disable('etag')
  app.use(requestId(gateway.faultline))
  app.use((request, _response, next) => {
    gateway.checkPath(request.path)
    next()
  })

  app.get('/health', (_request, response) => {
    response.json(gateway.health('express'))
  })
  app.get('/openapi.json', (_request, response) => {
    response.json(gateway.openapi())
  })

  app.use(['/v1', '/compat/:envelope/v1'], createRoutes(gateway))
  return app
}

/** Creates the app's server. `attach` also covers errors outside Express, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  return attach(createHttpServer(createApp(gateway)), gateway.faultline)
}

function createRoutes(gateway: Gateway): Router {
  const v1 = Router()

  // Used per route, so that an unknown path or method is reported before the key is checked.
  const admit: RequestHandler = async (request, response, next) => {
    const { headers, release } = await gateway.admit({
      method: request.method,
      path: request.path,
      authorization: request.get('authorization'),
      apiKey: request.get('x-api-key'),
    })
    response.set(headers)
    if (response.closed) release()
    else response.once('close', release)
    next()
  }

  const requireType =
    (type: 'json' | 'multipart'): RequestHandler =>
    (request, _response, next) => {
      gateway.checkMediaType(request.get('content-type'), type, request.get('content-encoding'))
      next()
    }

  const json: RequestHandler[] = [
    requireType('json'),
    express.json({
      limit: MAX_BODY_BYTES,
      strict: false,
      type: () => true,
      verify: (_request, _response, body) => gateway.rejectEmptyBody(body.length),
    }),
  ]

  const upload: RequestHandler[] = [
    requireType('multipart'),
    multer({ storage: memoryStorage(), limits: { fileSize: MAX_BODY_BYTES, files: 1 } }).any(),
  ]

  v1.get('/models', admit, (_request, response) => {
    response.json(gateway.listModels())
  })

  v1.get('/models/:model', admit, ({ params }, response) => {
    response.json(gateway.getModel(params['model'] as string))
  })

  v1.post('/chat/completions', admit, ...json, async ({ body }, response) => {
    const result = await gateway.createChat(body, abortOnClose(response))
    if (isStream(result)) await stream(response, result)
    else response.json(result)
  })

  v1.post('/images/generations', admit, ...json, async ({ body }, response) => {
    response.json(await gateway.createImage(body, abortOnClose(response)))
  })

  v1.post('/files', admit, ...upload, ({ files }, response) => {
    const uploads = (files ?? []) as Express.Multer.File[]
    response.json(
      gateway.storeFile(
        uploads.map(({ fieldname, originalname, size }) => ({
          field: fieldname,
          filename: originalname,
          bytes: size,
        })),
      ),
    )
  })

  v1.post('/resources/:id', admit, ({ params }, response) => {
    response.status(201).json(gateway.createResource(params['id'] as string))
  })

  v1.get('/errors/:code', admit, ({ params, query, originalUrl }, response) =>
    stream(response, gateway.throwByCode(params['code'] as string, query, originalUrl)),
  )

  v1.get('/throw/:kind', admit, ({ params }, response) => {
    if (params['kind'] === 'after-headers') response.type('json').write(PARTIAL_BODY)
    return gateway.throwKind(params['kind'] as string)
  })

  return v1
}

/** Returns a signal that aborts when the client disconnects. */
function abortOnClose(response: Response): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}
