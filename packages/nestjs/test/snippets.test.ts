import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { INestApplication } from '@nestjs/common'
import { expect, test, vi } from 'vitest'

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
