/** Headers of an abandoned answer that tell of its body. `Content-Security-Policy` tells of the exchange. */
const BODY =
  /^(?:content-(?!security-policy).*|etag|last-modified|cache-control|expires|age|accept-ranges|transfer-encoding|trailer|location|refresh|(?:repr-)?digest)$/

/** Headers that frame the message or belong to the connection: none of a thrower's business. */
const FRAMING =
  /^(?:content-(?:length|encoding|type)|transfer-encoding|connection|keep-alive|proxy-connection|upgrade|trailer|te|date)$/

const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,256}$/
// oxlint-disable-next-line no-control-regex -- a tab is the one control character that a value may hold (RFC 9110, 5.5)
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Whether a header of an abandoned answer goes with its body. Those of the exchange stay: CORS, Vary, the request
 * id, rate limits, cookies.
 *
 * @param name In lower case.
 */
export function isBodyHeader(name: string): boolean {
  return BODY.test(name)
}

/** Whether a header could be sent: a name of token characters, and values of visible ones. */
export function isHeader(name: string, value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return (
    NAME.test(name) &&
    values.every((item) => typeof item === 'number' || (typeof item === 'string' && VALUE.test(item)))
  )
}

/** The headers that a thrower gave, in lower case, less those that are invalid or that frame the message. */
export function ownHeaders(headers: unknown): Record<string, string> {
  const own: Record<string, string> = {}
  if (typeof headers !== 'object' || headers === null) return own
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase()
    if (typeof value === 'string' && isHeader(name, value) && !FRAMING.test(name)) own[name] = value
  }
  return own
}

/** The length of a text in UTF-8, in bytes. */
export function byteLength(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7ff) bytes += 2
    else if (unit > 0x7f) bytes += 1
    // A pair of surrogates is four bytes, counted at its first half.
    if (unit >= 0xd800 && unit <= 0xdbff) at += 1
  }
  return bytes
}
