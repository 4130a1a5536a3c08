import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'

/** Injection token of the gateway. */
export const GATEWAY = Symbol('gateway')

/** Injection token of the platform name. */
export const PLATFORM = Symbol('platform')

interface Exchange {
  /** The request of Express or Fastify. */
  readonly request: object
  readonly message: IncomingMessage
  readonly response: ServerResponse
}

/** Returns the platform's request and Node's request and response, which Fastify stores as `raw`. */
export function getExchange(context: ExecutionContext): Exchange {
  const http = context.switchToHttp()
  const request = http.getRequest<IncomingMessage & { raw?: IncomingMessage }>()
  const response = http.getResponse<ServerResponse & { raw?: ServerResponse }>()
  return { request, message: request.raw ?? request, response: response.raw ?? response }
}
