import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorClasses } from '../src/index.ts'

const folder = fileURLToPath(new URL('../src/errors/', import.meta.url))
const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

/** The text of the doc comment of each error class, by class name. */
const comments = new Map(
  readdirSync(folder).flatMap((file) =>
    Array.from(
      readFileSync(join(folder, file), 'utf8').matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport class (\w+)/g),
      ([, comment = '', name = '']) => [name, comment.replaceAll(/\s*\n \* ?/g, ' ').trim()] as const,
    ),
  ),
)

function getExample(name: string): string {
  return / @example (.+)$/.exec(comments.get(name) ?? '')?.[1] ?? ''
}

describe('the doc comment of', () => {
  test.each(Object.values(errorClasses).map((errorClass) => [errorClass.name, errorClass] as const))(
    '%s describes when to use it, the status and code that it sends, and has an example',
    (name, { code, status }) => {
      const comment = comments.get(name)
      expect(comment).toMatch(/^Error for [^.]{10,}\. /)
      expect(comment).toContain(` Sends ${status} \`${code}\`.`)
      expect(getExample(name)).toMatch(new RegExp(`^throw new ${name}\\(.*\\)$`))
    },
  )

  test('each option of an error class, and each value of renderBody, is one sentence or more', () => {
    const files = ['errors/class-options.ts', 'errors/api-error.ts', 'envelopes/envelope.ts']
    const interfaces = files.flatMap((file) => {
      const source = readFileSync(join(folder, '..', file), 'utf8')
      return Array.from(source.matchAll(/export interface (\w*Options\b|BodyInput)[^{]*\{\n([^]*?)\n\}/g))
    })
    expect(interfaces.length).toBeGreaterThan(10)
    for (const [, name, body = ''] of interfaces) {
      const lines = body.split('\n')
      const members = lines.flatMap((line, index) => (/^ {2}(?:readonly )?\w+\??:/.test(line) ? [index] : []))
      expect(members.length, name).toBeGreaterThan(0)
      for (const index of members) expect(lines[index - 1], `${name}: ${lines[index]}`).toMatch(/\*\/$/)
    }
  })
})

test('the examples of all error classes compile', { timeout: 60_000 }, () => {
  const temporary = mkdtempSync(join(tmpdir(), 'examples-'))
  try {
    const names = Object.values(errorClasses).map(({ name }) => name)
    const core = fileURLToPath(new URL('../dist/esm/errors/index.js', import.meta.url))
    const program = `import { ${names.join(', ')} } from ${JSON.stringify(core)}
      declare const model: string, error: unknown, syntaxError: unknown
      ${names.map((name) => `export function throw${name}() { ${getExample(name)} }`).join('\n')}`
    writeFileSync(join(temporary, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(temporary, 'examples.ts'), program)
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023']
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'examples.ts'], {
      cwd: temporary,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  } finally {
    rmSync(temporary, { recursive: true })
  }
})
