// Counts the places of packages/*/src where the compiler's check is turned off: `node tools/casts.mjs`. `--list` prints
// each place, `--max 5` replaces the allowed number of casts per 1,000 lines.
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Visitor } from 'oxc-parser'
import { ROOT } from './files.mjs'
import { parseSource, readPackageSources } from './sources.mjs'

/** Maximum number of casts per 1,000 lines. This is the density of connect-es, a code base of similar size. */
const MAX_DENSITY = 3.7

/**
 * Returns the casts of a source file. `as const` and `satisfies` keep the check on, so they are not casts.
 *
 * @returns `{ line, kind, text }` per cast; the kinds are `cast`, `double` (`as unknown as X`), `never` and `non-null`
 */
export function findCasts(file, text) {
  const { program } = parseSource(file, text)
  const casts = []
  const add = (kind, { start, end }) => {
    const line = text.slice(0, start).split('\n').length
    casts.push({ line, kind, text: text.slice(start, end).replaceAll(/\s+/g, ' ') })
  }
  const addCast = (node) => {
    const { typeAnnotation, expression } = node
    if (typeAnnotation.typeName?.name === 'const') return
    if (typeAnnotation.type === 'TSNeverKeyword') add('never', node)
    else if (expression.typeAnnotation?.type === 'TSUnknownKeyword') add('double', node)
    else add('cast', node)
  }
  new Visitor({
    TSAsExpression: addCast,
    TSTypeAssertion: addCast,
    TSNonNullExpression: (node) => add('non-null', node),
  }).visit(program)
  return casts
}

/** Counts the casts of files: lines, casts per kind, and casts per 1,000 lines. `!` is counted, but is not a cast. */
export function countCasts(files) {
  const count = { lines: 0, cast: 0, double: 0, never: 0, 'non-null': 0 }
  for (const { text, casts } of files) {
    count.lines += text.split('\n').length - 1
    for (const { kind } of casts) count[kind] += 1
  }
  const casts = count.cast + count.double + count.never
  return { ...count, density: (casts / count.lines) * 1000 }
}

function main() {
  const { values } = parseArgs({ options: { max: { type: 'string' }, list: { type: 'boolean' } } })
  const max = Number(values.max ?? MAX_DENSITY)
  if (!Number.isFinite(max)) {
    console.error(`casts: --max must be a number, not ${JSON.stringify(values.max)}`)
    return 2
  }
  const byPackage = new Map()
  for (const { file, text, package: name } of readPackageSources(ROOT))
    byPackage.set(name, [...(byPackage.get(name) ?? []), { file, text, casts: findCasts(file, text) }])
  const files = [...byPackage.values()].flat()
  if (values.list) {
    for (const { file, casts } of files)
      for (const { line, kind, text } of casts) console.log(`${file}:${line}: ${kind}: ${text}`)
  }
  for (const [name, ofPackage] of byPackage) print(name, countCasts(ofPackage))
  const total = countCasts(files)
  print('all', total)
  let exitCode = 0
  if (total.density > max) {
    console.error(`casts: ${total.density.toFixed(1)} casts per 1,000 lines, and at most ${max} are allowed`)
    exitCode = 1
  }
  if (total.never > 0) {
    console.error(`casts: ${total.never} \`as never\`; give the value its type`)
    exitCode = 1
  }
  return exitCode
}

function print(name, { lines, cast, double, never, 'non-null': nonNull, density }) {
  const kinds = `${cast} as, ${double} as unknown as, ${never} as never, ${nonNull} non-null`
  console.log(`${name}: ${density.toFixed(1)} casts per 1,000 lines (${kinds}, in ${lines} lines)`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
