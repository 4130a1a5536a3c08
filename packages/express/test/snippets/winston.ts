import express from 'express'
import winston from 'winston'
import { faultline, logTo } from '@faultline/express'

export const logger = winston.createLogger({
  level: 'info',
  format: winston.format.json(),
  transports: [new winston.transports.Console()],
})

export const app = faultline(express(), { envelope: 'openai', onError: logTo(() => logger) })
app.get('/orders/:id', () => {
  throw new Error('Could not load the order', { cause: new Error('connect ECONNREFUSED 10.0.0.5:5432') })
})
