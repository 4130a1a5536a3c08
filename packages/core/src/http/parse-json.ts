/** Parses JSON. Returns undefined for a string that is not valid JSON, such as a truncated body. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // JSON.parse of a string throws nothing but a SyntaxError.
    return undefined
  }
}
