// An ES module that also loads the CommonJS copy, and passes to each copy the objects of the other.
import express, { type Request } from 'express'
import { defineCatalog } from '@faultline/core'
import * as imported from '@faultline/express'
import required = require('@faultline/express')

const responder = required.createResponder<Request>({
  envelope: imported.envelopes['ai-api'],
  onError: (error: imported.ApiError) => console.error(error.code),
})
const app = imported.faultline(express(), responder)
app.get('/', () => {
  throw new required.RateLimitExceeded({ retryAfter: 30 })
})
app.use(imported.notFound(responder), imported.errorHandler(responder))
required.attach(app.listen(0), imported.createResponder({ envelope: required.envelopes['ai-api'] }))

export const error: imported.ApiError = new required.NotFound()
export const errorClass: imported.ApiErrorClass = required.ModelNotFound
export const catalog = defineCatalog(imported.ModelNotFound, required.RateLimitExceeded)
