import { createServer as createHttpServer, type Server } from 'node:http'
import { HALF_A_BODY, isStream, LARGEST_BODY, type Gateway } from '@faultline/app-gateway'
import { attach, faultline, requestId, stream } from '@faultline/express'
import express, { Router, type Express, type RequestHandler, type Response } from 'express'
import multer, { memoryStorage } from 'multer'

/** The demo API on Express: handlers call the gateway, and what it throws is answered. */
export function createApp(gateway: Gateway): Express {
  const app = faultline(express(), gateway.faultline)
  app.disable('x-powered-by').disable('etag')
  app.use(requestId(gateway.faultline))
  app.use((request, _response, next) => {
    gateway.judgePath(request.path)
    next()
  })

  app.get('/health', (_request, response) => {
    response.json(gateway.health('express'))
  })
  app.get('/openapi.json', (_request, response) => {
    response.json(gateway.openapi())
  })

  const v1 = routes(gateway)
  app.use(['/v1', '/compat/:envelope/v1'], v1)
  return app
}

/** The app's server, not listening yet, with what is below Express answered, too. */
export function createServer(gateway: Gateway): Server {
  return attach(createHttpServer(createApp(gateway)), gateway.faultline)
}

function routes(gateway: Gateway): Router {
  const v1 = Router()

  // Judged per route: an unknown path or method is told before the key is looked at.
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

  const wants =
    (type: 'json' | 'multipart'): RequestHandler =>
    (request, _response, next) => {
      gateway.judgeMediaType(request.get('content-type'), type, request.get('content-encoding'))
      next()
    }

  const json: RequestHandler[] = [
    wants('json'),
    express.json({
      limit: LARGEST_BODY,
      strict: false,
      type: () => true,
      verify: (_request, _response, body) => gateway.judgeJson(body.length),
    }),
  ]

  const upload: RequestHandler[] = [
    wants('multipart'),
    multer({ storage: memoryStorage(), limits: { fileSize: LARGEST_BODY, files: 1 } }).any(),
  ]

  v1.get('/models', admit, (_request, response) => {
    response.json(gateway.listModels())
  })

  v1.get('/models/:model', admit, ({ params }, response) => {
    response.json(gateway.model(params['model'] as string))
  })

  v1.post('/chat/completions', admit, ...json, async ({ body }, response) => {
    const answer = await gateway.chat(body, signalOf(response))
    if (isStream(answer)) await stream(response, answer)
    else response.json(answer)
  })

  v1.post('/images/generations', admit, ...json, async ({ body }, response) => {
    response.json(await gateway.image(body, signalOf(response)))
  })

  v1.post('/files', admit, ...upload, ({ files }, response) => {
    const uploaded = (files ?? []) as Express.Multer.File[]
    response.json(
      gateway.storeFile(
        uploaded.map(({ fieldname, originalname, size }) => ({
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
    if (params['kind'] === 'after-headers') response.type('json').write(HALF_A_BODY)
    return gateway.throwKind(params['kind'] as string)
  })

  return v1
}

/** Aborts when the client has left. */
function signalOf(response: Response): AbortSignal {
  const left = new AbortController()
  response.once('close', () => left.abort())
  return left.signal
}
