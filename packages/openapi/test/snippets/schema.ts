import { ModelNotFound, RateLimitExceeded } from '@faultline/core'
import { errorSchema } from '@faultline/openapi'
import { Ajv2020 } from 'ajv/dist/2020.js'

export const isError = new Ajv2020().compile(errorSchema('ai-api', [RateLimitExceeded, ModelNotFound]))
