import { createServer } from 'node:http'
import express, { type Request } from 'express'
import { ApiError, isApiError, type ResponderOptions } from '@faultline/core'
import { aiApi } from '@faultline/core/envelopes'
import { attach, errorHandler, faultline, RateLimitExceeded } from '@faultline/express'

class OutOfCredits extends RateLimitExceeded {}

const options: ResponderOptions<Request> = { envelope: aiApi }
const app = faultline(express(), options)
app.get('/', () => {
  throw new OutOfCredits({ retryAfter: 30 })
})
app.use(errorHandler(options))
attach(createServer(), { envelope: 'ai-api' })
app.listen(0)

export function codeOf(error: unknown): string | undefined {
  if (isApiError(error, 'rate_limit_exceeded')) return error.code
  return error instanceof ApiError ? error.code : undefined
}
