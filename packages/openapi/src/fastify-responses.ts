import { errorClasses, type Envelope, type EnvelopeId } from '@faultline/core'
import type { ErrorClassOrCode } from './examples.ts'
import { errorResponses, type HeaderSchema, type ResponseObject } from './responses.ts'

/** A response in the schema of a Fastify route. */
export interface FastifyResponse extends Omit<ResponseObject, 'headers'> {
  readonly headers: Readonly<Record<string, HeaderSchema & { readonly description: string }>>
}

/**
 * Creates the error responses of a Fastify route, to be spread into its `schema.response`. They equal the result of
 * `errorResponses`, except that headers are bare schemas, as `@fastify/swagger` requires.
 *
 * @param envelope The wire format, or its id.
 * @param errors Error classes, including your own, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for an unknown envelope or error
 */
export function fastifyErrorResponses(
  envelope: Envelope | EnvelopeId,
  errors: readonly ErrorClassOrCode[] = Object.values(errorClasses),
): Record<string, FastifyResponse> {
  return Object.fromEntries(
    Object.entries(errorResponses(envelope, errors)).map(([status, response]) => {
      const headers = Object.entries(response.headers).map(([name, { schema, description }]) => [
        name,
        { ...schema, description },
      ])
      return [status, { ...response, headers: Object.fromEntries(headers) }]
    }),
  )
}
