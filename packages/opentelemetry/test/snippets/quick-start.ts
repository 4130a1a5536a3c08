import express from 'express'
import { faultline, ModelOverloaded } from '@faultline/express'
import { recordErrors } from '@faultline/opentelemetry'

export const app = faultline(express(), { envelope: 'openai', onError: recordErrors() })
app.get('/v1/chat/completions', () => {
  throw new ModelOverloaded({ origin: 'OpenAI' })
})
