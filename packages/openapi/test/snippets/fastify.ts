import Fastify from 'fastify'
import swagger from '@fastify/swagger'
import { faultline, ModelNotFound, RateLimitExceeded } from '@faultline/fastify'
import { fastifyErrorResponses } from '@faultline/openapi'

export const app = Fastify()
await app.register(swagger, { openapi: { openapi: '3.1.0' } })
await app.register(faultline, { envelope: 'ai-api' })

const model = { type: 'object', properties: { id: { type: 'string' } } }
const response = { 200: model, ...fastifyErrorResponses('ai-api', [RateLimitExceeded, ModelNotFound]) }
app.get<{ Params: { id: string } }>('/v1/models/:id', { schema: { response } }, ({ params }) => {
  throw new ModelNotFound({ model: params.id, available: ['echo'] })
})
app.get('/openapi.json', () => app.swagger())
