// Checks the size of the adapters, of the platforms that they share and of the example apps, and that no two adapters
// repeat each other: `node tools/budget.mjs`. An adapter reads the request, writes the response and installs itself. Code that exceeds the
// budget, or that two adapters need, belongs in core or node. `--list` prints all sizes.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { listFiles, ROOT } from './files.mjs'
import { parseSource } from './sources.mjs'

/** Maximum number of lines of code below each folder. */
const BUDGETS = {
  'packages/express/src': 180,
  'packages/koa/src': 385,
  'packages/fastify/src': 220,
  'packages/nestjs/src': 445,
  'packages/hono/src': 375,
  'packages/node/src/express-platform': 350,
  'packages/node/src/fastify-platform': 485,
}

/**
 * Maximum number of lines of code of each example app. Readers compare and copy them, so they may repeat each other. The one
 * of NestJS runs on two platforms.
 */
const APP_BUDGETS = {
  'apps/express/src': 200,
  'apps/koa/src': 200,
  'apps/fastify/src': 200,
  'apps/nestjs/src': 275,
  'apps/hono/src': 200,
}

/** Maximum number of files of an example app. */
const MAX_APP_FILES = 6

/** Handlers for common middleware are outside the budget: their number grows with the middleware. */
const UNCOUNTED = /\/src\/middleware\//

/** Minimum number of equal lines in a row that count as repeated. */
const MIN_REPEATED_LINES = 6

/** Returns the lines of code: without comments and empty lines, and with each import on one line. */
export function findCodeLines(file, text) {
  const { comments, program } = parseSource(file, text)
  let code = text
  for (const { start, end } of comments)
    code = code.slice(0, start) + code.slice(start, end).replaceAll(/[^\n]/g, ' ') + code.slice(end)
  for (const { start, end, source } of program.body.toReversed())
    if (source) code = code.slice(0, start) + code.slice(start, end).replaceAll(/\s+/g, ' ') + code.slice(end)
  return code
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Returns the blocks of lines that two folders repeat: `{ first, second, block }`. */
export function findRepeatedBlocks(folders) {
  const repeated = []
  const firstByBlock = new Map()
  for (const { folder, lines } of folders) {
    for (let start = 0; start + MIN_REPEATED_LINES <= lines.length; start++) {
      const block = lines.slice(start, start + MIN_REPEATED_LINES).join('\n')
      const first = firstByBlock.get(block)
      if (first === undefined) firstByBlock.set(block, folder)
      else if (first !== folder) repeated.push({ first, second: folder, block })
    }
  }
  return repeated
}

/** Measures the folders of the budgets: `{ folder, max, lines }`. */
export function measureFolders(root, budgets = BUDGETS) {
  return Object.entries(budgets).map(([folder, max]) => ({
    folder,
    max,
    lines: listCounted(root, folder).flatMap((file) =>
      findCodeLines(file, readFileSync(`${root}/${file}`, 'utf8')),
    ),
  }))
}

/** Lists the files of a folder that count. */
export function listCounted(root, folder) {
  return listFiles(root, folder).filter((file) => /\.tsx?$/.test(file) && !UNCOUNTED.test(file))
}

function main() {
  const adapters = measureFolders(ROOT)
  const folders = [...adapters, ...measureFolders(ROOT, APP_BUDGETS)]
  const problems = [
    ...Object.keys(APP_BUDGETS)
      .map((folder) => ({ folder, count: listCounted(ROOT, folder).length }))
      .filter(({ count }) => count > MAX_APP_FILES)
      .map(({ folder, count }) => `${folder}: has ${count} files, and at most ${MAX_APP_FILES} are allowed`),
    ...folders
      .filter(({ lines }) => lines.length === 0)
      .map(({ folder }) => `${folder}: has no code; correct the folder in tools/budget.mjs`),
    ...folders
      .filter(({ lines, max }) => lines.length > max)
      .map(
        ({ folder, lines, max }) =>
          `${folder}: has ${lines.length} lines of code, and at most ${max} are allowed`,
      ),
    ...findRepeatedBlocks(adapters).map(
      ({ first, second, block }) =>
        `${second}: repeats lines of ${first}; move them to core or node\n${block}\n`,
    ),
  ]
  if (process.argv.includes('--list'))
    for (const { folder, lines, max } of folders) console.log(`${folder}: ${lines.length} of ${max}`)
  for (const problem of problems) console.error(problem)
  return problems.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
