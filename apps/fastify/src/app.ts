import type { Server } from 'node:http'
import { MAX_BODY_BYTES, type Gateway } from '@faultline/app-gateway'
import { EndpointNotFound, faultline, requestId, serverOptions } from '@faultline/fastify'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance } from 'fastify'
import { createRoutes } from './routes.ts'

/** The demo API on Fastify. Handlers and hooks throw typed errors; Faultline turns them into responses. */
export async function createApp(gateway: Gateway): Promise<FastifyInstance> {
  const app = Fastify({
    ...serverOptions(gateway.faultline),
    bodyLimit: MAX_BODY_BYTES,
    // All problems, in the order of the schema, which `verbose` adds to the errors. The body is not changed.
    ajv: {
      customOptions: { allErrors: true, verbose: true, coerceTypes: false, removeAdditional: false },
    },
  })
  await app.register(faultline, gateway.faultline)
  await app.register(multipart, { limits: { fileSize: MAX_BODY_BYTES, files: 1 } })
  // Only JSON and uploads are accepted.
  app.removeContentTypeParser('text/plain')

  const setRequestId = requestId(gateway.faultline)
  app.addHook('onRequest', ({ raw }, reply, done) => setRequestId(raw, reply.raw, done))
  app.addHook('onRequest', async ({ url }) => {
    if (gateway.selectEnvelope(url) === undefined) throw new EndpointNotFound()
  })

  app.get('/health', async () => gateway.health('fastify'))
  app.get('/openapi.json', async () => gateway.openapi())
  for (const prefix of ['/v1', '/compat/:envelope/v1']) await app.register(createRoutes(gateway), { prefix })
  return app
}

/** Creates the app's server. */
export async function createServer(gateway: Gateway): Promise<Server> {
  const app = await createApp(gateway)
  await app.ready()
  return app.server
}
