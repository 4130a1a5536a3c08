import { createServer, type IncomingMessage } from 'node:http'
import { createResponder, sendError, stream } from '@faultline/node'
import { listen, parsePath, type Framework } from './server.ts'

export const nodeFramework: Framework = {
  title: '`node:http`',
  bodies: { stream: '`stream(response, source)`' },
  start({ options, createSource }) {
    const responder = createResponder<IncomingMessage>(options)
    return listen(
      createServer((request, response) => {
        stream(response, createSource(parsePath(request.url ?? ''))).catch((error) =>
          sendError(responder, error, request, response),
        )
      }),
    )
  },
}
