import { faultline, faultlineOptions, ModelNotFound } from '@faultline/hono'
import { Hono } from 'hono'

export const app = faultline(new Hono(), { envelope: 'ai-api' })
app.use('/openai/*', faultlineOptions({ envelope: 'openai' }))
app.get('/openai/v1/models/:model', (context) => {
  throw new ModelNotFound({ model: context.req.param('model') })
})
