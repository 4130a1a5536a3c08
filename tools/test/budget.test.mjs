import { expect, test } from 'vitest'
import { findCodeLines, findRepeatedBlocks, listCounted, measureFolders } from '../budget.mjs'
import { createFolder } from './temporary-folder.mjs'

test('comments and empty lines are not code, and an import is one line', () => {
  const text = `
// A comment.
import {
  a,
  b,
} from './a.ts'

/**
 * A function.
 */
export function add(): string {
  /* Inside. */
  return '// not a comment' // The rest of the line.
}
export type {
  C,
} from './c.ts'
`
  expect(findCodeLines('a.ts', text)).toEqual([
    "import { a, b, } from './a.ts'",
    'export function add(): string {',
    "return '// not a comment'",
    '}',
    "export type { C, } from './c.ts'",
  ])
})

test('a folder is measured with its subfolders, and without middleware/', () => {
  const root = createFolder({
    'packages/koa/src/index.ts': 'const a = 1\nconst b = 2\n',
    'packages/koa/src/deep/install.ts': 'const c = 3\n',
    'packages/koa/src/middleware/passport.ts': 'const d = 4\n',
    'packages/koa-extra/src/index.ts': 'const e = 5\n',
  })
  expect(measureFolders(root, { 'packages/koa/src': 180 })).toEqual([
    { folder: 'packages/koa/src', max: 180, lines: ['const c = 3', 'const a = 1', 'const b = 2'] },
  ])
})

test('the files of an app are counted without its tests', () => {
  const root = createFolder({
    'apps/koa/src/app.ts': '',
    'apps/koa/src/deep/page.tsx': '',
    'apps/koa/src/notes.md': '',
    'apps/koa/test/app.test.ts': '',
  })
  expect(listCounted(root, 'apps/koa/src')).toEqual(['apps/koa/src/app.ts', 'apps/koa/src/deep/page.tsx'])
})

test('six equal lines in two folders are repeated; in one folder they are not', () => {
  const lines = ['a', 'b', 'c', 'd', 'e', 'f']
  const koa = { folder: 'koa', lines }
  expect(findRepeatedBlocks([koa, { folder: 'hono', lines: ['x', ...lines] }])).toEqual([
    { first: 'koa', second: 'hono', block: 'a\nb\nc\nd\ne\nf' },
  ])
  expect(findRepeatedBlocks([koa, { folder: 'hono', lines: lines.slice(1) }])).toEqual([])
  expect(findRepeatedBlocks([{ folder: 'koa', lines: [...lines, ...lines] }])).toEqual([])
})
