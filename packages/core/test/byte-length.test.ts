import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteLength, countBytes } from '../src/http/byte-length.ts'

test('the bytes of a string are counted as Buffer counts them, lone surrogates included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(byteLength(text)).toBe(Buffer.byteLength(text))
      expect(countBytes(text)).toBe(Buffer.byteLength(text))
    }),
  )
  expect(countBytes('a\u00e9\u20ac\u{1f600}\ud800')).toBe(13)
})
