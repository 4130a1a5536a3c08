import { faultline, RateLimitExceeded } from '@faultline/hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = faultline(new Hono(), { envelope: 'ai-api' })
app.get('/v1/models', () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) })
