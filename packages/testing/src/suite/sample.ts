import type { ApiError, ApiErrorClass } from '@faultline/core'

/** Creates an error of a class, with a value for each option that any class requires. */
export function createSample(errorClass: ApiErrorClass): ApiError {
  const ErrorClass = errorClass as unknown as new (options: object) => ApiError
  return new ErrorClass({
    model: 'gpt-9',
    field: 'seed',
    issues: [{ message: 'must be an integer', path: ['seed'] }],
    allow: ['GET', 'HEAD'],
    ...(errorClass.code === 'rate_limit_exceeded' ? { retryAfter: 30 } : {}),
  })
}
