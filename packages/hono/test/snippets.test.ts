import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'

test('the snippet of the README sends the documented response', async () => {
  const { app } = await import('./snippets/quick-start.ts')
  const response = await app.fetch(new Request('http://localhost/v1/models'))
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
})

test('the server of the README answers errors outside Hono', async () => {
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
