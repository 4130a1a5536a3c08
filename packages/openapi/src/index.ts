export { errorResponses } from './responses.ts'
export type {
  ExampleObject,
  HeaderObject,
  HeaderSchema,
  MediaTypeObject,
  ResponseObject,
  ResponsesOptions,
} from './responses.ts'
export { fastifyResponses } from './fastify-responses.ts'
export type { FastifyResponse } from './fastify-responses.ts'
export { ERROR, errorComponents } from './components.ts'
export type { ErrorComponents } from './components.ts'
export { errorSchema } from './schema.ts'
export type { SchemaObject } from './schema.ts'
export { adviceOf } from './advice.ts'
export type { Advice } from './advice.ts'
export { answerOf, sampleOf } from './sample.ts'
export type { Kind } from './sample.ts'
