import { isJsonObject } from '@faultline/core'

/** Returns the complete body if it is short and in memory. */
export function readBody(body: unknown, maxLength: number): string | Uint8Array | undefined {
  const complete = body === null || body === undefined ? '' : isJsonObject(body) ? toJson(body) : body
  const isComplete = typeof complete === 'string' || complete instanceof Uint8Array
  return isComplete && complete.length <= maxLength ? complete : undefined
}

function toJson(body: object): string | undefined {
  try {
    return JSON.stringify(body)
  } catch {
    // Koa fails to serialize it, too, and calls the final handler.
    return undefined
  }
}
