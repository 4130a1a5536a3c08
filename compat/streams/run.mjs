// Cuts a recorded stream of each dialect at every byte, sends it with every framework, reads it with every client, and
// writes the tables of docs/streams.md: `npm run streams`. With --check it compares them. `--quick`, `--dialect openai`,
// `--framework koa` and `--client openai-7` run a part and write nothing. Exits with 1 if a client does not raise a typed
// error, and with 2 if an option is wrong.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { ROOT } from '../../tools/files.mjs'
import { replaceBetween } from '../../tools/markdown.mjs'
import { runMatrix } from './src/matrix.ts'
import { parseCommand } from './src/selection.ts'
import { formatMatrix, MARKERS, PAGE } from './table.mjs'

const FULL_LIMIT_MS = 20 * 60_000
const QUICK_LIMIT_MS = 4 * 60_000

/** Writes or compares the page. @returns whether the page is up to date */
function updatePage(results, isCheck) {
  const page = readFileSync(ROOT + PAGE, 'utf8')
  const text = replaceBetween(page, MARKERS, formatMatrix(results), PAGE)
  if (isCheck) return page === text
  writeFileSync(ROOT + PAGE, text)
  return true
}

async function main(args) {
  let command
  try {
    command = parseCommand(args)
  } catch (error) {
    console.error(`streams: ${error.message}`)
    return 2
  }
  const { selection, isCheck, isComplete } = command
  const limit = AbortSignal.timeout(selection.isQuick ? QUICK_LIMIT_MS : FULL_LIMIT_MS)
  const start = performance.now()
  const getSeconds = () => ((performance.now() - start) / 1000).toFixed(0)
  let results
  try {
    results = await runMatrix(selection, limit, (line) =>
      console.log(`${getSeconds().padStart(4)} s  ${line}`),
    )
  } catch (error) {
    if (!limit.aborted) throw error
    console.error(`streams: stopped after ${getSeconds()} s; run a part, for example --dialect openai`)
    return 1
  }
  for (const violation of results.violations) console.error(violation)
  const cuts = results.rows.flatMap(({ counts }) =>
    Object.values(counts).flatMap((count) => Object.values(count)),
  )
  console.log(
    `${cuts.reduce((sum, count) => sum + count, 0)} readings, ` +
      `${results.senders.reduce((sum, { requests }) => sum + requests, 0)} responses, ` +
      (results.violations.length === 0 ? 'no violation' : 'with violations'),
  )
  if (results.violations.length > 0) return 1
  if (isComplete && !updatePage(results, isCheck)) {
    console.error(`${PAGE}: differs from the results; run npm run streams`)
    return 1
  }
  return 0
}

process.exitCode = await main(process.argv.slice(2))
