// Holds adapters to their size and apart from each other: `node tools/budget.mjs`. An adapter reads the request, writes
// the answer and installs itself; what grows beyond that, and what two of them would share, belongs in core.
import { globSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The most lines of code of each adapter, over all its files. */
const budgets = { express: 100, fastify: 100, hono: 100, koa: 100, nestjs: 150 }

/** How many lines in a row two adapters may not share. */
const SHARED = 6

/** Lines of code: no comments, no blank ones. An import is one, however many lines it is wrapped to. */
function codeOf(adapter) {
  return globSync(`packages/${adapter}/src/**/*.ts`, { cwd: root })
    .toSorted()
    .flatMap((file) =>
      readFileSync(root + file, 'utf8')
        .replaceAll(/^[ \t]*\/\*[^]*?\*\/[ \t]*$/gm, '')
        .replaceAll(/^[ \t]*\/\/.*$/gm, '')
        .replaceAll(/^(?:import|export) (?:type )?\{[^}]*\} from /gm, (text) => text.replaceAll(/\s+/g, ' '))
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    )
}

const adapters = Object.entries(budgets).map(([name, most]) => ({ name, most, lines: codeOf(name) }))
let failures = 0

function fail(text) {
  console.error(text)
  failures += 1
}

for (const { name, most, lines } of adapters) {
  if (lines.length === 0) fail(`@faultline/${name} has no code`)
  if (lines.length > most) fail(`@faultline/${name} has ${lines.length} lines of code, and may have ${most}`)
}

const seen = new Map()
for (const { name, lines } of adapters) {
  for (let at = 0; at + SHARED <= lines.length; at++) {
    const block = lines.slice(at, at + SHARED).join('\n')
    const first = seen.get(block)
    if (first === undefined) seen.set(block, name)
    else if (first !== name) fail(`@faultline/${first} and @faultline/${name} share\n${block}\n`)
  }
}

if (process.argv.includes('--list')) {
  for (const { name, most, lines } of adapters) console.log(`${name}: ${lines.length} of ${most}`)
}
process.exitCode = failures === 0 ? 0 : 1
