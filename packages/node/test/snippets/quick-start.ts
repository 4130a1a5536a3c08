import { createServer } from 'node:http'
import { attach, createResponder, RateLimitExceeded, sendError, sendNotFound } from '@faultline/node'

const responder = createResponder({ envelope: 'ai-api' })
const server = createServer((request, response) => {
  try {
    if (request.url !== '/v1/models') sendNotFound(responder, [], request, response)
    else if (request.method !== 'GET') sendNotFound(responder, ['GET'], request, response)
    else throw new RateLimitExceeded({ retryAfter: 30 })
  } catch (error) {
    sendError(responder, error, request, response)
  }
})
attach(server, responder).listen(process.env['PORT'] ?? 3000)
