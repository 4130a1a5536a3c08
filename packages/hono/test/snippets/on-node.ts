import { createServer } from 'node:http'
import { attach } from '@faultline/node'
import { errorHandler, faultline, type FaultlineOptions } from '@faultline/hono'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'

const options: FaultlineOptions = { envelope: 'ai-api' }
export const app = faultline(new Hono(), options)

const listener = getRequestListener(app.fetch, { errorHandler: errorHandler(options) })
export const server = createServer((request, response) => void listener(request, response))
attach(server, options)
