import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readConfig, Gateway } from '@faultline/app-gateway'
import { startUpstream, type Upstream } from '@faultline/app-upstream'
import { attach } from '@faultline/core/node'
import { afterAll, beforeAll } from 'vitest'
import { createListener } from '../src/app.ts'
import { describeDemoApi } from '@faultline/app-gateway/testing'

let upstream: Upstream
let gateway: Gateway
const server = createServer()

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = new Gateway(readConfig({ LOG_LEVEL: 'silent' }), upstream.url)
  const listener = createListener(gateway)
  server.on('request', (request, response) => void listener(request, response))
  attach(server, gateway.faultline)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  server.close()
  server.closeAllConnections()
  gateway.close()
  await upstream.close()
})

describeDemoApi('Hono', () => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  calls: (model) => upstream.calls(model),
}))
