import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as upstream from '../src/index.ts'

test('the public surface does not change', () => {
  expect(Object.keys(upstream)).toMatchInlineSnapshot(`
    [
      "fromUpstream",
      "fromUpstreamResponse",
      "passThrough",
      "upstreamRecognizer",
    ]
  `)
})

test('the package imports only core and client, and nothing that only Node.js has', () => {
  const src = new URL('../src/', import.meta.url)
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const code = readFileSync(new URL(file, src), 'utf8')
    for (const [, name] of code.matchAll(/ from '([^.'][^']*)'/g))
      expect(['@faultline/core', '@faultline/core/web', '@faultline/client'], file).toContain(name)
    expect(code, file).not.toMatch(/\bprocess\.|\bBuffer\b|require\(/)
  }
})
