import { describe, expect, test } from 'vitest'
import { getHeader } from '../src/index.ts'

describe('getHeader', () => {
  test.each([
    ['a Headers object', new Headers({ 'Retry-After': '7' })],
    ['a plain object', { 'RETRY-after': '7' }],
    ['an array of values', { 'retry-after': ['7', '8'] }],
    ['a number', { 'retry-after': 7 }],
    ['a Map', new Map([['retry-after', '7']])],
  ])('reads a header of %s', (_, headers) => {
    expect(getHeader(headers, 'retry-after')).toBe('7')
  })

  test('accepts a name in upper case', () => {
    expect(getHeader({ 'retry-after': '7' }, 'Retry-After')).toBe('7')
    expect(getHeader(new Headers({ 'retry-after': '7' }), 'Retry-After')).toBe('7')
  })

  const throwing = {
    get 'retry-after'(): string {
      throw new Error('unreadable')
    },
  }
  const { proxy: revoked, revoke } = Proxy.revocable({}, {})
  revoke()

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'retry-after: 7'],
    ['a missing header', { 'x-retry-after': '7' }],
    ['a missing header of a Headers object', new Headers()],
    ['an object as value', { 'retry-after': { seconds: 7 } }],
    ['an empty array', { 'retry-after': [] }],
    ['a throwing getter', throwing],
    ['a revoked Proxy', revoked],
  ])('returns undefined for %s', (_, headers) => {
    expect(getHeader(headers, 'retry-after')).toBeUndefined()
  })
})
