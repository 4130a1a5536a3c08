import { recognize, type ApiError, type ApiRequest } from '@faultline/core'
import { constructorOptions, type ConstructorOptions } from '@faultline/core/platforms'
import type { ValidationError } from '@nestjs/common'
import { responderOf, type FaultlineOptions } from './filter.ts'

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest

/**
 * Options for Fastify's constructor, for what no module can reach: URLs that can't be decoded, requests that can't be
 * parsed, and request ids: `new FastifyAdapter({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): ConstructorOptions {
  return constructorOptions(responderOf(options))
}

/**
 * For `new ValidationPipe({ exceptionFactory: validationExceptionFactory })`: what class-validator found, with the path
 * of each field. Values are left out.
 */
export function validationExceptionFactory(errors: readonly ValidationError[]): ApiError {
  return recognize(errors)
}

export { FaultlineFilter, type FaultlineOptions } from './filter.ts'
export { FaultlineModule, type FaultlineAsyncOptions } from './module.ts'
export { attach, requestId, stream } from '@faultline/core/node'
export type { Chunk, Source, StreamOptions } from '@faultline/core/node'
export * from '@faultline/core'
