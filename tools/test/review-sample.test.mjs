import { expect, test } from 'vitest'
import { drawFiles } from '../review-sample.mjs'

const files = Array.from({ length: 50 }, (_, index) => `src/${index}.ts`)

test('the same commit draws the same files, in any order of the list', () => {
  const drawn = drawFiles(files, 'a1', 10)
  expect(drawn).toHaveLength(10)
  expect(new Set(drawn).size).toBe(10)
  expect(drawFiles(files.toReversed(), 'a1', 10)).toEqual(drawn)
})

test('another commit draws other files', () => {
  expect(drawFiles(files, 'b2', 10)).not.toEqual(drawFiles(files, 'a1', 10))
})
