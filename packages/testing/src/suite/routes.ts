import { once } from 'node:events'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import {
  Conflict,
  errorClasses,
  InvalidFieldValue,
  RateLimitExceeded,
  ServiceUnavailable,
  UpstreamError,
  ValidationFailed,
  type ErrorCode,
  type Issue,
} from '@faultline/core'
import createError from 'http-errors'
import type { HandlerContext, FixtureRoute, HandlerResult } from './fixture.ts'
import { sampleOf } from './sample.ts'
import { PLANTED } from './scenario.ts'
import { expressControlValues, falsyValues, thrownValues } from './thrown-values.ts'

const thrown = new Map(
  [...thrownValues, ...falsyValues, ...expressControlValues].map((value) => [value.name, value]),
)

/** What the handlers of requests that are under way tell: by the id that the request has in its query. */
export const begun = new Map<string, () => void>()

const ok: HandlerResult = { json: { ok: true } }
const planted = (): Error => new Error(PLANTED)

function query({ url }: HandlerContext, name: string): string {
  return new URL(url, 'http://localhost').searchParams.get(name) ?? ''
}

function make(exchange: HandlerContext): unknown {
  return thrown.get(query(exchange, 'value'))!.make()
}

/** Headers that belong to the exchange. */
const kept = {
  'access-control-allow-origin': 'https://a.example',
  'access-control-expose-headers': 'x-ratelimit-remaining',
  'set-cookie': 'a=1',
  vary: 'Origin',
  'x-ratelimit-remaining': '0',
  'x-request-id': 'id-1',
}

/** Headers that belong to the body that is not sent. */
const gone = {
  'accept-ranges': 'bytes',
  'cache-control': 'public, max-age=60',
  'content-disposition': `attachment; filename=${PLANTED}`,
  'content-encoding': 'gzip',
  'content-language': 'de',
  'content-length': '9999',
  'content-range': `bytes 0-1/${PLANTED}`,
  'content-type': 'text/csv',
  etag: `"${PLANTED}"`,
  expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  location: `/${PLANTED}`,
}

const failures: Readonly<Record<string, () => unknown>> = {
  planted,
  unavailable: () => new ServiceUnavailable({ retryAfter: 30 }),
  limited: () => new RateLimitExceeded({ retryAfter: 7 }),
  bare: () => createError(503),
  missing: () => createError(404, 'm'.repeat(100_000)),
}

const circular: Record<string, unknown> = { planted: true }
circular['self'] = circular

const bodies: Readonly<Record<string, () => unknown>> = {
  bigint: () => ({ planted: 10n }),
  circular: () => circular,
  'tojson-throws': () => ({
    toJSON() {
      throw planted()
    },
  }),
}

const own: Readonly<Record<string, HandlerResult>> = {
  end404: { status: 404, text: '' },
  send500: { status: 500, text: 'own' },
  send500json: { status: 500, json: { own: true } },
}

class Mine extends Error {}

async function* parts(fails: string): AsyncGenerator<string> {
  if (fails === 'first') throw new UpstreamError({ message: 'The upstream said no' })
  yield '{"half":'
  await turn()
  if (fails === 'later') throw planted()
  yield 'true}'
}

/** Sources that have begun and not ended, and the chunks that were asked of them: by the id in the query. */
export const sources = new Map<string, { open: number; chunks: number; stopped: boolean }>()

/** A source by its kind, that tells of itself. */
function source(exchange: HandlerContext): (signal: AbortSignal) => AsyncIterable<string | object> {
  const kind = query(exchange, 'of')
  const told = { open: 0, chunks: 0, stopped: false }
  sources.set(query(exchange, 'id'), told)
  return async function* given(signal) {
    signal.addEventListener('abort', () => {
      told.stopped = true
    })
    told.open += 1
    try {
      for await (const chunk of kinds[kind]!(signal)) {
        told.chunks += 1
        yield chunk
      }
    } finally {
      told.open -= 1
    }
  }
}

const LARGE = 'x'.repeat(64 * 1024)

const kinds: Readonly<Record<string, (signal: AbortSignal) => AsyncIterable<string | object>>> = {
  async *whole() {
    yield { n: 1 }
    yield 'data: [DONE]\n\n'
  },
  // oxlint-disable-next-line require-yield -- it never comes to that
  async *first() {
    throw new UpstreamError({ message: 'The upstream said no' })
  },
  async *later() {
    yield { n: 1 }
    await turn()
    yield 'data: {"half":'
    throw new UpstreamError({ message: 'The upstream said no' })
  },
  async *unserialisable() {
    yield { n: 1 }
    yield { planted: 10n }
  },
  async *half() {
    yield '{"half":'
    await turn()
    throw planted()
  },
  async *late() {
    await sleep(100)
    yield { n: 1 }
  },
  async *never(signal) {
    yield { n: 1 }
    await once(signal, 'abort')
  },
  async *large() {
    for (let sent = 0; sent < 1000; sent++) yield LARGE
  },
}

/** Answers nothing until the client has left. */
async function hold(exchange: HandlerContext): Promise<void> {
  begun.get(query(exchange, 'id'))?.()
  await exchange.closed
}

