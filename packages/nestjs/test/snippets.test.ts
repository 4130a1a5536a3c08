import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { INestApplication } from '@nestjs/common'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'

const getUrl = (app: INestApplication): string =>
  `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`

test('the snippets of the README send the documented responses', async () => {
  vi.stubEnv('PORT', '0')
  const { validate } = await import('./snippets/validation.ts')
  const { app } = await import('./snippets/quick-start.ts')
  validate(app)
  const response = await fetch(`${getUrl(app)}/v1/models`)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  await app.close()
  const { app: onFastify } = await import('./snippets/on-fastify.ts')
  expect((await fetch(`${getUrl(onFastify)}/%zz`)).status).toBe(400)
  await onFastify.close()
})

test('the gateway of the README sends the event of the Realtime API', async () => {
  vi.stubEnv('PORT', '0')
  const { app } = await import('./snippets/gateway.ts')
  const socket = new WebSocket(getUrl(app).replace('http', 'ws'))
  await once(socket, 'open')
  const received: unknown[] = []
  socket.on('message', (data: Buffer) => void received.push(JSON.parse(data.toString())))
  socket.send('{"type":"session.update","event_id":"event_1","voice":"x"}')
  await expect
    .poll(() => received)
    .toMatchObject([{ type: 'error', error: { code: 'invalid_value', param: 'voice', event_id: 'event_1' } }])
  socket.send('{"type":"session.update","voice":"alloy"}')
  await expect.poll(() => received.at(-1)).toEqual({ type: 'session.updated' })
  socket.close()
  await app.close()
})
