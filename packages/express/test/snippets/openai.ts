import express from 'express'
import { faultline, RateLimitExceeded } from '@faultline/express'

const app = express()
app.post('/v1/chat/completions', () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
faultline(app, { envelope: 'openai' })
app.listen(process.env['PORT'] ?? 3000)
