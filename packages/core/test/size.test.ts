import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = new URL('../dist/esm/', import.meta.url)

/** Returns the code of a module and of all modules that it imports. */
function readWithImports(entry: string): string {
  const code = new Map<string, string>()
  const add = (module: URL): void => {
    if (code.has(module.href)) return
    const text = readFileSync(module, 'utf8')
    code.set(module.href, text)
    for (const [, imported] of text.matchAll(/from ['"](\.[^'"]+)['"]/g)) add(new URL(imported!, module))
  }
  add(new URL(entry, dist))
  return [...code.values()].join('')
}

// All entries share one file. The sizes in a bundle are tested in compat/consumers.
test.each([
  ['index.js', 69_500],
  ['envelopes/index.js', 64_000],
  ['errors/index.js', 64_000],
  ['slim.js', 64_500],
  ['web.js', 66_500],
])('%s and its imports have less than %i bytes after compression', (entry, budget) => {
  expect(gzipSync(readWithImports(entry)).length).toBeLessThan(budget)
})

test('the package has no dependencies, and every entry has a budget', () => {
  const { dependencies, peerDependencies, exports } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined])
  expect(Object.keys(exports as object)).toEqual([
    '.',
    './envelopes',
    './errors',
    './slim',
    './web',
    './package.json',
  ])
})

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))

test('the package is built into one file per entry and one that they share', () => {
  expect(files.toSorted()).toEqual([
    'envelopes/index.js',
    'errors/index.js',
    'index.js',
    'shared.js',
    'slim.js',
    'web.js',
  ])
})

test('no file requires a Node.js API', () => {
  for (const file of files) {
    // They are used if the runtime has them.
    const text = readFileSync(new URL(file, dist), 'utf8').replaceAll(/globalThis\.(?:Buffer|process)\b/g, '')
    expect(text, file).not.toMatch(/from ['"]node:|require\(|\bprocess\.|\bBuffer\b/)
  }
})

test.each(['esm', 'cjs'])('the source maps in dist/%s lead to the published sources', (format) => {
  const folder = new URL(`../dist/${format}/`, import.meta.url)
  // A file that only exports again has no map.
  for (const file of ['index.js', 'shared.js', 'slim.js', 'web.js']) {
    const map = new URL(`${file}.map`, folder)
    const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }
    for (const source of sources) expect(readFileSync(new URL(source, map), 'utf8')).not.toBe('')
  }
})
