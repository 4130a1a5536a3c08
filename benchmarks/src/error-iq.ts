import { TooManyRequests } from '@common-sense/error-iq'

/** Creates the error of error-iq for a reached rate limit. */
export function createErrorIqError(): unknown {
  return new TooManyRequests({ detail: 'Rate limit exceeded' })
}
