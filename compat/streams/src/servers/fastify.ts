import { faultline, serverOptions, stream } from '@faultline/fastify'
import Fastify, { type FastifyReply } from 'fastify'
import {
  EVENT_STREAM_HEADERS,
  getPort,
  ROUTE,
  toNodeStream,
  toResponse,
  toWebStream,
  type Framework,
  type RouteParams,
} from './server.ts'

type Send = (reply: FastifyReply, source: AsyncGenerator<Uint8Array>) => unknown

const handlers: Readonly<Record<string, Send>> = {
  stream: (reply, source) => stream(reply, source),
  'node-stream': (reply, source) => reply.headers(EVENT_STREAM_HEADERS).send(toNodeStream(source)),
  'web-stream': (reply, source) => reply.headers(EVENT_STREAM_HEADERS).send(toWebStream(source)),
  response: (_reply, source) => toResponse(source),
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
        send(reply, createSource(params)),
      )
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: getPort(app.server), close: () => app.close() }
  },
}
