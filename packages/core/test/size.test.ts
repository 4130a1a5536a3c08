import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = new URL('../dist/', import.meta.url)

test('all of core, as it is published, is small: 50 kB compressed, its comments among them, and it depends on nothing', () => {
  const code = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(new URL(file, dist), 'utf8'))
  expect(gzipSync(code.join('')).length).toBeLessThan(50_000)
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined])
})

test('only ./node imports what Node.js alone has', () => {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js') || file === 'node.js') continue
    expect(readFileSync(new URL(file, dist), 'utf8'), file).not.toMatch(
      /from ['"]node:|require\(|\bprocess\.|\bBuffer\b/,
    )
  }
})
