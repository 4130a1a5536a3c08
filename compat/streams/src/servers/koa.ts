import { faultline, stream } from '@faultline/koa'
import Koa from 'koa'
import {
  createHeaders,
  getStreamOptions,
  listen,
  parsePath,
  toNodeStream,
  toResponse,
  toWebStream,
  type Framework,
} from './server.ts'

export const koaFramework: Framework = {
  title: 'Koa 3',
  bodies: {
    stream: '`stream(context, source)`',
    'node-stream': 'a Node.js stream in `context.body`',
    'web-stream': 'a web stream in `context.body`',
    response: 'a `Response` in `context.body`',
  },
  start({ options, createSource }) {
    const app = faultline(new Koa(), options)
    app.use(async (context) => {
      const { body, ...params } = parsePath(context.path)
      const source = createSource(params)
      if (body === 'stream') await stream(context, source, getStreamOptions(params))
      else if (body === 'response') context.body = toResponse(source, params)
      else {
        context.set(createHeaders(params))
        context.body = body === 'node-stream' ? toNodeStream(source) : toWebStream(source)
      }
    })
    return listen(app.listen(0, '127.0.0.1'))
  },
}
