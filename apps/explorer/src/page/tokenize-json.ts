/** A piece of a line of JSON. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'plain'
  readonly text: string
}

const JSON_TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/** Splits a line of JSON into tokens for highlighting. Other text becomes `plain` tokens. */
export function tokenizeJson(line: string): readonly Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const match of line.matchAll(JSON_TOKENS)) {
    const [all, quoted, colon, number] = match
    if (match.index > end) tokens.push({ kind: 'plain', text: line.slice(end, match.index) })
    if (quoted === undefined) tokens.push({ kind: number === undefined ? 'word' : 'number', text: all })
    else if (colon === undefined) tokens.push({ kind: 'string', text: quoted })
    else tokens.push({ kind: 'key', text: quoted }, { kind: 'plain', text: colon })
    end = match.index + all.length
  }
  if (end < line.length) tokens.push({ kind: 'plain', text: line.slice(end) })
  return tokens
}

/** Formats JSON on several lines. Text that is not JSON is returned unchanged. */
export function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
