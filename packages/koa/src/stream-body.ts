import { once } from 'node:events'
import { Readable } from 'node:stream'
import { createSplitter, endWithError, type SentStream } from '@faultline/core'
import type { Context } from 'koa'
import { ENDS_WITH_ERROR } from './internals.ts'

type Stream = NodeJS.ReadableStream & NodeJS.EventEmitter

/** Returns whether a body is sent while it is created, so that it may fail after the middleware has ended. */
export function mayStream(body: unknown): boolean {
  return isReadable(body) || body instanceof ReadableStream || body instanceof Response
}

/** Waits until a stream in the body has data, so that an error before it is sent with its own status. */
export async function waitForFirstByte(context: Context): Promise<void> {
  const body: unknown = toNodeStream(context)
  if (!isReadable(body)) return
  await Promise.race([once(body, 'readable'), once(body, 'end'), once(body, 'close')])
}

/** Replaces a web stream or a Response in the body by a Node stream, whose failures Koa reports. */
function toNodeStream(context: Context): unknown {
  const { body } = context
  const source = body instanceof Response ? body.body : body
  if (!(source instanceof ReadableStream)) return body
  // Koa's type does not say that a missing header is undefined.
  const length: string | undefined = context.response.get('content-length')
  const { status } = context
  context.body = Readable.fromWeb(source)
  context.status = status
  if (length !== undefined && length !== '') context.set('content-length', length)
  return context.body
}

/**
 * Replaces a stream in the body by one that ends with an error if the source fails.
 *
 * @param toEnd Returns the end for the error of the source; an empty string if there is nothing to send.
 * @returns The source. Undefined if the body is not a stream that can end with an error.
 */
export function replaceEventStream(
  context: Context,
  toEnd: (thrown: unknown, sent: SentStream | undefined) => string,
): Stream | undefined {
  const { body } = context
  const contentType: string | undefined = context.response.get('content-type')
  const splitter = createSplitter(contentType ?? '')
  if (!isReadable(body) || splitter === undefined) return undefined
  const events = Readable.from(endWithError(body, splitter, toEnd), { objectMode: false })
  context.body = Object.assign(events, { [ENDS_WITH_ERROR]: true })
  return body
}

function isReadable(body: unknown): body is Stream {
  return body instanceof Object && 'readable' in body && body.readable === true && 'once' in body
}
