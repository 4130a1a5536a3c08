import { formatTable } from '../../tools/markdown.mjs'
import { frameworks } from './src/servers/index.ts'

export const PAGE = 'docs/streams.md'
export const MARKERS = ['<!-- stream matrix -->', '<!-- end of the stream matrix -->']

/** Formats the number of cuts by outcome. */
function formatCounts({ typed, untyped, success }, position) {
  if (position !== 'after') return `${typed} of ${typed + untyped + success}`
  const parts = Object.entries({ typed, complete: success, untyped }).filter(([, count]) => count > 0)
  return parts.map(([name, count]) => `${count} ${name}`).join(', ')
}

/** Returns the tables of the page in Markdown, with notes on the known violations. */
export function formatMatrix({ rows, senders }) {
  const reasons = [...rows.flatMap(({ known }) => Object.values(known)), ...senders.map(({ known }) => known)]
  const notes = [...new Set(reasons.filter((reason) => reason !== undefined))]
  const toNote = (reason) => (reason === undefined ? '' : ` (${notes.indexOf(reason) + 1})`)
  const clientTable = formatTable([
    ['dialect', 'client', 'before the head', 'in the stream', 'after the last event'],
    ...rows.map((row) => [
      `\`${row.dialect}\``,
      row.client,
      ...['head', 'stream', 'after'].map(
        (position) => formatCounts(row.counts[position], position) + toNote(row.known[position]),
      ),
    ]),
  ])
  const senderTable = formatTable([
    ['framework', 'the handler sends', 'right responses'],
    ...senders.map(({ framework, body, requests, problems, known }) => [
      frameworks[framework].title,
      frameworks[framework].bodies[body],
      `${requests - problems} of ${requests}${toNote(known)}`,
    ]),
  ])
  const list = notes.map((note, index) => `${index + 1}. ${note}\n`)
  return `${clientTable}\n${senderTable}${list.length === 0 ? '' : `\nKnown violations:\n\n${list.join('')}`}`
}
