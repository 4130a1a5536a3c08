import { html, type Markup } from './html-text.ts'

/** What is set in a colour: comments, texts, then words and numbers. */
const parts: Readonly<Record<string, RegExp>> = {
  json: /(?<name>"(?:[^"\\]|\\.)*"(?=:))|(?<text>"(?:[^"\\]|\\.)*")|(?<word>\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b)/g,
  curl: /(?<comment>^#.*$)|(?<text>'[^']*'|"(?:[^"\\]|\\.)*")|(?<word>^(?:curl|export)\b|(?<=\s)--?[A-Za-z][\w-]*)/gm,
  typescript:
    /(?<comment>\/\/.*$)|(?<text>'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<word>\b(?:import|from|type|export|async|function|try|catch|return|await|throw|new|const|for|of|if)\b|\b\d+\b)/gm,
  python:
    /(?<comment>#.*$)|(?<text>"""[^]*?"""|f?"(?:[^"\\\n]|\\.)*")|(?<word>\b(?:import|def|try|except|return|for|in|if|not|and|or|raise|break|continue|None)\b|\b\d+\b)/gm,
  stream: /(?<name>^(?:event|data)(?=:))/gm,
}

/** Code with its parts marked, for a style sheet to colour. */
export function highlighted(language: string, code: string): Markup {
  const pieces: (string | Markup)[] = []
  let end = 0
  for (const found of code.matchAll(parts[language] ?? /$^/g)) {
    const [name] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? ['']
    pieces.push(code.slice(end, found.index), html`<span class="${name}">${found[0]}</span>`)
    end = found.index + found[0].length
  }
  return html`${[...pieces, code.slice(end)]}`
}
