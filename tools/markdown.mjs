/** Formats a Markdown table as oxfmt does. The first line is the head. */
export function formatTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const format = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`
  const [head, ...body] = lines
  return [format(head), format(widths.map((width) => '-'.repeat(width))), ...body.map(format)].join('')
}

/**
 * Replaces what is between two comments in a Markdown file.
 *
 * @param file Name of the file, for the error.
 * @throws Error if the comments are missing.
 */
export function replaceBetween(text, [startComment, endComment], content, file) {
  const start = text.indexOf(startComment)
  const end = text.indexOf(endComment)
  if (start === -1 || end < start)
    throw new Error(`${file}: the table is not between "${startComment}" and "${endComment}"`)
  return `${text.slice(0, start)}${startComment}\n\n${content}\n${text.slice(end)}`
}
