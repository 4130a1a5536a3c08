import { readConfig, Gateway } from '@faultline/app-gateway'
import { describeDemoApi } from '@faultline/app-gateway/testing'
import { startUpstream, type Upstream } from '@faultline/app-upstream'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { createApp } from '../src/app.ts'

let upstream: Upstream
let gateway: Gateway
let app: FastifyInstance

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = new Gateway(readConfig({ LOG_LEVEL: 'silent' }), upstream.url)
  app = await createApp(gateway)
  await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(async () => {
  app.server.closeAllConnections()
  await app.close()
  gateway.close()
  await upstream.close()
})

describeDemoApi('Fastify', () => ({ url: app.listeningOrigin, calls: (model) => upstream.calls(model) }))
