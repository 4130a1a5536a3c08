import { getHeader, type WireResponse } from '@faultline/core'

/** Returns the Content-Type in lower case, without its parameters. */
export function getMediaType(headers: WireResponse['headers']): string | undefined {
  return getHeader(headers, 'content-type')?.replace(/;.*$/s, '').trim().toLowerCase()
}
