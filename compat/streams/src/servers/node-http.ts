import { createServer, type IncomingMessage } from 'node:http'
import { createResponder, sendError, stream } from '@faultline/node'
import { getStreamOptions, listen, parsePath, type Framework } from './server.ts'

export const nodeFramework: Framework = {
  title: '`node:http`',
  bodies: { stream: '`stream(response, source)`' },
  start({ options, createSource }) {
    const responder = createResponder<IncomingMessage>(options)
    return listen(
      createServer((request, response) => {
        const params = parsePath(request.url ?? '')
        stream(response, createSource(params), getStreamOptions(params)).catch((error) =>
          sendError(responder, error, request, response),
        )
      }),
    )
  },
}
