import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ATTR_ERROR_TYPE, ATTR_HTTP_RESPONSE_STATUS_CODE } from '@opentelemetry/semantic-conventions'
import { afterEach, expect, test, vi } from 'vitest'
import { MemoryOtel } from './otel.ts'
import { app } from './snippets/quick-start.ts'
import { app as withLogs } from './snippets/with-logs.ts'

const otel = new MemoryOtel()

afterEach(() => {
  otel.unregister()
  vi.restoreAllMocks()
})

async function fetchStatus(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { status } = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`)
  server.close()
  return status
}

test('the snippets of the README count and log errors', async () => {
  otel.register()
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  expect(await fetchStatus(app)).toBe(503)
  expect(await fetchStatus(withLogs)).toBe(404)
  expect((await otel.readCounts()).map(([attributes]) => attributes)).toMatchObject([
    {
      [ATTR_ERROR_TYPE]: 'model_overloaded',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 503,
      'faultline.origin': 'OpenAI',
    },
    { [ATTR_ERROR_TYPE]: 'endpoint_not_found', [ATTR_HTTP_RESPONSE_STATUS_CODE]: 404 },
  ])
  expect(info.mock.calls).toEqual([
    [expect.stringMatching(/^GET \/v1\/chat\/completions \(req_\w+\) failed with 404 endpoint_not_found$/)],
  ])
})
