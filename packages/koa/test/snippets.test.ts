import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { expect, test, vi } from 'vitest'

test('the snippet of the README sends the documented response', async () => {
  vi.stubEnv('PORT', '0')
  const listen = vi.spyOn(Koa.prototype, 'listen')
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  await import('./snippets/quick-start.ts')
  const server = listen.mock.results[0]!.value as Server
  if (!server.listening) await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  // Koa's own logger leaves out what is public.
  expect(log).not.toHaveBeenCalled()
  server.close()
})
