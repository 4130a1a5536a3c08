import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import {
  Conflict,
  errorClasses,
  InvalidFieldValue,
  isJsonObject,
  RateLimitExceeded,
  ServiceUnavailable,
  Unauthenticated,
  ValidationFailed,
  type ApiErrorClass,
  type Issue,
} from '@faultline/core'
import createError from 'http-errors'
import { CANARY, createCanaryError } from './canary.ts'
import type { HandlerContext, FixtureRoute, HandlerResult } from './fixture.ts'
import { sendForeignResponse } from './foreign-responses.ts'
import { getQuery, pick, toMap } from './query.ts'
import { createSample } from './sample.ts'
import { createSource, createUpstreamError, generateJson } from './stream-sources.ts'
import { expressControlValues, falsyValues, thrownValues } from './thrown-values.ts'

const valuesByName = new Map(
  [...thrownValues, ...falsyValues, ...expressControlValues].map((value) => [value.name, value]),
)

const classesByCode = new Map<string, ApiErrorClass>(Object.entries(errorClasses))

/** Ids of requests whose handlers wait. The id is a query parameter. */
export const waitingRequests = new Set<string>()

/** Time after which `/respond-later` responds, in milliseconds. */
const RESPONSE_DELAY_MS = 100

const ok: HandlerResult = { json: { ok: true } }

/** Headers that stay on an error response. */
const keptHeaders = {
  'access-control-allow-origin': 'https://a.example',
  'access-control-expose-headers': 'x-ratelimit-remaining',
  'set-cookie': 'a=1',
  vary: 'Origin',
  'x-ratelimit-remaining': '0',
  'x-request-id': 'id-1',
}

/** Headers that describe the discarded body, and must be removed. */
const removedHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'public, max-age=60',
  'content-disposition': `attachment; filename=${CANARY}`,
  'content-encoding': 'gzip',
  'content-language': 'de',
  'content-length': '9999',
  'content-range': `bytes 0-1/${CANARY}`,
  'content-type': 'text/csv',
  etag: `"${CANARY}"`,
  expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
  'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  location: `/${CANARY}`,
}

const failures = toMap<() => unknown>({
  internal: createCanaryError,
  unavailable: () => new ServiceUnavailable({ retryAfter: 30 }),
  limited: () => new RateLimitExceeded({ retryAfter: 7 }),
  'unavailable-without-retry-after': () => createError(503),
  'long-message': () => createError(404, 'm'.repeat(100_000)),
})

const circular: Record<string, unknown> = { planted: true }
circular['self'] = circular

/** Bodies that JSON.stringify rejects. */
const unserializableBodies = toMap<() => unknown>({
  bigint: () => ({ planted: 10n }),
  circular: () => circular,
  'throwing-to-json': () => ({
    toJSON() {
      throw createCanaryError()
    },
  }),
})

/** Error responses that a handler sends itself. */
const ownResponses = toMap<HandlerResult>({
  'empty-404': { status: 404, text: '' },
  500: { status: 500, text: 'own' },
  '500-json': { status: 500, json: { own: true } },
})

/** Failures of a handler that has set the status 403. */
const presetFailures = toMap<() => unknown>({
  error: createCanaryError,
  conflict: () => new Conflict(),
  status: () => createError(409),
})

/** An error with its own handler. */
class UserError extends Error {}

/** Waits until the client disconnects. */
async function waitForDisconnect(context: HandlerContext): Promise<void> {
  waitingRequests.add(getQuery(context, 'id'))
  await context.closed
}

function validate({ body }: HandlerContext): HandlerResult {
  const { name, tags } = isJsonObject(body) ? body : {}
  const issues: Issue[] = []
  if (typeof name !== 'string') issues.push({ message: 'must be a string', path: ['name'] })
  if (tags !== undefined && !Array.isArray(tags)) issues.push({ message: 'must be a list', path: ['tags'] })
  if (issues.length > 0) throw new ValidationFailed({ issues })
  return ok
}

function get(
  path: string,
  handle: FixtureRoute['handle'],
  options: Partial<FixtureRoute> = {},
): FixtureRoute {
  return { method: 'GET', path, handle, ...options }
}

function post(
  path: string,
  body?: FixtureRoute['body'],
  handle: FixtureRoute['handle'] = () => ok,
): FixtureRoute {
  return { method: 'POST', path, handle, ...(body ? { body } : {}) }
}

