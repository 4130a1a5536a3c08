import express from 'express'
import { faultline } from '@faultline/express'

/** Creates the app. `development` must not be true in production: Faultline then refuses to start. */
export function createApp(development = process.env['NODE_ENV'] === 'development') {
  const app = faultline(express(), { envelope: 'openai', development })
  app.get('/orders/:id', async function loadOrder() {
    throw new TypeError('Could not read the order', { cause: new Error('connect ECONNREFUSED') })
  })
  return app
}
