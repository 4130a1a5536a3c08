import { faultline, ModelNotFound, QuotaExceeded } from '@faultline/express'
import express from 'express'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

export const app = faultline(express(), { envelope: 'a15t', errorClasses: [OutOfCredits] })
app.get('/v1/models/:model', async ({ params: { model } }) => {
  throw new ModelNotFound({ model, available: ['echo'] })
})
app.post('/v1/chat', () => {
  throw new OutOfCredits({ message: 'Top up to continue.' })
})
