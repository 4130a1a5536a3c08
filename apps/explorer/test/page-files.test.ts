import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startExplorer, type Explorer } from '../src/server/start-explorer.ts'

let explorer: Explorer
beforeAll(async () => {
  explorer = await startExplorer({ apps: { Express: 'http://127.0.0.1:1' } })
})
afterAll(() => explorer.close())

const fetchAssetPaths = async (): Promise<string[]> => {
  const html = await (await fetch(explorer.url)).text()
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
}

test('the page only loads files from its server', async () => {
  const response = await fetch(explorer.url)
  const policy = response.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(await response.text()).not.toMatch(/<script(?![^>]*src=)|<style|style=|onclick|https?:/)
})

test('a file is cached: assets by name, all files by ETag', async () => {
  for (const path of ['/', '/favicon.svg', ...(await fetchAssetPaths())]) {
    const first = await fetch(explorer.url + path)
    expect([first.status, first.headers.get('x-content-type-options')], path).toEqual([200, 'nosniff'])
    if (path.startsWith('/assets/')) expect(first.headers.get('cache-control')).toContain('immutable')
    const again = await fetch(explorer.url + path, {
      headers: { 'if-none-match': first.headers.get('etag')! },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
  }
  const head = await fetch(explorer.url, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('the scripts are small', async () => {
  const scripts = (await fetchAssetPaths()).filter((path) => path.endsWith('.js'))
  const sizes = await Promise.all(
    scripts.map(async (path) => {
      const bytes = await (await fetch(explorer.url + path)).arrayBuffer()
      return gzipSync(Buffer.from(bytes)).length
    }),
  )
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0)
  expect(size).toBeGreaterThan(5000)
  expect(size).toBeLessThan(24_000)
})
