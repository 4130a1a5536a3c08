import { faultline, ModelNotFound } from '@faultline/express'
import express from 'express'

export const app = faultline(express(), {
  envelope: ({ url }) => (url.startsWith('/anthropic/') ? 'anthropic' : 'openai'),
  fallbackEnvelope: 'openai',
})
app.get(['/v1/models/:model', '/anthropic/v1/models/:model'], ({ params: { model } }) => {
  throw new ModelNotFound({ model: String(model) })
})
