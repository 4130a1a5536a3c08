import { createServer as createHttpServer, type Server } from 'node:http'
import { isValidPath, type Gateway } from '@faultline/app-gateway'
import { EndpointNotFound, errorHandler, faultline, InvalidRequest, requestId } from '@faultline/hono'
import { attach } from '@faultline/node'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Env } from './authenticate.ts'
import { createRoutes } from './routes.ts'

/** The demo API on Hono. Handlers and middleware throw typed errors; Faultline turns them into responses. */
export function createApp(gateway: Gateway): Hono<Env> {
  const app = faultline(new Hono<Env>(), gateway.faultline)
  app.use(requestId(gateway.faultline))
  app.use(async ({ req: { path } }, next) => {
    if (!isValidPath(path))
      throw new InvalidRequest({ message: 'The request URL is not valid percent-encoding' })
    if (gateway.selectEnvelope(path) === undefined) throw new EndpointNotFound()
    await next()
  })

  app.get('/health', (context) => context.json(gateway.health('hono')))
  app.get('/openapi.json', (context) => context.json(gateway.openapi()))

  const v1 = createRoutes(gateway)
  app.route('/v1', v1)
  app.route('/compat/:envelope/v1', v1)
  return app
}

/** Creates the app's server. `attach` also covers errors outside Hono, such as invalid HTTP. */
export function createServer(gateway: Gateway): Server {
  const listener = getRequestListener(createApp(gateway).fetch, {
    overrideGlobalObjects: false,
    errorHandler: errorHandler(gateway.faultline),
  })
  const server = createHttpServer((request, response) => void listener(request, response))
  return attach(server, gateway.faultline)
}
