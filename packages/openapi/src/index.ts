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
export { getDefaultRemedy, getErrorDoc } from './error-docs.ts'
export type { ErrorDoc } from './error-docs.ts'
export { exampleAnswers, exampleError, exampleResponse } from './examples.ts'
export type { ErrorClassOrCode, ExampleAnswer } from './examples.ts'
export { listErrorHeaders } from './error-headers.ts'
export { listLeaves } from './json-leaves.ts'
export type { JsonLeaf, JsonPath } from './json-leaves.ts'
