import type { Sentence } from './said.ts'

/** A text that means nothing to Markdown, on one line. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*[\]<>{}|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#\w])/g, String.raw`\$&`)
    .replace(/^(?:[#+=-]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
}

/** A text as code. A pipe would end a table's cell even there. */
export function code(text: string): string {
  const content = text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
  const mark = '`'.repeat(longestRun(content) === 0 ? 1 : longestRun(content) + 1)
  const space = /^`|`$|^ .* $|^$/.test(content) ? ' ' : ''
  return `${mark}${space}${content}${space}${mark}`
}

/** A block of code, whatever is in it. */
export function block(language: string, content: string): string {
  const mark = '`'.repeat(Math.max(3, longestRun(content) + 1))
  return `${mark}${language}\n${content.trimEnd()}\n${mark}`
}

/** A sentence, its names as code. */
export function sentence(pieces: Sentence): string {
  return pieces
    .map((piece) => {
      if (typeof piece !== 'string') return code(piece.code)
      const [, before, text, after] = /^(\s*)([^]*?)(\s*)$/.exec(piece)!
      return before! + plain(text!) + after!
    })
    .join('')
}

/** Sentences as one text. */
export function sentences(all: readonly Sentence[]): string {
  return all.map(sentence).join(' ')
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
