import { getMessage, UserError } from './cli-io.ts'
import { readTextStream } from './files.ts'

/** A complete response. */
export interface FetchedResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * Requests a URL. `fetch` follows at most 20 redirects, to http and https only, and accepts heads of at most 16 KiB.
 *
 * @param maxBytes Maximum size of the body after decompression.
 * @param timeoutMs Maximum duration: redirects, interim responses and the body included.
 * @throws UserError if the server cannot be reached, or the response is not complete in time or too large.
 */
export async function fetchResponse(
  url: string,
  maxBytes: number,
  timeoutMs: number,
): Promise<FetchedResponse> {
  const controller = new AbortController()
  const { signal } = controller
  let timer: NodeJS.Timeout | undefined
  // The timeout does not depend on how `fetch` treats the signal while a server floods it.
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no complete response within ${timeoutMs / 1000} s; --timeout sets the limit`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([readResponse(url, maxBytes, signal), timeout])
  } catch (error) {
    // fetch() throws "fetch failed"; the cause of that error has the reason.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new UserError(`cannot fetch ${url}: ${getMessage(reason)}`)
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}

async function readResponse(url: string, maxBytes: number, signal: AbortSignal): Promise<FetchedResponse> {
  const { status, headers, body } = await fetch(url, { signal })
  return { status, headers, body: body === null ? '' : await readTextStream(body, maxBytes) }
}
