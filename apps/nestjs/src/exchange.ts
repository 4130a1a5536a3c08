import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'

/** What the gateway is provided by. */
export const GATEWAY = Symbol('gateway')

/** What the name of the platform is provided by. */
export const PLATFORM = Symbol('platform')

interface Exchange {
  /** The platform's request. */
  readonly request: object
  /** Node's own, as the response is. */
  readonly message: IncomingMessage
  readonly response: ServerResponse
}

/** A request and its response, and what of them is Node's own: Fastify keeps it as `raw`. */
export function rawOf(context: ExecutionContext): Exchange {
  const http = context.switchToHttp()
  const request = http.getRequest<IncomingMessage & { raw?: IncomingMessage }>()
  const response = http.getResponse<ServerResponse & { raw?: ServerResponse }>()
  return { request, message: request.raw ?? request, response: response.raw ?? response }
}
