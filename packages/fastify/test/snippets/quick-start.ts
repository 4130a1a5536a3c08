import { faultline, RateLimitExceeded, serverOptions, type FaultlineOptions } from '@faultline/fastify'
import Fastify from 'fastify'

const options: FaultlineOptions = { envelope: 'ai-api' }
export const app = Fastify(serverOptions(options))
await app.register(faultline, options)
app.get('/v1/models', async () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
