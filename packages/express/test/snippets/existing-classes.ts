import express from 'express'
import { Conflict, faultline, InternalError, NotFound, recognizeClass } from '@faultline/express'

// The classes of the application, unchanged.
class OrderError extends Error {
  readonly orderId: string
  constructor(orderId: string, message: string) {
    super(message)
    this.orderId = orderId
  }
}
class OrderNotFound extends OrderError {}
class OrderLocked extends OrderError {}

export const app = faultline(express(), {
  envelope: 'problem-details',
  recognizers: {
    // Subclasses first: the first recognizer that returns an error determines the response.
    before: [
      recognizeClass(OrderNotFound, (cause) => new NotFound({ message: `No order ${cause.orderId}`, cause })),
      recognizeClass(OrderError, (cause) => new Conflict({ message: 'The order cannot be changed', cause })),
    ],
    // Every other error, after the built-in recognizers: a body that is not JSON is still answered with 400.
    after: [recognizeClass(Error, (cause) => new InternalError({ cause }))],
  },
})
app.use(express.json())

app.get('/orders/:id', ({ params: { id } }) => {
  throw new OrderNotFound(id, `SELECT returned no row for ${id}`)
})
app.post('/orders/:id', ({ params: { id } }) => {
  throw new OrderLocked(id, 'locked by job 17')
})
