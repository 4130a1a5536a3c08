import { faultline, RateLimitExceeded } from '@faultline/hono'
import { Hono } from 'hono'

export const app = faultline(new Hono(), { envelope: 'ai-api' })
app.get('/v1/models', () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
