import { errorClasses, type Envelope, type EnvelopeId } from '@faultline/core'
import { errorResponses, type HeaderSchema, type ResponseObject } from './responses.ts'
import type { ErrorClassOrCode } from './sample.ts'

/** A response in the schema of a Fastify route. */
export interface FastifyResponse extends Omit<ResponseObject, 'headers'> {
  readonly headers: Readonly<Record<string, HeaderSchema & { readonly description: string }>>
}

/**
 * The responses of a Fastify route that fails with some errors, to be spread into its `schema.response`. They are those
 * of `errorResponses`, but for the headers, which `@fastify/swagger` takes as bare schemas.
 *
 * @param envelope The wire format, or its id.
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for what is no envelope or no kind of error
 */
export function fastifyErrorResponses(
  envelope: Envelope | EnvelopeId,
  kinds: readonly ErrorClassOrCode[] = Object.values(errorClasses),
): Record<string, FastifyResponse> {
  return Object.fromEntries(
    Object.entries(errorResponses(envelope, kinds)).map(([status, response]) => [
      status,
      {
        ...response,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, { schema, description }]) => [
            name,
            { ...schema, description },
          ]),
        ),
      },
    ]),
  )
}
