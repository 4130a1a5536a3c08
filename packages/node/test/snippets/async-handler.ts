import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createResponder, sendError, setRequestIdHeaders, stream } from '@faultline/node'

const responder = createResponder({ envelope: 'openai' })

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  setRequestIdHeaders(responder, request, response)
  await stream(response, answer(), { contentType: 'text/event-stream' })
}

async function* answer() {
  yield { delta: 'Hello' }
  throw new Error('The model has crashed')
}

export const server = createServer((request, response) => {
  handle(request, response).catch((error) => sendError(responder, error, request, response))
})
