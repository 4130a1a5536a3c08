export { errorResponses } from './responses.ts'
export type {
  ExampleObject,
  HeaderObject,
  HeaderSchema,
  MediaTypeObject,
  ResponseObject,
  ResponsesOptions,
} from './responses.ts'
export { fastifyErrorResponses } from './fastify-responses.ts'
export type { FastifyResponse } from './fastify-responses.ts'
export { ERROR_SCHEMA_REF, errorComponents } from './components.ts'
export type { ErrorComponents } from './components.ts'
export { errorSchema } from './schema.ts'
export type { SchemaObject } from './schema.ts'
export { AGAIN, getErrorDoc, REPORT } from './advice.ts'
export type { ErrorDoc } from './advice.ts'
export { answersOf, bodyOf, envelopeFrom, exampleError, exampleResponse } from './sample.ts'
export type { Answered, ErrorClassOrCode } from './sample.ts'
