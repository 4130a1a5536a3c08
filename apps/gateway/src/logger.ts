import { serializeError } from '@faultline/core'
import { destination, pino, type DestinationStream, type Logger } from 'pino'

/**
 * JSON lines, with errors in them described as failures are.
 *
 * @param stream Where they go. @default standard error
 */
export function createLogger(
  level: string,
  stream: DestinationStream = destination({ dest: 2, sync: true }),
): Logger {
  return pino({ level, base: null, serializers: { err: serializeError } }, stream)
}
