/** A piece of a line of JSON. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'plain'
  readonly text: string
}

const JSON_TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/** Takes JSON apart for its colours. What is no JSON stays as it is. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const found of line.matchAll(JSON_TOKENS)) {
    const [all, quoted, colon, number] = found
    if (found.index > end) tokens.push({ kind: 'plain', text: line.slice(end, found.index) })
    if (quoted === undefined) tokens.push({ kind: number === undefined ? 'word' : 'number', text: all })
    else if (colon === undefined) tokens.push({ kind: 'string', text: quoted })
    else tokens.push({ kind: 'key', text: quoted }, { kind: 'plain', text: colon })
    end = found.index + all.length
  }
  if (end < line.length) tokens.push({ kind: 'plain', text: line.slice(end) })
  return tokens
}

/** JSON on lines of its own; anything else as it is. */
export function prettyOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
