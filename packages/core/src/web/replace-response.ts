import { getHeader } from '../http/headers.ts'
import type { Responder } from '../respond/responder.ts'
import { keepHeaders, toResponse, WebRequest } from './error-response.ts'

/** Maximum time to wait for a body that is not in memory, in milliseconds. A slow body is a stream and is not replaced. */
const READ_TIMEOUT_MS = 5

/** The body and the headers of a response that its server keeps. Reading the response itself would convert it. */
export interface CachedResponse {
  readonly body: unknown
  /** Headers, or a plain object. */
  readonly headers: unknown
}

/**
 * Returns the error response that replaces a response of other code, as the option `replaceBodies` specifies, or the
 * response itself. It only waits for bodies that are short and complete.
 *
 * @param cached The body and the headers, if the server keeps them.
 */
export async function replaceForeignBody(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  cached?: CachedResponse,
): Promise<Response> {
  const headers = cached === undefined ? response.headers : cached.headers
  const head = {
    status: response.status,
    contentType: getHeader(headers, 'content-type'),
    contentEncoding: getHeader(headers, 'content-encoding'),
  }
  const exchange = new WebRequest(request, () => response.headers)
  if (!responder.mayReplace(head, exchange)) return response
  const maxHeldBytes = responder.getMaxHeldBytes(exchange)
  const complete =
    cached === undefined ? await readShortBody(response, maxHeldBytes) : toCompleteBody(cached.body)
  const body = complete !== undefined && complete.length <= maxHeldBytes ? complete : undefined
  const replacement = responder.replaceResponse({ ...head, body }, exchange)
  if (replacement === undefined) return response
  // The failure of a cancelled body is not a failure of the request.
  if (!response.bodyUsed) response.body?.cancel().catch(() => {})
  const replaced = toResponse(replacement, request.method)
  keepHeaders(responder, response.headers, replaced)
  return replaced
}

/** Returns a body that is text or empty; undefined for a stream. */
function toCompleteBody(body: unknown): string | undefined {
  return body === null ? '' : typeof body === 'string' ? body : undefined
}

/** Returns a body that is complete within a few milliseconds and not longer than a maximum; otherwise undefined. */
async function readShortBody(response: Response, maxLength: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array()
  const length = response.headers.get('content-length')
  if (response.bodyUsed || (length !== null && Number(length) > maxLength)) return undefined
  const reader = response.clone().body?.getReader()
  if (reader === undefined) return undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<Uint8Array | undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READ_TIMEOUT_MS)
  })
  const body = await Promise.race([readAll(reader, maxLength).catch(() => undefined), timeout])
  clearTimeout(timer)
  if (body === undefined) reader.cancel().catch(() => {})
  return body
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxLength: number,
): Promise<Uint8Array | undefined> {
  const chunks: number[] = []
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- chunks arrive one after another
    const { done, value } = await reader.read()
    if (done) return Uint8Array.from(chunks)
    if (chunks.length + value.length > maxLength) return undefined
    chunks.push(...value)
  }
}
