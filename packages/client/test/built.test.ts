import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import * as client from '../src/index.ts'
import * as core from '@faultline/core'

const dist = new URL('../dist/esm/', import.meta.url)
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
const code = files.map((file) => readFileSync(new URL(file, dist), 'utf8'))

/** What a file imports, and what that imports. */
function graph(file: URL, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file.href)) return seen
  const text = readFileSync(file, 'utf8')
  seen.set(file.href, text)
  for (const [, specifier] of text.matchAll(/^(?:import|export) (?:[^'"]*? from )?['"]([^'"]+)['"]/gm)) {
    const next = specifier!.startsWith('.')
      ? new URL(specifier!, file)
      : new URL(import.meta.resolve(specifier!))
    graph(next, seen)
  }
  return seen
}

test('what is built imports core and nothing else, and uses nothing that Node.js alone has', () => {
  const all = graph(new URL('index.js', dist))
  expect(all.size).toBeGreaterThan(files.length)
  for (const [file, text] of all) {
    expect(file).toMatch(/packages\/(?:client|core)\/dist\/esm\//)
    expect(text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, ''), file).not.toMatch(
      /\bnode:|\brequire\(|\bprocess\.|\bBuffer\b|\bsetImmediate\b|\bglobal\b|\bimport\(|\.unref\(/,
    )
  }
})

test('the compressed code without core, comments included, is smaller than 15 kB', () => {
  expect(gzipSync(code.join('')).length).toBeLessThan(15_000)
})

test('the public surface is what it was, and all of core', () => {
  const own = Object.keys(client).filter((name) => !Object.hasOwn(core, name))
  expect(own).toEqual([
    'parseError',
    'fetchJson',
    'fetchWithRetry',
    'readEvents',
    'isErrorBody',
    'readProviderError',
    'isRetryable',
    'retryDelay',
    'retry',
  ])
  for (const name of Object.keys(core)) expect(client).toHaveProperty(name)
})
