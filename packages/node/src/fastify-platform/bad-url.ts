import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyLike } from './fastify.ts'
import { RESPONDER } from './instance-responder.ts'

/** The error of a URL that Fastify cannot route, and the URLs that the request had. */
const BAD_URL = Symbol.for('faultline.badUrl')

interface BadUrl {
  readonly error: Error
  readonly url: string | undefined
  readonly originalUrl: string | undefined
}

type Message = IncomingMessage & { originalUrl?: string | undefined; [BAD_URL]?: BadUrl }

/**
 * Routes a request whose URL Fastify cannot route again, with an escaped URL. Fastify has not called any hook for it, and
 * hooks set headers, such as those of CORS. The hook of `hooks.ts` ends the request after the hooks `onRequest`.
 *
 * @returns Whether the request was routed. Without Faultline on the root, a handler could receive the request.
 */
export function rerouteBadUrl(
  error: Error,
  { raw, server }: { readonly raw: Message; readonly server: Pick<FastifyLike<unknown>, 'routing'> },
  response: ServerResponse,
): boolean {
  if (raw[BAD_URL] !== undefined || !(RESPONDER in server)) return false
  const { url, originalUrl } = raw
  raw[BAD_URL] = { error, url, originalUrl }
  raw.originalUrl = originalUrl ?? url
  // By default, a parameter may have 100 characters.
  raw.url = url?.replaceAll('%', '%25').replaceAll(/[^/]{101,}/g, '-')
  server.routing(raw, response)
  return true
}

/**
 * Returns the error of a request whose URL could not be routed, once, and restores the URLs of the request. The error
 * comes before the errors of hooks, such as a missing key.
 */
export function takeBadUrlError(message: Message): Error | undefined {
  const badUrl = message[BAD_URL]
  if (badUrl === undefined) return undefined
  const { error, url, originalUrl } = badUrl
  Object.assign(message, { url, originalUrl, [BAD_URL]: undefined })
  return error
}
