import type { ApiError } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { readItems, readProperty } from '../recognize/safe-read.ts'
import { toAllowedMethods } from './routing-error.ts'
import { tryCall } from './try-call.ts'

/** Maximum number of methods in Allow. Node.js supports fewer. */
const MAX_METHODS = 64

/** Adds the headers of an error. It may set how the response is cached, and no other header of the responder. */
export function addErrorHeaders(headers: Record<string, string>, errorHeaders: Record<string, string>): void {
  for (const [name, value] of Object.entries(errorHeaders))
    if (name === 'cache-control' || !Object.hasOwn(headers, name)) headers[name] = value
}

/** Returns a header that the failed handler has set. A foreign object may throw. */
export function responseHeader(request: ApiRequest, name: string): string | undefined {
  if (request.responseHeader === undefined) return undefined
  try {
    return request.responseHeader(name)
  } catch {
    return undefined
  }
}

/**
 * Returns the Allow header. A 405 must have one (RFC 9110, section 15.5.6); it is empty if the path supports no method.
 */
export function getAllow(
  error: ApiError,
  status: number,
  headers: Readonly<Record<string, string>>,
  request: ApiRequest,
): string | undefined {
  const allowed = readProperty(error, 'allow')
  if (Array.isArray(allowed)) return formatAllow(readItems(allowed, MAX_METHODS))
  if (status !== 405 || headers['allow'] !== undefined || responseHeader(request, 'allow') !== undefined)
    return undefined
  return tryCall(() => formatAllow(toAllowedMethods(request.allowedMethods?.() ?? []))) ?? ''
}

function formatAllow(methods: readonly unknown[]): string {
  return methods.slice(0, MAX_METHODS).join(', ')
}
