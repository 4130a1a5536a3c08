import type { Sentence } from '../sentences.ts'

/** Escapes text for Markdown, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*[\]<>{}|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#\w])/g, String.raw`\$&`)
    .replace(/^(?:[#+=-]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
}

/** Formats inline code. Pipes are escaped because they end a table cell even in code. */
export function formatCode(text: string): string {
  const content = text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
  const mark = '`'.repeat(longestBacktickRun(content) === 0 ? 1 : longestBacktickRun(content) + 1)
  const space = /^`|`$|^ .* $|^$/.test(content) ? ' ' : ''
  return `${mark}${space}${content}${space}${mark}`
}

/** Formats a code block. Its fence is longer than any run of backticks in the content. */
export function formatBlock(language: string, content: string): string {
  const mark = '`'.repeat(Math.max(3, longestBacktickRun(content) + 1))
  return `${mark}${language}\n${content.trimEnd()}\n${mark}`
}

export function formatSentence(pieces: Sentence): string {
  return pieces
    .map((piece) => {
      if (typeof piece !== 'string') return formatCode(piece.code)
      const start = piece.length - piece.trimStart().length
      const end = Math.max(start, piece.trimEnd().length)
      return piece.slice(0, start) + escapeMarkdown(piece.slice(start, end)) + piece.slice(end)
    })
    .join('')
}

export function formatSentences(sentences: readonly Sentence[]): string {
  return sentences.map(formatSentence).join(' ')
}

function longestBacktickRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
