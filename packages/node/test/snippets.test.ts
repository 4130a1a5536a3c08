import { once } from 'node:events'
import { get, Server, type IncomingMessage } from 'node:http'
import { afterAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'

const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close()
})

async function getUrl(server: Server): Promise<string> {
  servers.push(server)
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

test('the quick start sends 429, 404 and 405', async () => {
  vi.stubEnv('PORT', '0')
  const listen = vi.spyOn(Server.prototype, 'listen')
  await import('./snippets/quick-start.ts')
  const [server] = listen.mock.contexts
  if (!(server instanceof Server)) throw new Error('The snippet did not start a server')
  const url = await getUrl(server)
  const limited = await fetch(`${url}/v1/models`)
  expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toMatchObject([
    429,
    '30',
    { success: false, error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Rate limit exceeded' } },
  ])
  expect((await fetch(`${url}/v1/models`, { method: 'HEAD' })).status).toBe(429)
  expect((await fetch(`${url}/v1/nope`)).status).toBe(404)
  const wrongMethod = await fetch(`${url}/v1/models`, { method: 'POST' })
  expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('the async handler sends a stream that ends with an error event, and a request id', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const { server } = await import('./snippets/async-handler.ts')
  const response = await fetch(await getUrl(server.listen(0, '127.0.0.1')))
  expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  const body = await response.text()
  expect(body).toMatch(/^data: \{"delta":"Hello"\}\n\n/)
  expect(body).toMatch(/\n\ndata: \{"error":\{.*\n\n$/)
  expect(body).not.toContain('crashed')
})

test('the WebSocket server rejects upgrades, and reports errors without closing the connection', async () => {
  vi.stubEnv('PORT', '0')
  const { server } = await import('./snippets/websocket.ts')
  const url = (await getUrl(server)).replace('http', 'ws')
  const rejected = new WebSocket(url)
  const [, response] = (await once(rejected, 'unexpected-response')) as [unknown, IncomingMessage]
  expect(response.statusCode).toBe(401)
  expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject({
    error: { code: 'invalid_api_key' },
  })
  const handshake = { connection: 'Upgrade', upgrade: 'websocket', authorization: 'Bearer sk-test' }
  const invalid = get(url.replace('ws', 'http'), { headers: handshake })
  const [answer] = (await once(invalid, 'response')) as [IncomingMessage]
  expect([answer.statusCode, JSON.parse(Buffer.concat(await answer.toArray()).toString())]).toMatchObject([
    400,
    { error: { message: 'The request is not a WebSocket handshake' } },
  ])
  const client = new WebSocket(url, { headers: { authorization: 'Bearer sk-test' } })
  await once(client, 'open')
  const messages: unknown[] = []
  client.on('message', (data: Buffer) => void messages.push(JSON.parse(data.toString())))
  for (const [index, text] of ['{"event_id":"event_1","type":"x"}', '{', '{"type":"ping"}'].entries()) {
    client.send(text)
    await expect.poll(() => messages.length).toBe(index + 1)
  }
  expect(messages).toMatchObject([
    { type: 'error', error: { param: 'type', event_id: 'event_1' } },
    { type: 'error', error: { type: 'invalid_request_error', event_id: null } },
    { type: 'pong' },
  ])
  client.terminate()
})
