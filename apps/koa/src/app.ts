import { createServer as createHttpServer, type Server } from 'node:http'
import { HALF_A_BODY, isStream, LARGEST_BODY, type Gateway } from '@faultline/app-gateway'
import { attach, faultline, requestId, stream } from '@faultline/koa'
import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import { Router } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'

/** The demo API on Koa: middleware calls the gateway, and what it throws is answered. */
export function createApp(gateway: Gateway): Koa {
  const app = faultline(new Koa(), gateway.faultline)
  app.silent = true
  app.use(requestId(gateway.faultline))
  app.use((context, next) => {
    gateway.judgePath(context.path)
    return next()
  })

  const root = new Router()
  root.get('/health', (context) => {
    context.body = gateway.health('koa')
  })
  root.get('/openapi.json', (context) => {
    context.body = gateway.openapi()
  })

  const v1 = routes(gateway)
  root.use('/v1', v1.routes())
  root.use('/compat/:envelope/v1', v1.routes())
  app.use(root.routes())
  app.use(root.allowedMethods())
  return app
}

/** The app's server, not listening yet, with what is below Koa answered, too. */
export function createServer(gateway: Gateway): Server {
  const handle = createApp(gateway).callback()
  const server = createHttpServer((request, response) => void handle(request, response))
  return attach(server, gateway.faultline)
}

function routes(gateway: Gateway): Router {
  const v1 = new Router()

  // Judged per route: an unknown path or method is told before the key is looked at.
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

  const wants =
    (type: 'json' | 'multipart'): Middleware =>
    (context, next) => {
      gateway.judgeMediaType(context.headers['content-type'], type, context.headers['content-encoding'])
      return next()
    }

  const parse = bodyParser({
    enableTypes: ['json'],
    extendTypes: { json: ['*/*'] },
    jsonLimit: LARGEST_BODY,
    jsonStrict: false,
  })

  const json: Middleware = async (context, next) => {
    await wants('json')(context, () =>
      parse(context, () => {
        gateway.judgeJson(context.request.rawBody?.length ?? 0)
        return next()
      }),
    )
  }

  const upload = multer({ limits: { fileSize: LARGEST_BODY, files: 1 } }).any()

  v1.get('/models', admit, (context) => {
    context.body = gateway.listModels()
  })

  v1.get('/models/:model', admit, (context) => {
    context.body = gateway.model(param(context, 'model'))
  })

  v1.post('/chat/completions', admit, json, async (context) => {
    const answer = await gateway.chat(context.request.body, signalOf(context))
    if (isStream(answer)) await stream(context, answer)
    else context.body = answer
  })

  v1.post('/images/generations', admit, json, async (context) => {
    context.body = await gateway.image(context.request.body, signalOf(context))
  })

  v1.post('/files', admit, wants('multipart'), upload, (context) => {
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
      context.res.write(HALF_A_BODY)
    }
    return gateway.throwKind(param(context, 'kind'))
  })

  return v1
}

function param(context: Context, name: string): string {
  return (context['params'] as Record<string, string>)[name]!
}

/** Aborts when the client has left. */
function signalOf(context: Context): AbortSignal {
  const left = new AbortController()
  context.res.once('close', () => left.abort())
  return left.signal
}
