import type { WireResponse } from '@faultline/core'

/** @param name In lower case. */
export function headerOf(headers: WireResponse['headers'], name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get(name) ?? undefined
  for (const [key, value] of Object.entries(headers) as [string, unknown][]) {
    if (key.toLowerCase() !== name) continue
    const first: unknown = Array.isArray(value) ? value[0] : value
    return typeof first === 'string' ? first : undefined
  }
  return undefined
}

/** The Content-Type in lower case, without its parameters. */
export function mediaType(headers: WireResponse['headers']): string | undefined {
  return headerOf(headers, 'content-type')?.split(';', 1)[0]!.trim().toLowerCase()
}
