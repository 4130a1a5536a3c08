import { once } from 'node:events'
import { Readable } from 'node:stream'
import compress from '@fastify/compress'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import {
  knownGap,
  BODY_LIMITS,
  mapResult,
  UPLOAD_LIMITS,
  type CreateServer,
  type FixtureRoute,
  type Gaps,
  type HandlerResult,
  type MountedApp,
} from '@faultline/testing'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import type { AddressInfo } from 'node:net'
import { drain, faultline, serverOptions, stream } from '../src/index.ts'

/** Serves the suite's fixture. */
export const createServer: CreateServer = async ({ outer, server, ...fixture }) => {
  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: BODY_LIMITS.body,
    http: server,
    requestTimeout: server.requestTimeout ?? 0,
    ...(outer ? {} : serverOptions(fixture.options)),
  })
  if (outer) {
    await app.register((scope) => addApp(scope, fixture), { prefix: outer.path })
    for (const route of outer.routes) app.route(toRoute(route))
  } else await addApp(app, fixture)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    port: (app.server.address() as AddressInfo).port,
    close: () => app.close(),
    drain: (options) => drain(app.server, options),
  }
}

async function addApp(app: FastifyInstance, fixture: Omit<MountedApp, 'path'>): Promise<void> {
  await app.register(compress, { globalCompression: false })
  await app.register(formbody, { bodyLimit: BODY_LIMITS.body })
  await app.register(multipart, { attachFieldsToBody: true, limits: UPLOAD_LIMITS })
  await addMountedApp(app, fixture)
}

/** The body parsers of the root apply to the plugins in it. */
async function addMountedApp(
  app: FastifyInstance,
  { options, routes, mounted = [] }: Omit<MountedApp, 'path'>,
): Promise<void> {
  await app.register(faultline, options)
  for (const route of routes) app.route(toRoute(route))
  for (const { path, ...inner } of mounted)
    await app.register((scope) => addMountedApp(scope, inner), { prefix: path })
}

function toRoute({ method, path, isMiddleware, handle, onError }: FixtureRoute): RouteOptions {
  const run = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): HandlerResult | undefined | Promise<HandlerResult | undefined> =>
    handle({
      url: request.originalUrl,
      params: request.params as Record<string, string>,
      body: request.body,
      header: (name, value) => void reply.header(name, value),
      status: (status) => void reply.code(status),
      fail: (error) => void reply.send(error),
      closed: once(reply.raw, 'close'),
      write(contentType, part) {
        reply.raw.writeHead(200, { 'content-type': contentType }).write(part)
      },
      send: (json) => void reply.send(json),
    })
  return {
    method,
    url: path,
    ...(isMiddleware
      ? {
          onRequest(request, reply, done) {
            void run(request, reply)
            done()
          },
        }
      : {}),
    handler: (request, reply) => {
      return mapResult(run(request, reply), (result) => send(result, reply))
    },
    ...(onError
      ? {
          errorHandler(error, _request, reply) {
            const result = onError(error)
            if (result === undefined) throw error
            void send(result, reply)
          },
        }
      : {}),
  }
}

function send(reply: HandlerResult | undefined, to: FastifyReply): FastifyReply | Promise<void> {
  if (to.sent || to.raw.headersSent) return to
  if (reply === undefined) return to.send()
  if ('redirect' in reply) return to.redirect(reply.redirect)
  if ('source' in reply) return stream(to, reply.source, reply)
  if ('stream' in reply) return to.type(reply.contentType).send(Readable.from(reply.stream))
  if ('text' in reply && reply.contentType) void to.type(reply.contentType)
  return to.code(reply.status ?? 200).send('text' in reply ? reply.text : reply.json)
}

export const gaps: Gaps = {
  ...knownGap(
    'Fastify treats null and undefined that a hook throws synchronously as a call of done(). The request continues, and no error handler is called.',
    'middleware/null',
    'middleware/undefined',
  ),
  ...knownGap(
    'Fastify logs an error that a handler throws after the response was sent. It calls no error handler.',
    'response/error-after-response',
    'response/second-response',
  ),
}
