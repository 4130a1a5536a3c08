import { envelopes, extendEnvelope } from '@faultline/core'
import { faultline, ModelNotFound } from '@faultline/express'
import express from 'express'

export const acme = extendEnvelope(envelopes.openai, {
  id: 'acme',
  title: 'Acme API errors',
  messages: { model_not_found: "Acme has no model '{model}'" },
  memberSchemas: {
    docs_url: { type: 'string', format: 'uri' },
    trace_id: { type: 'string' },
  },
  members: ({ error }, request) => ({
    docs_url: `https://docs.acme.example/errors#${error.code}`,
    trace_id: request?.header('traceparent')?.split('-')[1],
  }),
})

export const app = faultline(express(), { envelope: acme })
app.get('/v1/models/:model', ({ params: { model } }) => {
  throw new ModelNotFound({ model })
})
