import type { Responder } from '../respond/responder.ts'
import { keepHeaders, toResponse, WebRequest } from './error-response.ts'

/** Maximum time to wait for a body that is not in memory, in milliseconds. A slow body is a stream and is not replaced. */
const READ_TIMEOUT_MS = 5

/**
 * Returns the error response that replaces a response of other code, as the option `replaceBodies` specifies, or the
 * response itself. It only waits for bodies that are short and complete.
 *
 * @param body The complete body, if the caller knows it.
 */
export async function replaceForeignBody(
  responder: Responder<Request>,
  response: Response,
  request: Request,
  body?: string,
): Promise<Response> {
  const { status, headers } = response
  const head = {
    status,
    contentType: headers.get('content-type') ?? undefined,
    contentEncoding: headers.get('content-encoding') ?? undefined,
  }
  const exchange = new WebRequest(request, headers)
  if (!responder.mayReplace(head, exchange)) return response
  const { maxHeldBytes } = responder
  const complete = body ?? (await readShortBody(response, maxHeldBytes))
  const text = complete !== undefined && complete.length <= maxHeldBytes ? complete : undefined
  const replacement = responder.replaceResponse({ ...head, body: text }, exchange)
  if (replacement === undefined) return response
  // The failure of a cancelled body is not a failure of the request.
  if (!response.bodyUsed) response.body?.cancel().catch(() => {})
  const replaced = toResponse(replacement, request.method)
  keepHeaders(responder, headers, replaced)
  return replaced
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
