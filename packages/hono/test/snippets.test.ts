import { once } from 'node:events'
import { request, Server, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'

test('the snippet of the README sends the documented response', async () => {
  vi.stubEnv('PORT', '0')
  const listen = vi.spyOn(Server.prototype, 'listen')
  await import('./snippets/quick-start.ts')
  const [server] = listen.mock.contexts
  if (!(server instanceof Server)) throw new Error('The snippet did not start a server')
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/v1/models`)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  server.close()
  server.closeAllConnections()
})

test('the server of the README handles errors outside Hono', async () => {
  const { server } = await import('./snippets/on-node.ts')
  vi.spyOn(console, 'error').mockImplementation(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const [headers, status] of [
    [{ host: 'a b/' }, 400],
    [{ expect: 'a wonder' }, 417],
  ] as const) {
    const [response] = (await once(request({ port, headers }).end(), 'response')) as [IncomingMessage]
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      status,
      'application/json; charset=utf-8',
    ])
    response.resume()
  }
  server.close()
  server.closeAllConnections()
})
