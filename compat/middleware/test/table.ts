import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FrameworkCases, MiddlewareCase, Mode } from './case.ts'

/** The cells of a case, by mode. */
export type Cells = Readonly<Record<Mode, string>>

const PAGE = new URL('../../../docs/middleware.md', import.meta.url)

const INTRODUCTION = `# Common middleware

<!-- Written by the tests of compat/middleware: run them with FAULTLINE_GOLDEN=write. -->

Middleware reports a failure in one of two ways. It passes an error to the framework, or it writes a response itself.
Errors reach Faultline, which recognizes them. A response that middleware writes never reaches an error handler; for it
there are two remedies:

- a **ready handler** of \`@faultline/<adapter>/middleware\`, which knows fields, waits and limits;
- the option **\`replaceBodies\`**, which only knows the status and a short text. \`'plain'\`, the default, replaces empty
  bodies and plain text. \`'all'\` replaces every body that is not the envelope.

The tables show the response to the same failure with the defaults, with the ready handler, and with \`'all'\`, in the
envelope \`ai-api\`, for a request that accepts JSON. A code means that the response is in the envelope.
`

/** Returns the installed version of a package. */
function readVersion(name: string): string {
  // `package.json` is not an export of every package, so it is searched for in the folders of packages.
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const file = folders.map((folder) => `${folder}/${name}/package.json`).find((path) => existsSync(path))
  if (file === undefined) throw new Error(`The package ${name} is not installed`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function formatTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const format = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`
  const [head, ...body] = lines
  return [format(head!), format(widths.map((width) => '-'.repeat(width))), ...body.map(format)].join('')
}

function toLine({ name, module = name, failure }: MiddlewareCase, cells: Cells): string[] {
  return [`${name} ${readVersion(module)}`, failure, cells.default, cells.handler, cells.all]
}

/** Returns the page for the results of all cases. */
export function formatPage(
  frameworks: readonly FrameworkCases[],
  results: ReadonlyMap<MiddlewareCase, Cells>,
): string {
  const sections = frameworks.map(({ framework, module, cases }) => {
    const lines = cases.map((each) => toLine(each, results.get(each)!))
    const head = ['package', 'failure', 'default', 'ready handler', "`replaceBodies: 'all'`"]
    return `## ${framework} ${readVersion(module)}\n\n${formatTable([head, ...lines])}`
  })
  return [INTRODUCTION, ...sections].join('\n')
}

/** Returns the page as it is in the repository. With FAULTLINE_GOLDEN=write it is written first. */
export function readPage(actual: string): string {
  if (process.env['FAULTLINE_GOLDEN'] === 'write') writeFileSync(PAGE, actual)
  return readFileSync(PAGE, 'utf8')
}
