import { serializeError } from '@faultline/core'
import { destination, pino, type DestinationStream, type Logger } from 'pino'

/**
 * Creates a logger that writes JSON lines. Errors in them are redacted.
 *
 * @param stream Destination of the lines. @default standard error
 */
export function createLogger(
  level: string,
  stream: DestinationStream = destination({ dest: 2, sync: true }),
): Logger {
  return pino({ level, base: null, serializers: { err: serializeError } }, stream)
}
