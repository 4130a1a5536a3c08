import { findStreamFailure, isErrorBody } from '@faultline/client'
import { getHeader, isEventStreamType, type ApiError } from '@faultline/core'
import { createUnknownError, createUpstreamError } from './create-upstream-error.ts'
import { fromStreamFailure } from './failure.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { decodeText, parseBody } from './parse-body.ts'
import { readResponseBody } from './read-response-body.ts'

/**
 * Converts an upstream's error response to an ApiError. It reads at most 256 kB of the body and for at most 5 seconds.
 * A response with a status below 400 is treated as unusable, unless its body contains an error, as OpenRouter's can, or is
 * an event stream that failed. Never rejects.
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
    const { bytes, isPartial } = await readResponseBody(response, options.signal)
    const body = parseBody(bytes)
    if (status >= 400) return createUpstreamError({ status, headers, body }, response, options)
    const isStream = isEventStreamType(getHeader(headers, 'content-type') ?? '')
    const failure = isStream ? findStreamFailure(decodeText(bytes) ?? '') : undefined
    if (failure !== undefined && !(isPartial && failure.code === 'stream_terminated'))
      return createUpstreamError({ ...fromStreamFailure(failure), headers }, response, options)
    return body !== undefined && isErrorBody(body)
      ? createUpstreamError({ headers, body }, response, options)
      : createUpstreamError({ headers, networkFailure: 'unreadable' }, response, options)
  } catch (failure) {
    // The argument is not a fetch Response, or a reader has a bug. The cause shows which.
    const cause = new AggregateError([response, failure], 'The response could not be read')
    return createUnknownError(cause, options)
  }
}
