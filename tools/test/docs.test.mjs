import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listFiles, ROOT } from '../files.mjs'

const documents = listFiles(ROOT).filter((file) => /^(?:docs\/.*|[A-Z]+)\.md$/.test(file))

/** Returns the paths of sources that a document names, with or without the leading `packages/`. */
function findSourcePaths(text) {
  const paths = text.match(/(?<![\w./-])(?:packages\/)?[a-z]+\/src\/[\w./-]*[\w-]/g) ?? []
  return [...new Set(paths.map((path) => (path.startsWith('packages/') ? path : `packages/${path}`)))]
}

test.each(documents)('each source file that %s names exists', (document) => {
  const text = readFileSync(ROOT + document, 'utf8').replaceAll(/`apps\/[^`]*`/g, '')
  expect(findSourcePaths(text).filter((path) => !existsSync(ROOT + path))).toEqual([])
})

test('the page on how it works names a file of every adapter', () => {
  const paths = findSourcePaths(readFileSync(`${ROOT}docs/how-it-works.md`, 'utf8'))
  for (const name of ['core', 'node', 'express', 'koa', 'fastify', 'nestjs', 'hono'])
    expect(paths.filter((path) => path.startsWith(`packages/${name}/`)).length, name).toBeGreaterThan(0)
})
