/**
 * Headers that belong to one response: they describe its body, how it is cached, or a redirect.
 * `Content-Security-Policy` is not one of them: it is a policy of the site.
 */
const RESPONSE_SPECIFIC_HEADER =
  /^(?:content-(?!security-policy).*|etag|last-modified|cache-control|expires|age|accept-ranges|transfer-encoding|trailer|location|refresh|(?:repr-)?digest)$/

/** Headers that the responder or the server sets: content type, framing, connection, date. A thrown error cannot set them. */
const FRAMING_HEADER =
  /^(?:content-(?:length|encoding|type)|transfer-encoding|connection|keep-alive|proxy-connection|upgrade|trailer|te|date)$/

/** Maximum length of the value of a header that an error or an envelope sets. */
const MAX_VALUE_LENGTH = 4096

/** Maximum length of all headers of an error, with their names. */
const MAX_THROWN_LENGTH = 8192

const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,256}$/
// oxlint-disable-next-line no-control-regex -- a tab is the only ASCII control character that a value may contain (RFC 9110, section 5.5)
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Returns whether a header that was set for a discarded response must be dropped with it. All other headers stay: CORS,
 * Vary, request id, rate limits, cookies.
 *
 * @param name Header name in lower case.
 */
export function isBodyHeader(name: string): boolean {
  return RESPONSE_SPECIFIC_HEADER.test(name)
}

/**
 * Returns whether a header can be sent. The name must be a token of at most 256 characters. Each value must be a number,
 * or a string of Latin-1 characters without ASCII control characters except tab.
 */
export function isValidHeader(name: string, value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return (
    HEADER_NAME.test(name) &&
    values.every((item) => typeof item === 'number' || (typeof item === 'string' && HEADER_VALUE.test(item)))
  )
}

/** Returns whether a value is a non-empty string that can be sent as the value of a header. */
export function isHeaderText(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MAX_VALUE_LENGTH && HEADER_VALUE.test(value)
  )
}

/**
 * Returns the headers of a thrown error with names in lower case. Invalid headers, framing headers and values that are not
 * strings are left out, and headers that are too long: clients refuse a head above 16 KiB.
 */
export function sanitizeHeaders(headers: unknown): Record<string, string> {
  const sanitized: Record<string, string> = {}
  if (typeof headers !== 'object' || headers === null) return sanitized
  let length = 0
  for (const [key, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || value.length > MAX_VALUE_LENGTH) continue
    const name = key.toLowerCase()
    if (!isValidHeader(name, value) || FRAMING_HEADER.test(name)) continue
    length += name.length + value.length
    if (length > MAX_THROWN_LENGTH) break
    sanitized[name] = value
  }
  return sanitized
}

/**
 * Returns the value of a header. Never throws. If a plain object has an array of values, the first one is returned; a
 * `Headers` object joins several values with a comma.
 *
 * @param headers A `Headers` object or a plain object. Any other value has no headers.
 * @param name Header name, in upper or lower case.
 */
export function getHeader(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  try {
    if ('get' in headers && typeof headers.get === 'function') return toFirstString(headers.get(name))
    const lowerCaseName = name.toLowerCase()
    for (const [key, value] of Object.entries(headers)) {
      if (key.toLowerCase() === lowerCaseName) return toFirstString(value)
    }
  } catch {
    // A getter or a Proxy trap of a foreign object threw.
  }
  return undefined
}

function toFirstString(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'number' ? String(first) : typeof first === 'string' ? first : undefined
}
