import { envelopes, isApiError, ModelNotFound } from '@faultline/core'

const error = new ModelNotFound({ model: 'gpt-9', available: ['echo'] })
const { status, body } = envelopes.a15t.render(error)
console.log(status, body) // 404 { error: { type: 'not_found', code: 'unknown_model', message: "Model 'gpt-9' not found" } }

const parsed = envelopes.a15t.parse({ status, body })
console.log(isApiError(parsed, 'not_found')) // true
