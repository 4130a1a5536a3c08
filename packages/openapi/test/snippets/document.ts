import { envelopes, ModelNotFound, QuotaExceeded, RateLimitExceeded } from '@faultline/core'
import { ERROR_SCHEMA_REF, errorComponents, errorResponses } from '@faultline/openapi'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

const envelope = envelopes['ai-api']
const errors = [RateLimitExceeded, ModelNotFound, OutOfCredits]

export const document = {
  openapi: '3.1.0',
  info: { title: 'Models', version: '1.0.0' },
  paths: {
    '/v1/models/{model}': {
      get: {
        parameters: [{ name: 'model', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': { description: 'The model' },
          ...errorResponses(envelope, errors, { schemaRef: ERROR_SCHEMA_REF }),
        },
      },
    },
  },
  components: errorComponents(envelope, errors),
}
