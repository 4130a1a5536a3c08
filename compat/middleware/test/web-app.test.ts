import { once } from 'node:events'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { answers, webApps, type StartWebApp } from './web-apps.ts'

interface WebRequest {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

const requests: readonly WebRequest[] = [
  ...Object.keys(answers).flatMap((path) => [
    { name: `GET ${path}`, path },
    { name: `HEAD ${path}`, path, method: 'HEAD' },
  ]),
  { name: 'a file', path: '/files/data.txt' },
  { name: 'a range of a file', path: '/files/data.txt', headers: { range: 'bytes=2-5' } },
  { name: 'a file that is sent as an error page', path: '/sent-file' },
]

/** Sends one request with `node:http`: fetch adds `cache-control: no-cache` to conditional requests. */
async function read(url: string, { path, method = 'GET', headers = {} }: WebRequest): Promise<WebResponse> {
  const sent = sendRequest(url + path, { method, headers: { ...browser, ...headers }, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const ignored = new Set(['date', 'x-request-id', 'keep-alive'])
  return {
    status: response.statusCode,
    headers: Object.entries(response.headers).filter(([name]) => !ignored.has(name)),
    body: (await buffer(response)).toString('latin1'),
  }
}

interface WebResponse {
  readonly status: number | undefined
  readonly headers: readonly (readonly [string, unknown])[]
  readonly body: string
}

describe.each(Object.entries(webApps))('A server-rendered app on %s', (framework, start: StartWebApp) => {
  test.each(['plain', 'all'] as const)(
    "sends the same bytes with replaceBodies: '%s'",
    async (replaceBodies) => {
      const bare = await start(undefined)
      let hookCalls = 0
      const url = await start({
        envelope: 'ai-api',
        replaceBodies,
        onError(error) {
          // A client may close its connection just before the server has noticed the end of a stream.
          if (error.code !== 'client_closed_request') hookCalls += 1
        },
      })
      // In mode 'all', only pages that a browser asks for, files and successes pass.
      const passes = ({ path }: WebRequest): boolean => {
        const { status = 200, type = 'text/html' } = answers[path] ?? {}
        return replaceBodies === 'plain' || status < 400 || type === 'text/html'
      }
      for (const request of requests.filter(passes))
        expect.soft(await read(url, request), request.name).toEqual(await read(bare, request))
      expect(hookCalls).toBe(0)
    },
  )

  test('answers a conditional request for a file as without Faultline', async () => {
    const path = '/files/data.txt'
    const readStatus = async (url: string): Promise<number | undefined> => {
      const { headers } = await read(url, { name: 'file', path })
      const since = String(new Map(headers).get('last-modified'))
      return (await read(url, { name: 'conditional', path, headers: { 'if-modified-since': since } })).status
    }
    const status = await readStatus(await start({ envelope: 'ai-api' }))
    expect(status).toBe(await readStatus(await start(undefined)))
    // The static files of Koa and Hono do not compare validators.
    expect(status).toBe(['Express', 'Fastify'].includes(framework) ? 304 : 200)
  })
})
