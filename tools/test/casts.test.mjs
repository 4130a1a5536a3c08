import { describe, expect, test } from 'vitest'
import { countCasts, findCasts } from '../casts.mjs'

function findKinds(text) {
  return findCasts('a.ts', text).map(({ kind }) => kind)
}

describe('a cast is', () => {
  test.for([
    ['as a type', 'const a = b as string', ['cast']],
    ['a type in front', 'const a = <string>b', ['cast']],
    ['as const of a type named otherwise', 'const a = b as Const', ['cast']],
    ['as never', 'call(b as never)', ['never']],
    ['as unknown as, which counts twice', 'const a = b as unknown as string', ['double', 'cast']],
    ['a non-null assertion', 'const a = b!.c', ['non-null']],
  ])('%s', ([, text, kinds]) => {
    expect(findKinds(text)).toEqual(kinds)
  })
})

describe('a cast is not', () => {
  test.for([
    ['as const', 'const a = [1] as const'],
    ['as const in front', 'const a = <const>[1]'],
    ['satisfies', 'const a = b satisfies string'],
    ['an alias of an import', "import { a as b } from './a.ts'\nexport { b as c }"],
    ['a definite property', 'class A { b!: string }'],
    ['a negation', 'const a = !b'],
    ['a comment or a string', "// b as never\nconst a = 'b as never'"],
  ])('%s', ([, text]) => {
    expect(findKinds(text)).toEqual([])
  })
})

test('a cast has its line and its text on one line', () => {
  expect(findCasts('a.ts', 'const a = 1\n\nconst b = a as\n  string\n')).toEqual([
    { line: 3, kind: 'cast', text: 'a as string' },
  ])
})

test('the density is the number of casts per 1,000 lines, without non-null assertions', () => {
  const text = 'const a = b as string\nconst c = d as unknown as string\nconst e = f as never\nconst g = h!\n'
  const file = { text, casts: findCasts('a.ts', text) }
  expect(countCasts([file, file])).toEqual({
    lines: 8,
    cast: 4,
    double: 2,
    never: 2,
    'non-null': 2,
    density: 1000,
  })
})

test('a syntax error names the file', () => {
  expect(() => findCasts('a.ts', 'const = 1')).toThrow(/^a\.ts: cannot be parsed: /)
})
