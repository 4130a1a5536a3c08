import type { ApiError, ApiErrorClass } from '@faultline/core'

/** An error of a kind, with what kinds require. */
export function sampleOf(type: ApiErrorClass): ApiError {
  const Kind = type as unknown as new (options: object) => ApiError
  return new Kind({
    model: 'gpt-9',
    field: 'seed',
    issues: [{ message: 'must be an integer', path: ['seed'] }],
    allow: ['GET', 'HEAD'],
    ...(type.code === 'rate_limit_exceeded' ? { retryAfter: 30 } : {}),
  })
}
