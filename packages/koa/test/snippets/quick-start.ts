import Koa from 'koa'
import { faultline, RateLimitExceeded } from '@faultline/koa'

const app = faultline(new Koa(), { envelope: 'ai-api' })
app.use(async () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
app.listen(process.env['PORT'] ?? 3000)
