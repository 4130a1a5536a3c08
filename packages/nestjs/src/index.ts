import { toApiError, type ApiError, type ApiRequest } from '@faultline/core'
import { fastifyServerOptions, type FastifyServerDefaults } from '@faultline/node/platforms'
import type { ValidationError } from '@nestjs/common'
import { responderOf, type FaultlineOptions } from './filter.ts'

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest

/**
 * Options for Fastify's constructor, for what no module can reach: URLs that can't be decoded, requests that can't be
 * parsed, and request ids: `new FastifyAdapter({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): FastifyServerDefaults {
  return fastifyServerOptions(responderOf(options))
}

/**
 * For `new ValidationPipe({ exceptionFactory: validationExceptionFactory })`: what class-validator found, with the path
 * of each field. Values are left out.
 */
export function validationExceptionFactory(errors: readonly ValidationError[]): ApiError {
  return toApiError(errors)
}

export { FaultlineExceptionFilter, type FaultlineOptions } from './filter.ts'
export { FaultlineModule, type FaultlineModuleAsyncOptions } from './module.ts'
export { attach, requestId, stream } from '@faultline/node'
export type { StreamChunk, StreamSource, StreamOptions } from '@faultline/node'
export * from '@faultline/core'
