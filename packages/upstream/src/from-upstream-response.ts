import { isErrorBody } from '@faultline/client'
import type { ApiError } from '@faultline/core'
import { createUnknownError, createUpstreamError } from './create-upstream-error.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { parseBody } from './parse-body.ts'
import { readResponseBody } from './read-response-body.ts'

/**
 * Converts an upstream's error response to an ApiError. It reads at most 256 kB of the body and for at most 5 seconds.
 * A response with a status below 400 is treated as unusable, unless its body contains an error, as OpenRouter's can.
 * Never rejects.
 *
 *     const response = await fetch(url, init)
 *     if (!response.ok) throw await fromUpstreamResponse(response, { origin: 'openai' })
 */
export async function fromUpstreamResponse(
  response: Response,
  options: UpstreamOptions = {},
): Promise<ApiError<UpstreamDetails>> {
  try {
    const { status, headers } = response
    const body = parseBody(await readResponseBody(response, options.signal))
    if (status >= 400) return createUpstreamError({ status, headers, body }, response, options)
    return body !== undefined && isErrorBody(body)
      ? createUpstreamError({ headers, body }, response, options)
      : createUpstreamError({ headers, networkFailure: 'unreadable' }, response, options)
  } catch (failure) {
    // The argument is not a fetch Response, or a reader has a bug. The cause shows which.
    const cause = new AggregateError([response, failure], 'The response could not be read')
    return createUnknownError(cause, options)
  }
}
