import { errorHandler, faultline, stream } from '@faultline/hono'
import { attach } from '@faultline/node'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createServer } from 'node:http'
import {
  createHeaders,
  getStreamOptions,
  listen,
  ROUTE,
  toResponse,
  toWebStream,
  type Framework,
} from './server.ts'

export const honoFramework: Framework = {
  title: 'Hono 4 on @hono/node-server',
  bodies: {
    stream: '`stream(context, source)`',
    'web-stream': '`context.body` of a web stream',
    response: 'a `Response` that the handler returns',
  },
  hasEarlyHead: true,
  start({ options, createSource }) {
    const app = faultline(new Hono(), options)
    app.get(ROUTE, (context) => {
      const { body, ...params } = context.req.param()
      const source = createSource(params)
      if (body === 'stream') return stream(context, source, getStreamOptions(params))
      return body === 'response'
        ? toResponse(source, params)
        : context.body(toWebStream(source), 200, createHeaders(params))
    })
    const listener = getRequestListener(app.fetch, { errorHandler: errorHandler(options) })
    const server = createServer((request, response) => void listener(request, response))
    return listen(attach(server, options))
  },
}
