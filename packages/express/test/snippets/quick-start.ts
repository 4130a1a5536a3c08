import express from 'express'
import { faultline, RateLimitExceeded } from '@faultline/express'

const app = faultline(express(), { envelope: 'ai-api' })
app.get('/v1/models', () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
app.listen(process.env['PORT'] ?? 3000)
