/** The parts of Node's request that tell whether it has a body. */
interface MessageHead {
  readonly headers: Readonly<Record<string, unknown>>
  readonly httpVersionMajor: number
}

/**
 * Returns whether a request may have a body. HTTP/1.1 requires a header for it (RFC 9112, section 6), other versions do
 * not.
 */
export function mayHaveBody({ headers, httpVersionMajor }: MessageHead): boolean {
  return (
    httpVersionMajor !== 1 ||
    headers['content-length'] !== undefined ||
    headers['transfer-encoding'] !== undefined
  )
}
