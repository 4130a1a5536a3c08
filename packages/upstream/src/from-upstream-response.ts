import type { ApiError } from '@faultline/core'
import { bodyOf, isError } from './body.ts'
import { errorOfFailure, fromUpstream } from './from-upstream.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { readBytes } from './read-bytes.ts'

/**
 * The error that an upstream's answer comes to. Its body is read: 256 kB of it at most, for 5 seconds at
 * most. An answer with a status below 400 is one that could not be used, or has an error in its body, as
 * OpenRouter's may. Never rejects.
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
    const body = await readBytes(response, options.signal)
    const content = bodyOf(body)
    if (status >= 400) return errorOfFailure({ status, headers, body: content }, response, options)
    if (content === undefined || !isError(content))
      return errorOfFailure({ headers, transport: 'unreadable' }, response, options)
    return errorOfFailure({ headers, body: content }, response, options)
  } catch {
    return fromUpstream(response, options)
  }
}
