import { createServer as createHttpServer, type Server } from 'node:http'
import { isValidPath, type Gateway } from '@faultline/app-gateway'
import { attach, EndpointNotFound, faultline, InvalidRequest, requestId } from '@faultline/koa'
import { Router } from '@koa/router'
import Koa from 'koa'
import { createRoutes } from './routes.ts'

/** The demo API on Koa. Handlers and middleware throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Koa {
  const app = faultline(new Koa(), gateway.faultline)
  // Koa would print errors to standard error; `onError` already logs them.
  app.silent = true
  app.use(requestId(gateway.faultline))
  app.use(({ path }, next) => {
    if (!isValidPath(path))
      throw new InvalidRequest({ message: 'The request URL is not valid percent-encoding' })
    if (gateway.selectEnvelope(path) === undefined) throw new EndpointNotFound()
    return next()
  })

  const root = new Router()
  root.get('/health', (context) => {
    context.body = gateway.health('koa')
  })
  root.get('/openapi.json', (context) => {
    context.body = gateway.openapi()
  })
  const v1 = createRoutes(gateway)
  root.use('/v1', v1.routes())
  root.use('/compat/:envelope/v1', v1.routes())
  app.use(root.routes())
  app.use(root.allowedMethods())
  return app
}

/** Creates the app's server. `attach` also covers errors outside Koa, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  const handle = createApp(gateway).callback()
  const server = createHttpServer((request, response) => void handle(request, response))
  return attach(server, gateway.faultline)
}
