import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createResponder,
  errorClasses,
  EndpointNotFound,
  MalformedBody,
  MethodNotAllowed,
  type ErrorCode,
  type ResponderOptions,
} from '@faultline/core'
import { attach, sendError, stream } from '@faultline/node'
import { listen } from '@faultline/test-kit'
import { createSample } from '../src/suite/sample.ts'

/**
 * Starts a server that conforms to an envelope. It has a path for GET, one for POST, and paths that raise each error in
 * a response and in a stream.
 *
 * @returns Its URL.
 */
export async function startConformingServer(
  envelope: ResponderOptions['envelope'],
  root = '',
): Promise<string> {
  const responder = createResponder({ envelope, onError: () => {} })
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!.split('?', 1)[0]!.slice(root.length)
    const fail = (error: unknown): void => sendError(responder, error, request, response)
    const [, folder, code] = path.split('/')
    const errorClass = errorClasses[code as ErrorCode]
    if (folder === 'errors' && errorClass !== undefined) fail(createSample(errorClass))
    else if (folder === 'streams' && errorClass !== undefined) {
      stream(response, failAfterEvent(createSample(errorClass))).catch(fail)
    } else if (path === '/items' && !['GET', 'HEAD'].includes(request.method!))
      fail(new MethodNotAllowed({ allow: ['GET', 'HEAD'] }))
    else if (path === '/items') response.end('{}')
    else if (path === '/make' && request.method !== 'POST') fail(new MethodNotAllowed({ allow: ['POST'] }))
    else fail(path === '/make' ? new MalformedBody() : new EndpointNotFound())
  }
  return `${await listen(attach(createServer(listener), responder))}${root}`
}

async function* failAfterEvent(error: unknown): AsyncGenerator<string> {
  yield 'data: {}\n\n'
  throw error
}
