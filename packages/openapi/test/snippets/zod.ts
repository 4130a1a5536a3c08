import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import { ModelNotFound, RateLimitExceeded } from '@faultline/core'
import { ERROR_SCHEMA_REF, errorComponents, errorResponses } from '@faultline/openapi'
import * as z from 'zod'

const errors = [RateLimitExceeded, ModelNotFound]

const registry = new OpenAPIRegistry()
for (const [name, schema] of Object.entries(errorComponents('ai-api', errors).schemas)) {
  registry.registerComponent('schemas', name, schema)
}
registry.registerPath({
  method: 'get',
  path: '/v1/models/{id}',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: 'The model',
      content: { 'application/json': { schema: z.object({ id: z.string() }) } },
    },
    ...errorResponses('ai-api', errors, { schemaRef: ERROR_SCHEMA_REF }),
  },
})

export const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
  openapi: '3.1.0',
  info: { title: 'Models', version: '1.0.0' },
})
