import { errorClasses } from '@faultline/core'
import { models } from '@faultline/app-upstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalogue, ErrorNode } from '../src/shared/catalogue.ts'
import { oddRequests } from '../src/shared/odd-requests.ts'
import { startExplorer } from '../src/server/start-explorer.ts'
import { askExplorer, bodyOf, eventOf, sending, told } from './ask-explorer.ts'
import { startAll, type Everything } from './start-all.ts'

let all: Everything
beforeAll(async () => {
  all = await startAll()
})
afterAll(() => all.close())

const catalogue = async (): Promise<Catalogue> =>
  (await (await fetch(`${all.url}/api/catalogue`)).json()) as Catalogue

const flat = (nodes: readonly ErrorNode[]): ErrorNode[] =>
  nodes.flatMap((node) => [node, ...flat(node.children)])

describe('the catalogue', () => {
  test('has every error once, below the class that it extends', async () => {
    const { errors } = await catalogue()
    expect(
      flat(errors)
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(Object.keys(errorClasses).toSorted())
    for (const { children, name } of flat(errors)) {
      for (const { code } of children) {
        expect(Object.getPrototypeOf(errorClasses[code as keyof typeof errorClasses])).toHaveProperty(
          'name',
          name,
        )
      }
    }
  })

  test('has the apps, the models, and nothing that an app does not know', async () => {
    const { frameworks, kinds, models: known } = await catalogue()
    expect(frameworks.map(({ name }) => name)).toEqual(Object.keys(all.apps))
    expect(known.map(({ id }) => id)).toEqual(Object.keys(models))
    for (const { id: what } of kinds) {
      const events = await told(all.url, sending({ raise: { kind: 'throw', what } }))
      expect(bodyOf(events), what).not.toContain(`'${what}'`)
    }
  })

  test.each(Object.keys(oddRequests))('the request %s is answered with an error', async (name) => {
    const { status } = eventOf(await told(all.url, sending({ raise: { kind: 'request', name } })), 'head')
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('what may be sent', () => {
  const error = { kind: 'error', code: 'conflict', query: {}, stream: false }
  test.each<[string, unknown, number, string]>([
    ['an address for a framework', sending({ framework: 'http://169.254.169.254' }), 422, 'framework'],
    ['an address beside it', { ...sending(), url: 'http://169.254.169.254' }, 422, 'url'],
    ['a path for an envelope', sending({ envelope: '../../health' }), 422, 'envelope'],
    ['no framework', { ...sending(), framework: undefined }, 422, 'framework'],
    ['no raise', { ...sending(), raise: undefined }, 422, 'raise'],
    ['a raise that is a text', { ...sending(), raise: 'x' }, 422, 'raise'],
    ['an unknown kind', { ...sending(), raise: { kind: 'fire' } }, 422, 'raise.kind'],
    ['an unknown code', { ...sending(), raise: { ...error, code: '../models' } }, 422, 'raise.code'],
    ['an inherited code', { ...sending(), raise: { ...error, code: 'toString' } }, 422, 'raise.code'],
    ['an unknown query', { ...sending(), raise: { ...error, query: { x: '1' } } }, 422, 'raise.query.x'],
    [
      'a number in a query',
      { ...sending(), raise: { ...error, query: { field: 1 } } },
      422,
      'raise.query.field',
    ],
    [
      'a long query',
      { ...sending(), raise: { ...error, query: { message: 'x'.repeat(2001) } } },
      422,
      'raise.query.message',
    ],
    ['a list as a query', { ...sending(), raise: { ...error, query: [] } }, 422, 'raise.query'],
    ['a text for a flag', { ...sending(), sdks: 'yes' }, 422, 'sdks'],
    ['an unknown thing to throw', { ...sending(), raise: { kind: 'throw', what: 'x' } }, 422, 'raise.what'],
    ['an unknown request', { ...sending(), raise: { kind: 'request', name: 'x' } }, 422, 'raise.name'],
    ['an unknown model', { ...sending(), raise: { kind: 'chat', model: 'x' } }, 422, 'raise.model'],
    ['a list', [], 400, ''],
    ['what is no JSON', '{', 400, ''],
    ['too much', ' '.repeat(20_000), 413, ''],
  ])('%s is refused in the explorer’s own envelope', async (_, body, status, field) => {
    const response = await askExplorer(all.url, body)
    const { error: answered } = (await response.json()) as { error: { details?: { field?: string } } }
    expect({ status: response.status, field: answered.details?.field ?? '' }).toEqual({
      // ai-api calls what is wrong with a request 400.
      status: status === 422 ? 400 : status,
      field,
    })
  })

  test('only the explorer’s own page may ask, and only in JSON', async () => {
    const ask = (headers: Record<string, string>) => askExplorer(all.url, sending(), { headers })
    const json = { 'content-type': 'application/json' }
    expect((await ask({ ...json, origin: 'http://elsewhere.example' })).status).toBe(403)
    expect((await ask({ ...json, origin: all.url })).status).toBe(200)
    expect((await ask({ ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask({ 'content-type': 'text/plain' })).status).toBe(415)
  })

  test('other methods and paths are told so', async () => {
    const put = await fetch(`${all.url}/api/send`)
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST'])
    const post = await fetch(`${all.url}/`, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${all.url}/%2e%2e/package.json`)).status).toBe(404)
    expect((await fetch(`${all.url}/health`)).status).toBe(200)
  })
})

describe('what is sent', { timeout: 20_000 }, () => {
  test.each(['Express', 'Koa', 'Fastify', 'NestJS on Express', 'NestJS on Fastify', 'Hono'] as const)(
    '%s gets the request, and its answer comes back whole',
    async (framework) => {
      const query = { message: 'Ä own words', retry_after: '7' }
      const raise = { kind: 'error', code: 'rate_limit_exceeded', query, stream: false } as const
      const events = await told(all.url, sending({ framework, raise, envelope: 'a15t:strict' }))
      expect(events.map(({ type }) => type)).toEqual(['request', 'head', 'body', 'end'])
      const { head, url } = eventOf(events, 'request')
      expect(url.startsWith(all.apps[framework].url)).toBe(true)
      expect(head).toContain(
        'GET /compat/a15t:strict/v1/errors/rate_limit_exceeded?message=%C3%84+own+words&retry_after=7 HTTP/1.1\r\n',
      )
      expect(eventOf(events, 'head')).toMatchObject({
        status: 429,
        statusLine: 'HTTP/1.1 429 Too Many Requests',
      })
      expect(eventOf(events, 'head').headers).toContainEqual(['retry-after', '7'])
      expect(bodyOf(events)).toContain('"message":"Ä own words"')
      expect(eventOf(events, 'end')).toMatchObject({ how: 'whole' })
    },
  )

  test.each(['Express', 'Koa', 'Fastify', 'NestJS on Express', 'NestJS on Fastify', 'Hono'])(
    'half an answer of %s is told as cut off',
    async (framework) => {
      const events = await told(
        all.url,
        sending({ framework, raise: { kind: 'throw', what: 'after-headers' } }),
      )
      expect(bodyOf(events)).toBe('{"id":"chatcmpl-1","choices":[')
      expect(['cut', 'reset']).toContain(eventOf(events, 'end').how)
    },
  )

  test('what is streamed is told as it comes, and a page that leaves closes the app’s connection', async () => {
    const app = all.apps.Fastify
    const left = new AbortController()
    const raise = { kind: 'chat', model: 'slow-stream', stream: true } as const
    const response = await askExplorer(all.url, sending({ framework: 'Fastify', raise }), {
      signal: left.signal,
    })
    const started = performance.now()
    let text = ''
    const decoder = new TextDecoder()
    await expect(
      (async () => {
        for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
          text += decoder.decode(bytes, { stream: true })
          if (text.split('"type":"body"').length > 3) left.abort()
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

test('no more is under way at one time than is allowed', async () => {
  const explorer = await startExplorer({
    apps: { Express: all.apps.Express.url },
    limits: { atOnce: 1 },
  })
  try {
    const left = new AbortController()
    const raise = { kind: 'chat', model: 'slow-stream', stream: true } as const
    const first = await askExplorer(explorer.url, sending({ raise }), { signal: left.signal })
    expect(first.status).toBe(200)
    expect((await askExplorer(explorer.url, sending())).status).toBe(429)
    left.abort()
    await expect.poll(async () => (await askExplorer(explorer.url, sending())).status).toBe(200)
  } finally {
    await explorer.close()
  }
})
