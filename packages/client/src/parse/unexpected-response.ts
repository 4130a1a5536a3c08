import { UpstreamError } from '@faultline/core'
import { addRequestId, type ParseErrorOptions, type ResponseLike } from './parse-error.ts'

/** A response that is neither an error nor usable: `upstream_error`. A retry would get the same response. */
class UnexpectedResponse extends UpstreamError {
  static override retryable = false
}

/** Creates the error for a response that is neither an error nor usable, with the request id of its headers. */
export function createUnexpectedResponse(
  message: string,
  { headers }: ResponseLike,
  options: Pick<ParseErrorOptions, 'requestIdHeader'>,
  cause?: unknown,
): UpstreamError {
  return addRequestId(new UnexpectedResponse({ message, cause }), headers, options)
}
