import { createServer as createHttpServer, type Server } from 'node:http'
import { Duplex } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { PARTIAL_BODY, isStream, MAX_BODY_BYTES, type Gateway } from '@faultline/app-gateway'
import {
  errorHandler,
  faultline,
  FileTooLarge,
  isApiError,
  MalformedBody,
  PayloadTooLarge,
  requestId,
  stream,
} from '@faultline/hono'
import { attach } from '@faultline/node'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** Node's request and response, and the parsed JSON body. */
interface Env {
  Bindings: HttpBindings
  Variables: { body: unknown }
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** Maximum size of a multipart body, in bytes: the file and its part headers. */
const MAX_FORM_BYTES = MAX_BODY_BYTES + 64 * 1024

const decompressors: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The demo API on Hono. Route handlers throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Hono<Env> {
  const app = faultline(new Hono<Env>(), gateway.faultline)
  app.use(requestId(gateway.faultline))
  app.use((context, next) => {
    gateway.checkPath(new URL(context.req.url).pathname)
    return next()
  })

  // Hono omits the charset that the other frameworks send.
  app.use(async (context, next) => {
    await next()
    if (context.res.headers.get('content-type') === 'application/json')
      context.header('content-type', JSON_TYPE)
  })

  // Hono responds to HEAD like GET without a body, and therefore without a Content-Length.
  app.use(async (context, next) => {
    await next()
    if (context.req.method !== 'HEAD' || context.res.headers.has('content-length')) return
    const { byteLength } = await context.res.clone().arrayBuffer()
    context.header('content-length', String(byteLength))
  })

  app.get('/health', (context) => context.json(gateway.health('hono')))
  app.get('/openapi.json', (context) => context.json(gateway.openapi()))

  const v1 = createRoutes(gateway)
  app.route('/v1', v1)
  app.route('/compat/:envelope/v1', v1)
  return app
}

/** Creates the app's server. `attach` also covers errors outside Hono, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  const listener = getRequestListener(createApp(gateway).fetch, {
    overrideGlobalObjects: false,
    errorHandler: errorHandler(gateway.faultline),
  })
  const server = createHttpServer((request, response) => void listener(request, response))
  return attach(server, gateway.faultline)
}

function createRoutes(gateway: Gateway): Hono<Env> {
  const v1 = new Hono<Env>()

  // Used per route, so that an unknown path or method is reported before the key is checked.
  const admit: MiddlewareHandler<Env> = async ({ req, env, header }, next) => {
    const { headers, release } = await gateway.admit({
      method: req.method,
      path: new URL(req.url).pathname.replace(/^.*?\/v1(?=\/)/, ''),
      authorization: req.header('authorization'),
      apiKey: req.header('x-api-key'),
    })
    for (const name in headers) header(name, headers[name])
    if (env.outgoing.closed) release()
    else env.outgoing.once('close', release)
    await next()
  }

  const requireType =
    (type: 'json' | 'multipart'): MiddlewareHandler<Env> =>
    (context, next) => {
      gateway.checkMediaType(context.req.header('content-type'), type, context.req.header('content-encoding'))
      return next()
    }

  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError() {
      throw new PayloadTooLarge()
    },
  })

  const parse: MiddlewareHandler<Env> = async (context, next) => {
    let text = ''
    await limit(context, async () => {
      text = await context.req.text()
    })
    gateway.rejectEmptyBody(text.length)
    const message = 'The request body is not valid JSON'
    context.set('body', await parseOrReject(context, message, () => JSON.parse(text) as unknown))
    await next()
  }

  const limitForm = bodyLimit({
    maxSize: MAX_FORM_BYTES,
    onError() {
      throw new FileTooLarge()
    },
  })

  v1.get('/models', admit, (context) => context.json(gateway.listModels()))

  v1.get('/models/:model', admit, (context) => context.json(gateway.getModel(context.req.param('model'))))

  v1.post('/chat/completions', admit, requireType('json'), decompress, parse, async (context) => {
    const result = await gateway.createChat(context.get('body'), context.req.raw.signal)
    return isStream(result) ? stream(context, result) : context.json(result)
  })

  v1.post('/images/generations', admit, requireType('json'), decompress, parse, async (context) =>
    context.json(await gateway.createImage(context.get('body'), context.req.raw.signal)),
  )

  v1.post('/files', admit, requireType('multipart'), decompress, limitForm, async (context) => {
    const message = 'The request body is not a valid upload'
    const form = await parseOrReject(context, message, () => context.req.parseBody({ all: true }))
    const files = Object.entries(form).flatMap(([field, values]) =>
      [values]
        .flat()
        .filter((value) => value instanceof File)
        .map(({ name, size }) => ({ field, filename: name, bytes: size })),
    )
    if (files.some(({ bytes }) => bytes > MAX_BODY_BYTES)) throw new FileTooLarge()
    return context.json(gateway.storeFile(files))
  })

  v1.post('/resources/:id', admit, (context) =>
    context.json(gateway.createResource(context.req.param('id')), 201),
  )

  v1.get('/errors/:code', admit, (context) =>
    stream(context, gateway.throwByCode(context.req.param('code'), context.req.query(), context.req.path)),
  )

  v1.get('/throw/:kind', admit, (context) => {
    const { kind } = context.req.param()
    return kind === 'after-headers'
      ? context.body(ReadableStream.from(failMidway(gateway)), 200, { 'content-type': 'application/json' })
      : gateway.throwKind(kind)
  })

  return v1
}

/** Decompresses the request body. */
const decompress: MiddlewareHandler<Env> = async ({ req }, next) => {
  req.raw = decompressRequest(req.raw)
  await next()
}

/** Runs a body parser. @throws MalformedBody if it fails, unless the client disconnected or the error is typed */
async function parseOrReject<Value>(
  { req }: Context,
  message: string,
  parse: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await parse()
  } catch (error) {
    throw isApiError(error) || req.raw.signal.aborted ? error : new MalformedBody({ cause: error, message })
  }
}

/**
 * Returns the request with a decompressed body. Its Content-Length is removed, so that Hono's limit counts the
 * decompressed bytes.
 */
function decompressRequest(request: Request): Request {
  const headers = new Headers(request.headers)
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity'
  if (encoding === 'identity' && headers.has('content-length')) return request
  let { body } = request
  if (encoding !== 'identity' && body !== null) {
    body = body.pipeThrough(Duplex.toWeb(decompressors[encoding]!()))
    headers.delete('content-length')
  }
  const { url, method, signal } = request
  return new Request(url, { method, headers, signal, body, duplex: 'half' })
}

async function* failMidway(gateway: Gateway): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(PARTIAL_BODY)
  await gateway.throwKind('after-headers')
}
