import express from 'express'
import pino from 'pino'
import { faultline, getTraceId, logTo, requestId, type FaultlineOptions } from '@faultline/express'

export const logger = pino()

const options: FaultlineOptions = {
  envelope: 'problem-details',
  onError: logTo(() => logger),
  // A request without a valid traceparent gets a random id.
  generateRequestId: getTraceId,
}

export const app = faultline(express(), options)
// Sets the id on successful responses, too.
app.use(requestId(options))
app.get('/orders/:id', ({ params: { id } }, response) => {
  if (id === '0') throw new Error('Could not load the order')
  response.json({ id })
})
