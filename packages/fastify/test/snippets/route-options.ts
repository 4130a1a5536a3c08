import { faultline, ModelNotFound } from '@faultline/fastify'
import Fastify from 'fastify'

export const app = Fastify()
await app.register(faultline, { envelope: 'ai-api' })
app.get('/openai/v1/models/:model', { config: { faultline: { envelope: 'openai' } } }, () => {
  throw new ModelNotFound({ model: 'gpt-9' })
})
