import { html, type Markup } from './markup.ts'

/** Tokens by language. The name of a group becomes the class of the token. */
const tokens: Readonly<Record<string, RegExp>> = {
  json: /(?<name>"(?:[^"\\]|\\.)*"(?=:))|(?<text>"(?:[^"\\]|\\.)*")|(?<word>\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b)/g,
  curl: /(?<comment>^#.*$)|(?<text>'[^']*'|"(?:[^"\\]|\\.)*")|(?<word>^(?:curl|export)\b|(?<=\s)--?[A-Za-z][\w-]*)/gm,
  typescript:
    /(?<comment>\/\/.*$)|(?<text>'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<word>\b(?:import|from|type|export|async|function|try|catch|return|await|throw|new|const|for|of|if)\b|\b\d+\b)/gm,
  python:
    /(?<comment>#.*$)|(?<text>"""[^]*?"""|f?"(?:[^"\\\n]|\\.)*")|(?<word>\b(?:import|def|try|except|return|for|in|if|not|and|or|raise|break|continue|None)\b|\b\d+\b)/gm,
  stream: /(?<name>^(?:event|data)(?=:))/gm,
}

/** Wraps the tokens of code in elements that the style sheet colors. */
export function highlight(language: string, code: string): Markup {
  const pieces: (string | Markup)[] = []
  let end = 0
  for (const match of code.matchAll(tokens[language] ?? /$^/g)) {
    const [name] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? ['']
    pieces.push(code.slice(end, match.index), html`<span class="${name}">${match[0]}</span>`)
    end = match.index + match[0].length
  }
  return html`${[...pieces, code.slice(end)]}`
}
