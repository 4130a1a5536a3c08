import { envelopes, extendEnvelope, messagesByLanguage } from '@faultline/core'
import { faultline, ModelNotFound, RateLimitExceeded } from '@faultline/express'
import express from 'express'

const de = {
  model_not_found: "Das Modell '{model}' gibt es nicht",
  rate_limit_exceeded: 'Zu viele Anfragen',
}

export const app = faultline(express(), {
  envelope: extendEnvelope(envelopes.openai, {
    id: 'acme',
    messages: messagesByLanguage({ en: {}, de }),
  }),
})
app.get('/v1/models/:model', ({ params: { model } }) => {
  throw model === 'busy' ? new RateLimitExceeded({ retryAfter: 30 }) : new ModelNotFound({ model })
})
