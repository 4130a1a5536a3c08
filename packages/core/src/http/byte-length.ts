interface BufferLike {
  byteLength(text: string): number
}

const NodeBuffer = /* @__PURE__ */ getBuffer()

function getBuffer(): BufferLike | undefined {
  return (globalThis as { Buffer?: BufferLike }).Buffer
}

/** Returns the number of bytes of a string in UTF-8. */
export const byteLength: (text: string) => number =
  NodeBuffer === undefined ? countBytes : (text) => NodeBuffer.byteLength(text)

/** Counts the bytes of a string in UTF-8, on runtimes without `Buffer`. */
export function countBytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7ff) bytes += 2
    else if (unit > 0x7f) bytes += 1
    // A surrogate pair has four bytes, which are counted at its first half.
    if (unit >= 0xd800 && unit <= 0xdbff) i += 1
  }
  return bytes
}
