import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { errorClasses } from '@faultline/core'
import { models } from '@faultline/app-upstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog, ErrorNode } from '../src/shared/catalog.ts'
import { invalidRequests } from '../src/shared/invalid-requests.ts'
import { startExplorer } from '../src/server/start-explorer.ts'
import { postSend, getBody, findEvent, createSendRequest, fetchEvents } from './explorer-client.ts'
import { startAll, type TestServers } from './start-all.ts'

let all: TestServers
beforeAll(async () => {
  all = await startAll()
})
afterAll(() => all.close())

const fetchCatalog = async (): Promise<Catalog> =>
  (await (await fetch(`${all.url}/api/catalog`)).json()) as Catalog

const flatten = (nodes: readonly ErrorNode[]): ErrorNode[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children)])

describe('the catalog', () => {
  test('contains every error once, below its parent class', async () => {
    const { errors } = await fetchCatalog()
    expect(
      flatten(errors)
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(Object.keys(errorClasses).toSorted())
    for (const { children, name } of flatten(errors)) {
      for (const { code } of children) {
        expect(Object.getPrototypeOf(errorClasses[code as keyof typeof errorClasses])).toHaveProperty(
          'name',
          name,
        )
      }
    }
  })

  test('contains the apps, the models, and only thrown values that the apps support', async () => {
    const { frameworks, kinds, models: items } = await fetchCatalog()
    expect(frameworks.map(({ name }) => name)).toEqual(Object.keys(all.apps))
    expect(items.map(({ id }) => id)).toEqual(Object.keys(models))
    for (const { id: what } of kinds) {
      const events = await fetchEvents(all.url, createSendRequest({ raise: { kind: 'throw', what } }))
      expect(getBody(events), what).not.toContain(`'${what}'`)
    }
  })

  test.each(Object.keys(invalidRequests))('the invalid request %s gets a client error', async (name) => {
    const { status } = findEvent(
      await fetchEvents(all.url, createSendRequest({ raise: { kind: 'request', name } })),
      'head',
    )
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('the validation of /api/send', () => {
  const error = { kind: 'error', code: 'conflict', query: {}, stream: false }
  test.each<[string, unknown, number, string]>([
    [
      'an address for a framework',
      createSendRequest({ framework: 'http://169.254.169.254' }),
      422,
      'framework',
    ],
    ['an additional address', { ...createSendRequest(), url: 'http://169.254.169.254' }, 422, 'url'],
    ['a path for an envelope', createSendRequest({ envelope: '../../health' }), 422, 'envelope'],
    ['no framework', { ...createSendRequest(), framework: undefined }, 422, 'framework'],
    ['no raise', { ...createSendRequest(), raise: undefined }, 422, 'raise'],
    ['a raise that is a string', { ...createSendRequest(), raise: 'x' }, 422, 'raise'],
    ['an unknown kind', { ...createSendRequest(), raise: { kind: 'fire' } }, 422, 'raise.kind'],
    [
      'an unknown code',
      { ...createSendRequest(), raise: { ...error, code: '../models' } },
      422,
      'raise.code',
    ],
    [
      'an inherited code',
      { ...createSendRequest(), raise: { ...error, code: 'toString' } },
      422,
      'raise.code',
    ],
    [
      'an unknown query',
      { ...createSendRequest(), raise: { ...error, query: { x: '1' } } },
      422,
      'raise.query.x',
    ],
    [
      'a number in a query',
      { ...createSendRequest(), raise: { ...error, query: { field: 1 } } },
      422,
      'raise.query.field',
    ],
    [
      'a long query',
      { ...createSendRequest(), raise: { ...error, query: { message: 'x'.repeat(2001) } } },
      422,
      'raise.query.message',
    ],
    ['a list as a query', { ...createSendRequest(), raise: { ...error, query: [] } }, 422, 'raise.query'],
    ['a string for a flag', { ...createSendRequest(), sdks: 'yes' }, 422, 'sdks'],
    [
      'an unknown thrown value',
      { ...createSendRequest(), raise: { kind: 'throw', what: 'x' } },
      422,
      'raise.what',
    ],
    [
      'an unknown request',
      { ...createSendRequest(), raise: { kind: 'request', name: 'x' } },
      422,
      'raise.name',
    ],
    ['an unknown model', { ...createSendRequest(), raise: { kind: 'chat', model: 'x' } }, 422, 'raise.model'],
    ['a list', [], 400, ''],
    ['invalid JSON', '{', 400, ''],
    ['a body that is too large', ' '.repeat(20_000), 413, ''],
  ])('%s is rejected in the explorer’s envelope', async (_, sentBody, status, field) => {
    const response = await postSend(all.url, sentBody)
    const { error: body } = (await response.json()) as { error: { details?: { field?: string } } }
    expect({ status: response.status, field: body.details?.field ?? '' }).toEqual({
      // ai-api sends validation errors with status 400.
      status: status === 422 ? 400 : status,
      field,
    })
  })

  test('only the explorer’s page may send requests, and only as JSON', async () => {
    const postWith = (headers: Record<string, string>) => postSend(all.url, createSendRequest(), { headers })
    const json = { 'content-type': 'application/json' }
    expect((await postWith({ ...json, origin: 'http://elsewhere.example' })).status).toBe(403)
    expect((await postWith({ ...json, origin: all.url })).status).toBe(200)
    expect((await postWith({ ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await postWith({ 'content-type': 'text/plain' })).status).toBe(415)
  })

  test('a request for another host is rejected, so that a foreign name cannot become same-origin', async () => {
    const { port } = new URL(all.url)
    const getStatus = async (path: string, host: string): Promise<number | undefined> => {
      const request = get({ port, host: '127.0.0.1', path, headers: { host }, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    for (const path of ['/', '/api/catalog', '/health'])
      expect(await getStatus(path, `evil.example:${port}`)).toBe(403)
    expect(await getStatus('/health', '127.0.0.1')).toBe(403)
    expect(await getStatus('/health', `127.0.0.1:${port}`)).toBe(200)
    expect(await getStatus('/health', `LOCALHOST:${port}`)).toBe(200)
  })

  test('other methods and paths get 405 and 404', async () => {
    const put = await fetch(`${all.url}/api/send`)
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST'])
    const post = await fetch(`${all.url}/`, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${all.url}/%2e%2e/package.json`)).status).toBe(404)
    expect((await fetch(`${all.url}/health`)).status).toBe(200)
  })
})

describe('a sent request', { timeout: 20_000 }, () => {
  test.each(['Express', 'Koa', 'Fastify', 'NestJS on Express', 'NestJS on Fastify', 'Hono'] as const)(
    'reaches %s, and the whole response is returned',
    async (framework) => {
      const query = { message: 'Ä own words', retry_after: '7' }
      const raise = { kind: 'error', code: 'rate_limit_exceeded', query, stream: false } as const
      const events = await fetchEvents(
        all.url,
        createSendRequest({ framework, raise, envelope: 'a15t:strict' }),
      )
      expect(events.map(({ type }) => type)).toEqual(['request', 'head', 'body', 'end'])
      const { head, url } = findEvent(events, 'request')
      expect(url.startsWith(all.apps[framework].url)).toBe(true)
      expect(head).toContain(
        'GET /compat/a15t:strict/v1/errors/rate_limit_exceeded?message=%C3%84+own+words&retry_after=7 HTTP/1.1\r\n',
      )
      expect(findEvent(events, 'head')).toMatchObject({
        status: 429,
        statusLine: 'HTTP/1.1 429 Too Many Requests',
      })
      expect(findEvent(events, 'head').headers).toContainEqual(['retry-after', '7'])
      expect(getBody(events)).toContain('"message":"Ä own words"')
      expect(findEvent(events, 'end')).toMatchObject({ ending: 'complete' })
    },
  )

  test.each(['Express', 'Koa', 'Fastify', 'NestJS on Express', 'NestJS on Fastify', 'Hono'])(
    'is reported as truncated if %s sends a partial response',
    async (framework) => {
      const events = await fetchEvents(
        all.url,
        createSendRequest({ framework, raise: { kind: 'throw', what: 'after-headers' } }),
      )
      expect(getBody(events)).toBe('{"id":"chatcmpl-1","choices":[')
      expect(['truncated', 'reset']).toContain(findEvent(events, 'end').ending)
    },
  )

  test('streams the response as it arrives, and closes the app’s connection when the page disconnects', async () => {
    const app = all.apps.Fastify
    const abort = new AbortController()
    const raise = { kind: 'chat', model: 'slow-stream', stream: true } as const
    const response = await postSend(all.url, createSendRequest({ framework: 'Fastify', raise }), {
      signal: abort.signal,
    })
    const started = performance.now()
    let text = ''
    const decoder = new TextDecoder()
    await expect(
      (async () => {
        for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
          text += decoder.decode(bytes, { stream: true })
          if (text.split('"type":"body"').length > 3) abort.abort()
        }
      })(),
    ).rejects.toThrow('aborted')
    // The whole stream takes ten seconds.
    expect(performance.now() - started).toBeLessThan(9000)
    const times = [...text.matchAll(/"type":"body","at":([\d.]+)/g)].map(([, at]) => Number(at))
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(150)
    await expect.poll(() => app.openStreams()).toBe(0)
    await expect.poll(() => app.connections()).toBe(0)
  })
})

test('the number of concurrent requests is limited', async () => {
  const explorer = await startExplorer({
    apps: { Express: all.apps.Express.url },
    limits: { maxConcurrent: 1 },
  })
  try {
    const abort = new AbortController()
    const raise = { kind: 'chat', model: 'slow-stream', stream: true } as const
    const first = await postSend(explorer.url, createSendRequest({ raise }), { signal: abort.signal })
    expect(first.status).toBe(200)
    expect((await postSend(explorer.url, createSendRequest())).status).toBe(429)
    abort.abort()
    await expect.poll(async () => (await postSend(explorer.url, createSendRequest())).status).toBe(200)
  } finally {
    await explorer.close()
  }
})
