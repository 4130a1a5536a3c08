import express from 'express'
import { faultline, faultlineOptions, ModelNotFound } from '@faultline/express'

const openai = express.Router().use(faultlineOptions({ envelope: 'openai' }))
openai.get('/models/:model', ({ params: { model } }) => {
  throw new ModelNotFound({ model })
})

export const app = faultline(express(), { envelope: 'ai-api' }).use('/openai/v1', openai)
