import { faultline, serverOptions, stream } from '@faultline/fastify'
import Fastify, { type FastifyReply } from 'fastify'
import {
  createHeaders,
  getPort,
  getStreamOptions,
  ROUTE,
  toNodeStream,
  toResponse,
  toWebStream,
  type Framework,
  type RouteParams,
} from './server.ts'

type Send = (reply: FastifyReply, source: AsyncGenerator<Uint8Array>, params: RouteParams) => unknown

const handlers: Readonly<Record<string, Send>> = {
  stream: (reply, source, params) => stream(reply, source, getStreamOptions(params)),
  'node-stream': (reply, source, params) => reply.headers(createHeaders(params)).send(toNodeStream(source)),
  'web-stream': (reply, source, params) => reply.headers(createHeaders(params)).send(toWebStream(source)),
  response: (_reply, source, params) => toResponse(source, params),
}

export const fastifyFramework: Framework = {
  title: 'Fastify 5',
  bodies: {
    stream: '`stream(reply, source)`',
    'node-stream': '`reply.send` of a Node.js stream',
    'web-stream': '`reply.send` of a web stream',
    response: 'a `Response` that the handler returns',
  },
  async start({ options, createSource }) {
    const app = Fastify({ forceCloseConnections: true, ...serverOptions(options) })
    await app.register(faultline, options)
    for (const [body, send] of Object.entries(handlers))
      app.get<{ Params: RouteParams }>(ROUTE.replace(':body', body), async ({ params }, reply) =>
        send(reply, createSource(params), params),
      )
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: getPort(app.server), close: () => app.close() }
  },
}
