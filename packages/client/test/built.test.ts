import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import * as client from '../src/index.ts'
import * as core from '@faultline/core'
import * as coreErrors from '@faultline/core/errors'

const dist = new URL('../dist/esm/', import.meta.url)
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
const code = files.map((file) => readFileSync(new URL(file, dist), 'utf8'))

/** Reads a file and all files that it imports, directly or not, by URL. */
function readImports(file: URL, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file.href)) return seen
  const text = readFileSync(file, 'utf8')
  seen.set(file.href, text)
  for (const [, specifier] of text.matchAll(/^(?:import|export) (?:[^'"]*? from )?['"]([^'"]+)['"]/gm)) {
    const next = specifier!.startsWith('.')
      ? new URL(specifier!, file)
      : new URL(import.meta.resolve(specifier!))
    readImports(next, seen)
  }
  return seen
}

test('the built files import only core, and require no API that only Node.js has', () => {
  const all = readImports(new URL('index.js', dist))
  expect(all.size).toBeGreaterThan(files.length)
  for (const [file, text] of all) {
    expect(file).toMatch(/packages\/(?:client|core)\/dist\/esm\//)
    // Core uses Node's `Buffer` if the runtime has it.
    const required = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '').replace('globalThis.Buffer', '')
    expect(required, file).not.toMatch(
      /\bnode:|\brequire\(|\bprocess\.|\bBuffer\b|\bsetImmediate\b|\bglobal\b|\bimport\(|\.unref\(/,
    )
  }
})

test('the built files, without core, are smaller than 10.8 kB compressed', () => {
  expect(gzipSync(code.join('')).length).toBeLessThan(10_800)
})

describe('the public surface', () => {
  test('is the client and the part of core that callers of an API need', () => {
    const fromCore = ['ApiError', 'envelopes', 'isApiError', 'resolveEnvelope', ...Object.keys(coreErrors)]
    expect(Object.keys(client).toSorted()).toEqual(
      [
        'fetchJson',
        'fetchWithRetry',
        'findStreamFailure',
        'isErrorBody',
        'isRetryable',
        'parseError',
        'readEvents',
        'readProviderError',
        'readStreamFailure',
        'retry',
        'retryDelay',
        'StreamMonitor',
        ...fromCore,
      ].toSorted(),
    )
  })

  test('has the classes of core, so that instanceof works', () => {
    expect(client).toMatchObject({ ApiError: core.ApiError, NotFound: core.NotFound })
  })
})
