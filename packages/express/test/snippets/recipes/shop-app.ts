import { faultline } from '@faultline/express'
import express from 'express'
import { errors } from './shop-errors.ts'

export const app = faultline(express(), {
  envelope: 'openai',
  errorClasses: Object.values(errors),
})

app.get('/orders/:orderId', ({ params: { orderId } }) => {
  throw new errors.OrderNotFound({ orderId })
})
app.post('/orders', () => {
  throw new errors.OutOfStock({ details: { sku: 'mug', left: 2 } })
})
app.post('/carts', () => {
  throw new errors.TooManyCarts({ retryAfter: 30 })
})
