import type { ApiRequest } from './request.ts'

/**
 * Form of `traceparent`: version, trace id, parent id and flags. Version ff and ids of zeros are invalid; versions after 00
 * may have further fields.
 */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|(?<!^00.{53})-)/

/**
 * Returns the trace id of a request: that of its `traceparent` header, if the header is valid (W3C Trace Context, section
 * 3.2). Never throws.
 *
 * @returns 32 characters of a-f0-9. Undefined without a valid header.
 */
export function getTraceId(request: Partial<Pick<ApiRequest, 'header'>>): string | undefined {
  try {
    const value = request.header?.('traceparent')
    return typeof value === 'string' ? TRACEPARENT.exec(value)?.[1] : undefined
  } catch {
    // A foreign request object may throw when its headers are read.
    return undefined
  }
}
