// Ready recognizers for packages of the NestJS ecosystem. Nothing is imported from them.
import { createErrorForStatus, isObject, readProperty, type ApiError } from '@faultline/core'

/**
 * A recognizer for failed health checks of @nestjs/terminus: `FaultlineModule.forRoot({ …, recognizers:
 * [recognizeHealthCheck] })`. The message of the 503 names the indicators that are down. Without it, the message is
 * generic, because the text of a 5xx is not sent.
 *
 * @returns undefined for any other value.
 */
export function recognizeHealthCheck(thrown: unknown): ApiError | undefined {
  const getResponse = readProperty(thrown, 'getResponse')
  if (typeof getResponse !== 'function' || readProperty(thrown, 'status') !== 503) return undefined
  const report: unknown = getResponse.call(thrown)
  const failed = readProperty(report, 'error')
  if (readProperty(report, 'status') !== 'error' || !isObject(failed)) return undefined
  const names = Object.keys(failed)
  return createErrorForStatus(503, {
    cause: thrown,
    message: names.length === 0 ? 'The service is unhealthy' : `Unhealthy: ${names.join(', ')}`,
  })
}

export { recognizeConflict } from '@faultline/core'
