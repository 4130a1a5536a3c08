import { createServer as createHttpServer, type Server } from 'node:http'
import { PARTIAL_BODY, isStream, MAX_BODY_BYTES, type Gateway } from '@faultline/app-gateway'
import { attach, faultline, requestId, stream } from '@faultline/koa'
import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import { Router } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'

/** The demo API on Koa. Route handlers throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Koa {
  const app = faultline(new Koa(), gateway.faultline)
  // Koa would print errors to standard error; `onError` already logs them.
  app.silent = true
  app.use(requestId(gateway.faultline))
  app.use((context, next) => {
    gateway.checkPath(context.path)
    return next()
  })

  const root = new Router()
  root.get('/health', (context) => {
    context.body = gateway.health('koa')
  })
  root.get('/openapi.json', (context) => {
    context.body = gateway.openapi()
  })

  const v1 = createRoutes(gateway)
  root.use('/v1', v1.routes())
  root.use('/compat/:envelope/v1', v1.routes())
  app.use(root.routes())
  app.use(root.allowedMethods())
  return app
}

/** Creates the app's server. `attach` also covers errors outside Koa, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  const handle = createApp(gateway).callback()
  const server = createHttpServer((request, response) => void handle(request, response))
  return attach(server, gateway.faultline)
}

function createRoutes(gateway: Gateway): Router {
  const v1 = new Router()

  // Used per route, so that an unknown path or method is reported before the key is checked.
  const admit: Middleware = async (context, next) => {
    const { headers, release } = await gateway.admit({
      method: context.method,
      path: context.path.replace(/^.*?\/v1(?=\/)/, ''),
      authorization: context.headers.authorization,
      apiKey: context.get('x-api-key'),
    })
    context.set(headers)
    if (context.res.closed) release()
    else context.res.once('close', release)
    await next()
  }

  const requireType =
    (type: 'json' | 'multipart'): Middleware =>
    (context, next) => {
      gateway.checkMediaType(context.headers['content-type'], type, context.headers['content-encoding'])
      return next()
    }

  const parse = bodyParser({
    enableTypes: ['json'],
    extendTypes: { json: ['*/*'] },
    jsonLimit: MAX_BODY_BYTES,
    jsonStrict: false,
  })

  const json: Middleware = async (context, next) => {
    await requireType('json')(context, () =>
      parse(context, () => {
        gateway.rejectEmptyBody(context.request.rawBody?.length ?? 0)
        return next()
      }),
    )
  }

  const upload = multer({ limits: { fileSize: MAX_BODY_BYTES, files: 1 } }).any()

  v1.get('/models', admit, (context) => {
    context.body = gateway.listModels()
  })

  v1.get('/models/:model', admit, (context) => {
    context.body = gateway.getModel(param(context, 'model'))
  })

  v1.post('/chat/completions', admit, json, async (context) => {
    const result = await gateway.createChat(context.request.body, abortOnClose(context))
    if (isStream(result)) await stream(context, result)
    else context.body = result
  })

  v1.post('/images/generations', admit, json, async (context) => {
    context.body = await gateway.createImage(context.request.body, abortOnClose(context))
  })

  v1.post('/files', admit, requireType('multipart'), upload, (context) => {
    const files = context.request.files as multer.File[]
    context.body = gateway.storeFile(
      files.map(({ fieldname, originalname, size }) => ({
        field: fieldname,
        filename: originalname,
        bytes: size,
      })),
    )
  })

  v1.post('/resources/:id', admit, (context) => {
    context.body = gateway.createResource(param(context, 'id'))
    context.status = 201
  })

  v1.get('/errors/:code', admit, (context) =>
    stream(context, gateway.throwByCode(param(context, 'code'), context.query, context.url)),
  )

  v1.get('/throw/:kind', admit, (context) => {
    if (param(context, 'kind') === 'after-headers') {
      context.res.writeHead(200, { 'Content-Type': 'application/json' })
      context.res.write(PARTIAL_BODY)
    }
    return gateway.throwKind(param(context, 'kind'))
  })

  return v1
}

function param(context: Context, name: string): string {
  return (context['params'] as Record<string, string>)[name]!
}

/** Returns a signal that aborts when the client disconnects. */
function abortOnClose(context: Context): AbortSignal {
  const controller = new AbortController()
  context.res.once('close', () => controller.abort())
  return controller.signal
}
