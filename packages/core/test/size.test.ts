import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = new URL('../dist/esm/', import.meta.url)

/** Returns the code of a module and of all modules that it imports. */
function bundle(entry: string): string {
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

test.each([
  ['index.js', 71_000],
  ['envelopes/index.js', 34_500],
  ['errors/index.js', 14_000],
  ['web.js', 16_100],
])('%s and its imports have less than %i bytes after compression, including comments', (entry, budget) => {
  expect(gzipSync(bundle(entry)).length).toBeLessThan(budget)
})

test('the package has no dependencies, and every entry has a budget', () => {
  const { dependencies, peerDependencies, exports } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined])
  expect(Object.keys(exports as object)).toEqual(['.', './envelopes', './errors', './web', './package.json'])
})

/** The file that uses Node's `Buffer` if the runtime has it. */
const USES_BUFFER = 'http/byte-length.js'

test('no file requires a Node.js API', () => {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js') || file === USES_BUFFER) continue
    expect(readFileSync(new URL(file, dist), 'utf8'), file).not.toMatch(
      /from ['"]node:|require\(|\bprocess\.|\bBuffer\b/,
    )
  }
})
