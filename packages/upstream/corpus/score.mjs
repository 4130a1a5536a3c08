// Judges every case of the corpus and prints the score by provider and by kind: `node packages/upstream/corpus/score.mjs`.
// Prints what differs from known-misses.json, and fails if something does. `--write` writes known-misses.json.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { readCorpus } from './cases.ts'
import { judge } from './judge.ts'

const KNOWN_MISSES = new URL('known-misses.json', import.meta.url)

const results = []
for (const line of readCorpus()) results.push({ ...line, misses: await judge(line.case) })

/** Prints a table with the number of right cases in each group. */
function printTable(title, getGroup) {
  const groups = Map.groupBy(results, getGroup)
  const width = Math.max(...[...groups.keys()].map((group) => group.length))
  console.log(`\n${title.padEnd(width)}  upstream   client`)
  for (const [group, rows] of [...groups].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(
      [
        group.padEnd(width),
        count(rows, 'upstream', ({ want }) => want.upstream !== undefined),
        count(rows, 'client', ({ want }) => want.client !== undefined || want.readEvents !== undefined),
      ].join('  '),
    )
}

/** Returns the number of right and of judged results of a side, for example `7/9`. */
function count(rows, side, isJudged) {
  const judged = rows.filter((row) => isJudged(row.case))
  const right = judged.filter(({ misses }) => misses[side] === undefined)
  return (judged.length === 0 ? '-' : `${right.length}/${judged.length}`).padStart(7)
}

/** Formats known-misses.json: one case a line. */
function format(misses) {
  const lines = Object.entries(misses).map(([id, missed]) => {
    const sides = Object.entries(missed).map(
      ([side, aspects]) => `"${side}": [${aspects.map(quote).join(', ')}]`,
    )
    return `  "${id}": { ${sides.join(', ')} }`
  })
  return lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`
}

const quote = (text) => JSON.stringify(text)

printTable('provider', ({ provider }) => provider)
printTable('kind', (row) => row.case.kind)
printTable('all', () => 'all')

const missed = results.filter(({ misses }) => Object.keys(misses).length > 0)
const actual = Object.fromEntries(
  missed.map((row) => [row.case.id, row.misses]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
)
if (process.argv.includes('--write')) writeFileSync(KNOWN_MISSES, format(actual))
else {
  const known = JSON.parse(readFileSync(KNOWN_MISSES, 'utf8'))
  for (const id of new Set([...Object.keys(known), ...Object.keys(actual)])) {
    const [before, after] = [known[id], actual[id]].map((misses) => JSON.stringify(misses ?? {}))
    if (before === after) continue
    console.log(`\n${id}: known ${before}, now ${after}`)
    process.exitCode = 1
  }
}