/** All routes of the suite. */
export const routes: readonly FixtureRoute[] = [
  get('/ok', () => ok),
  get('/throw', (context) => {
    throw pick(valuesByName, context, 'value').make()
  }),
  get('/reject', async (context) => {
    throw pick(valuesByName, context, 'value').make()
  }),
  get(
    '/middleware',
    (context) => {
      throw pick(valuesByName, context, 'value').make()
    },
    { isMiddleware: true },
  ),
  get('/errors', (context) => {
    throw createSample(pick(classesByCode, context, 'code'))
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
    throw createCanaryError()
  }),
  post('/unread', undefined, () => {
    throw createCanaryError()
  }),
  get('/param/:param', () => ok),
  get('/int/:int', ({ params }) => {
    if (!/^\d+$/.test(params['int'] ?? ''))
      throw new InvalidFieldValue({ field: 'int', issue: 'must be an integer' })
    return ok
  }),

  get('/json', () => ok, { body: 'json' }),
  post('/json', 'json'),
  post('/only', 'json'),
  post('/form', 'form'),
  post('/upload', 'upload'),
  post('/validate', 'json', validate),

  get('/headers', (context) => {
    const createFailure = pick(failures, context, 'failure')
    const retryAfter = getQuery(context, 'retry-after')
    context.status(201)
    for (const [name, value] of Object.entries({ ...keptHeaders, ...removedHeaders }))
      context.header(name, value)
    if (retryAfter !== '') context.header('retry-after', retryAfter)
    throw createFailure()
  }),
  get('/status', (context) => {
    context.status(201)
    throw createCanaryError()
  }),
  get('/set-bad-header', (context) => {
    context.header('x-a', `a\r\nset-cookie: ${CANARY}`)
    return ok
  }),
  get('/failure', (context) => {
    throw pick(failures, context, 'of')()
  }),
  get('/body', (context) => ({ json: pick(unserializableBodies, context, 'of')() })),
  get('/nothing', () => undefined),
  get('/own', (context) => pick(ownResponses, context, 'response')),
  get('/foreign', sendForeignResponse),
  get('/challenge', (context) => {
    context.header('www-authenticate', 'Bearer resource_metadata="https://a.example/m"')
    throw new Unauthenticated()
  }),
  get('/preset', (context) => {
    context.status(403)
    throw pick(presetFailures, context, 'thrown')()
  }),
  get('/twice', async (context) => {
    const error = new Conflict()
    context.fail?.(error)
    throw error
  }),
  get('/pets-405', () => {
    throw createError(405)
  }),
  get('/redirect', (context) => ({ redirect: getQuery(context, 'to') })),
  get(
    '/user-error',
    (context) => {
      throw new UserError(getQuery(context, 'handler'))
    },
    {
      onError(error) {
        const message = error instanceof UserError ? error.message : ''
        if (message === 'responds') return { status: 418, json: { mine: true } }
        if (message === 'throws') throw createCanaryError()
        return undefined
      },
    },
  ),

  get('/half', (context) => {
    context.write('application/json', '{"half":')
    throw createCanaryError()
  }),
  get('/half-later', async (context) => {
    context.write('application/json', '{"half":')
    await nextTurn()
    throw createCanaryError()
  }),
  get('/events', async (context) => {
    context.write('text/event-stream', 'data: {"n":1}\n\ndata: {"half":')
    await nextTurn()
    throw createUpstreamError()
  }),
  get('/error-after-response', async (context) => {
    context.send({ first: true })
    await nextTurn()
    throw createCanaryError()
  }),
  get('/second-response', async (context) => {
    context.send({ first: true })
    await nextTurn()
    context.send({ second: true })
    return undefined
  }),
  get('/stream', (context) => ({
    contentType: 'application/json',
    stream: generateJson(getQuery(context, 'fails')),
  })),

  get('/source', (context) => {
    context.header('x-ratelimit-remaining', '0')
    const firstChunkTimeout = getQuery(context, 'first-chunk-timeout')
    const contentType = getQuery(context, 'type')
    return {
      source: createSource(context),
      ...(firstChunkTimeout === '' ? {} : { firstChunkTimeout: Number(firstChunkTimeout) }),
      ...(contentType === '' ? {} : { contentType }),
    }
  }),
  get('/wait-then-throw', async (context) => {
    await waitForDisconnect(context)
    throw createCanaryError()
  }),
  get('/wait-in-events', async (context) => {
    context.write('text/event-stream', 'data: 1\n\n')
    await waitForDisconnect(context)
    throw createCanaryError()
  }),
  get('/respond-later', async (context) => {
    waitingRequests.add(getQuery(context, 'id'))
    await sleep(RESPONSE_DELAY_MS)
    return ok
  }),
  get('/wait-then-respond', async (context) => {
    await waitForDisconnect(context)
    return ok
  }),
]
