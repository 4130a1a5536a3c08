import { createServer as createHttpServer, type Server } from 'node:http'
import { isValidPath, type Gateway } from '@faultline/app-gateway'
import { attach, EndpointNotFound, faultline, InvalidRequest, requestId } from '@faultline/express'
import express, { type Express } from 'express'
import { createRoutes } from './routes.ts'

/** The demo API on Express. Handlers and middleware throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Express {
  const app = faultline(express(), gateway.faultline)
  app.disable('x-powered-by').disable('etag')
  app.use(requestId(gateway.faultline))
  app.use(({ path }, _response, next) => {
    if (!isValidPath(path))
      throw new InvalidRequest({ message: 'The request URL is not valid percent-encoding' })
    if (gateway.selectEnvelope(path) === undefined) throw new EndpointNotFound()
    next()
  })

  app.get('/health', (_request, response) => {
    response.json(gateway.health('express'))
  })
  app.get('/openapi.json', (_request, response) => {
    response.json(gateway.openapi())
  })
  app.use(['/v1', '/compat/:envelope/v1'], createRoutes(gateway))
  return app
}

/** Creates the app's server. `attach` also covers errors outside Express, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  return attach(createHttpServer(createApp(gateway)), gateway.faultline)
}
