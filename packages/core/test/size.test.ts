import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = new URL('../dist/esm/', import.meta.url)

/** The code of a module and of all that it imports. */
function closureOf(entry: string): string {
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
  ['index.js', 54_000],
  ['envelopes/index.js', 29_500],
  ['web.js', 12_000],
])(
  '%s with all that it imports is less than %i bytes compressed, its comments among them',
  (entry, budget) => {
    expect(gzipSync(closureOf(entry)).length).toBeLessThan(budget)
  },
)

test('it depends on nothing, and every entry has a budget', () => {
  const { dependencies, peerDependencies, exports } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined])
  expect(Object.keys(exports as object)).toEqual(['.', './envelopes', './web', './package.json'])
})

test('it imports nothing that only Node.js has', () => {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue
    expect(readFileSync(new URL(file, dist), 'utf8'), file).not.toMatch(
      /from ['"]node:|require\(|\bprocess\.|\bBuffer\b/,
    )
  }
})
