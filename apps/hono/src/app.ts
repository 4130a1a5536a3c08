import { createServer as createHttpServer, type Server } from 'node:http'
import { Duplex } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { HALF_A_BODY, isStream, LARGEST_BODY, type Gateway } from '@faultline/app-gateway'
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

/** Node's request and response below, and the JSON body that was read. */
interface Env {
  Bindings: HttpBindings
  Variables: { body: unknown }
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** What an upload may hold beside its file. */
const LARGEST_FORM = LARGEST_BODY + 64 * 1024

const decompressors: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The demo API on Hono: handlers call the gateway, and what they throw is answered. */
export function createApp(gateway: Gateway): Hono<Env> {
  const app = faultline(new Hono<Env>(), gateway.faultline)
  app.use(requestId(gateway.faultline))
  app.use((context, next) => {
    gateway.judgePath(new URL(context.req.url).pathname)
    return next()
  })

  // Hono leaves the charset out, which the other frameworks tell.
  app.use(async (context, next) => {
    await next()
    if (context.res.headers.get('content-type') === 'application/json')
      context.header('content-type', JSON_TYPE)
  })

  // Hono answers HEAD with what GET is answered with, less its body and so less its length.
  app.use(async (context, next) => {
    await next()
    if (context.req.method !== 'HEAD' || context.res.headers.has('content-length')) return
    const { byteLength } = await context.res.clone().arrayBuffer()
    context.header('content-length', String(byteLength))
  })

  app.get('/health', (context) => context.json(gateway.health('hono')))
  app.get('/openapi.json', (context) => context.json(gateway.openapi()))

  const v1 = routes(gateway)
  app.route('/v1', v1)
  app.route('/compat/:envelope/v1', v1)
  return app
}

/** The app's server, not listening yet, with what is below Hono answered, too. */
export function createServer(gateway: Gateway): Server {
  const listener = getRequestListener(createApp(gateway).fetch, {
    overrideGlobalObjects: false,
    errorHandler: errorHandler(gateway.faultline),
  })
  const server = createHttpServer((request, response) => void listener(request, response))
  return attach(server, gateway.faultline)
}

function routes(gateway: Gateway): Hono<Env> {
  const v1 = new Hono<Env>()

  // Judged per route: an unknown path or method is told before the key is looked at.
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

  const wants =
    (type: 'json' | 'multipart'): MiddlewareHandler<Env> =>
    (context, next) => {
      gateway.judgeMediaType(context.req.header('content-type'), type, context.req.header('content-encoding'))
      return next()
    }

  const limit = bodyLimit({
    maxSize: LARGEST_BODY,
    onError() {
      throw new PayloadTooLarge()
    },
  })

  const parse: MiddlewareHandler<Env> = async (context, next) => {
    let text = ''
    await limit(context, async () => {
      text = await context.req.text()
    })
    gateway.judgeJson(text.length)
    const message = 'The request body is not valid JSON'
    context.set('body', await judged(context, message, () => JSON.parse(text) as unknown))
    await next()
  }

  const limitForm = bodyLimit({
    maxSize: LARGEST_FORM,
    onError() {
      throw new FileTooLarge()
    },
  })

  v1.get('/models', admit, (context) => context.json(gateway.listModels()))

  v1.get('/models/:model', admit, (context) => context.json(gateway.model(context.req.param('model'))))

  v1.post('/chat/completions', admit, wants('json'), readable, parse, async (context) => {
    const answer = await gateway.chat(context.get('body'), context.req.raw.signal)
    return isStream(answer) ? stream(context, answer) : context.json(answer)
  })

  v1.post('/images/generations', admit, wants('json'), readable, parse, async (context) =>
    context.json(await gateway.image(context.get('body'), context.req.raw.signal)),
  )

  v1.post('/files', admit, wants('multipart'), readable, limitForm, async (context) => {
    const message = 'The request body is not a valid upload'
    const form = await judged(context, message, () => context.req.parseBody({ all: true }))
    const files = Object.entries(form).flatMap(([field, values]) =>
      [values]
        .flat()
        .filter((value) => value instanceof File)
        .map(({ name, size }) => ({ field, filename: name, bytes: size })),
    )
    if (files.some(({ bytes }) => bytes > LARGEST_BODY)) throw new FileTooLarge()
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
      ? context.body(ReadableStream.from(halves(gateway)), 200, { 'content-type': 'application/json' })
      : gateway.throwKind(kind)
  })

  return v1
}

/** Makes a body readable to the end, whatever its encoding. */
const readable: MiddlewareHandler<Env> = async ({ req }, next) => {
  req.raw = inflated(req.raw)
  await next()
}

/** Runs what parses a body. @throws MalformedBody for whatever it throws, unless the client left half-way */
async function judged<Value>(
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

/** A request whose body is as long as it says, or says nothing; Hono's limit then counts what comes. */
function inflated(request: Request): Request {
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

async function* halves(gateway: Gateway): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(HALF_A_BODY)
  await gateway.throwKind('after-headers')
}
