import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { clients } from '../src/clients/index.ts'
import { listNotableCuts, listSeededCuts } from '../src/cuts.ts'
import { dialects } from '../src/dialects.ts'
import { splitBytes } from '../src/random.ts'
import { ROOT } from '../../../tools/files.mjs'
import { MARKERS, PAGE } from '../table.mjs'

/** Returns the number of cuts in the cells of a row: "12 of 13", "2 typed, 1 complete (3)". */
function countCuts(cells) {
  const counts = cells.flatMap((cell) => [...cell.matchAll(/of (\d+)|(\d+) (?:typed|complete|untyped)/g)])
  return counts.reduce((sum, [, total, part]) => sum + Number(total ?? part), 0)
}

describe.each(Object.entries(dialects))('the recording of %s', (_name, { recording }) => {
  const text = Buffer.from(recording.bytes).toString()

  const isEvents = recording.contentType.startsWith('text/event-stream')

  test('has characters of two, three and four bytes, a comment and a size that allows a cut at every byte', () => {
    for (const character of ['é', '漢', '🎉']) expect(text).toContain(character)
    if (isEvents) expect(`\n${text}`).toContain('\n: heartbeat')
    expect(recording.bytes.length).toBeGreaterThan(350)
    expect(recording.bytes.length).toBeLessThan(1000)
  })

  test('ends its last event with a blank line, or its last line with a line feed', () => {
    const end = Buffer.from(recording.bytes.subarray(0, recording.lastEventEnd)).toString()
    expect(end).toMatch(isEvents ? /[}\]](?:\n\n|\r\n\r)$/ : /\}\n$/)
  })

  test('is cut within each character and on both sides of each line end in a quick run', () => {
    const cuts = new Set(listNotableCuts(recording))
    const { bytes } = recording
    for (const [index, byte] of bytes.entries()) {
      if (byte >= 0x80 && byte < 0xc0) expect(cuts).toContain(index)
      if (byte === 10 || byte === 13) expect([...cuts]).toEqual(expect.arrayContaining([index, index + 1]))
    }
  })
})

test('one recording has CRLF as line end, and the others LF', () => {
  const formats = Object.values(dialects).filter(({ recording: { bytes } }) => bytes.includes(13))
  expect(formats.map(({ format }) => format)).toEqual(['google'])
})

test('a seed determines the cuts and the chunks', () => {
  const { recording } = dialects.openai
  expect(listSeededCuts(recording, 1)).toEqual(listSeededCuts(recording, 1))
  expect(listSeededCuts(recording, 1)).not.toEqual(listSeededCuts(recording, 2))
  const chunks = splitBytes(recording.bytes, 3, 20)
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(recording.bytes))
  expect(chunks.every(({ length }) => length > 0)).toBe(true)
})

test('the page has a row for every dialect and client, and its numbers are those of all cuts', () => {
  const page = readFileSync(ROOT + PAGE, 'utf8')
  const matrix = page.slice(page.indexOf(MARKERS[0]), page.indexOf(MARKERS[1]))
  const rows = matrix
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, dialect]) => dialect?.startsWith('`'))
    .map(([, dialect, client, ...cells]) => [`${dialect.slice(1, -1)}, ${client}`, countCuts(cells)])
  const expected = Object.entries(dialects).flatMap(([name, { format, recording }]) =>
    clients
      .filter(({ formats }) => formats.includes(format))
      .map((client) => [`${name}, ${client.name}`, recording.bytes.length + 1]),
  )
  expect(rows.filter(([name]) => expected.some(([row]) => row === name))).toEqual(expected)
})