function validate({ body }: HandlerContext): HandlerResult {
  const { name, tags } = Object(body) as { name?: unknown; tags?: unknown }
  const issues: Issue[] = []
  if (typeof name !== 'string') issues.push({ message: 'must be a string', path: ['name'] })
  if (tags !== undefined && !Array.isArray(tags)) issues.push({ message: 'must be a list', path: ['tags'] })
  if (issues.length > 0) throw new ValidationFailed({ issues })
  return ok
}

function get(path: string, handle: FixtureRoute['handle'], more: Partial<FixtureRoute> = {}): FixtureRoute {
  return { method: 'GET', path, handle, ...more }
}

function post(
  path: string,
  body?: FixtureRoute['body'],
  handle: FixtureRoute['handle'] = () => ok,
): FixtureRoute {
  return { method: 'POST', path, handle, ...(body ? { body } : {}) }
}

/** Every route of the suite. */
export const routes: readonly FixtureRoute[] = [
  get('/ok', () => ok),
  get('/throw', (exchange) => {
    throw make(exchange)
  }),
  get('/reject', async (exchange) => {
    throw make(exchange)
  }),
  get(
    '/mw',
    (exchange) => {
      throw make(exchange)
    },
    { isMiddleware: true },
  ),
  get('/errors', (exchange) => {
    throw sampleOf(errorClasses[query(exchange, 'code') as ErrorCode])
  }),

  get('/pets', () => ok),
  post('/pets'),
  get('/pets/:id', () => ok),
  { method: 'DELETE', path: '/pets/:id', handle: () => ok },
  { method: 'PATCH', path: '/pets/:id', handle: () => ok },
  get('/conflict', () => {
    throw new Conflict()
  }),
  get('/broken', () => {
    throw planted()
  }),
  post('/unread', undefined, () => {
    throw planted()
  }),
  get('/param/:param', () => ok),
  get('/int/:int', ({ params }) => {
    if (!/^\d+$/.test(params['int']!))
      throw new InvalidFieldValue({ field: 'int', issue: 'must be an integer' })
    return ok
  }),

  get('/json', () => ok, { body: 'json' }),
  post('/json', 'json'),
  post('/only', 'json'),
  post('/form', 'form'),
  post('/upload', 'upload'),
  post('/validate', 'json', validate),

  get('/headers', (exchange) => {
    const fails = query(exchange, 'fails')
    const promised = query(exchange, 'retry-after')
    exchange.status(201)
    for (const [name, value] of Object.entries({ ...kept, ...gone })) exchange.header(name, value)
    if (promised !== '') exchange.header('retry-after', promised)
    throw failures[fails]!()
  }),
  get('/status', (exchange) => {
    exchange.status(201)
    throw planted()
  }),
  get('/set-bad-header', (exchange) => {
    exchange.header('x-a', `a\r\nset-cookie: ${PLANTED}`)
    return ok
  }),
  get('/fails', (exchange) => {
    throw failures[query(exchange, 'with')]!()
  }),
  get('/body', (exchange) => ({ json: bodies[query(exchange, 'of')]!() })),
  get('/nothing', () => undefined),
  get('/own', (exchange) => own[query(exchange, 'answer')]),
  get('/redirect', (exchange) => ({ redirect: query(exchange, 'to') })),
  get(
    '/mine',
    (exchange) => {
      throw new Mine(query(exchange, 'then'))
    },
    {
      onError(error) {
        const { message } = error as Error
        if (message === 'answer') return { status: 418, text: 'mine' }
        if (message === 'fail') throw planted()
        return undefined
      },
    },
  ),

  get('/half', (exchange) => {
    exchange.write('application/json', '{"half":')
    throw planted()
  }),
  get('/half-later', async (exchange) => {
    exchange.write('application/json', '{"half":')
    await turn()
    throw planted()
  }),
  get('/events', async (exchange) => {
    exchange.write('text/event-stream', 'data: {"n":1}\n\ndata: {"half":')
    await turn()
    throw new UpstreamError({ message: 'The upstream said no' })
  }),
  get('/late', async (exchange) => {
    exchange.send({ first: true })
    await turn()
    throw planted()
  }),
  get('/double', async (exchange) => {
    exchange.send({ first: true })
    await turn()
    exchange.send({ second: true })
    return undefined
  }),
  get('/stream', (exchange) => ({
    contentType: 'application/json',
    stream: parts(query(exchange, 'fails')),
  })),

  get('/source', (exchange) => {
    exchange.header('x-ratelimit-remaining', '0')
    const patience = query(exchange, 'hold')
    const contentType = query(exchange, 'type')
    return {
      source: source(exchange),
      ...(patience === '' ? {} : { firstChunkTimeout: Number(patience) }),
      ...(contentType === '' ? {} : { contentType }),
    }
  }),
  get('/hold', async (exchange) => {
    await hold(exchange)
    throw planted()
  }),
  get('/hold-events', async (exchange) => {
    exchange.write('text/event-stream', 'data: 1\n\n')
    await hold(exchange)
    throw planted()
  }),
  get('/hold-quietly', async (exchange) => {
    await hold(exchange)
    return ok
  }),
]
