import { describe, expect, test } from 'vitest'
import {
  classifyNetworkCode,
  collectCauses,
  hasOwnProperties,
  isConnectFailure,
  isJsonObject,
  networkErrorCodes,
  readItems,
  readNumber,
  readProperty,
  readString,
} from '../src/index.ts'

const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error('get')
    },
    getOwnPropertyDescriptor: () => {
      throw new Error('getOwnPropertyDescriptor')
    },
  },
)
const { proxy: revoked, revoke } = Proxy.revocable([], {})
revoke()

describe('the safe property readers', () => {
  test('read nothing from a value without the property and never throw', () => {
    for (const value of [undefined, null, throwing, revoked, 5, 'text', Symbol('x')]) {
      expect(readProperty(value, 'x')).toBeUndefined()
      expect(readString(value, 'x')).toBeUndefined()
      expect(readNumber(value, 'x')).toBeUndefined()
      expect(readItems(value, 5)).toEqual([])
      expect(isJsonObject(value)).toBe(typeof value === 'object' && value !== null)
    }
    expect(hasOwnProperties(throwing, 'x')).toBe(false)
    expect(hasOwnProperties(revoked, 'x')).toBe(false)
  })

  test('return the property if its type matches', () => {
    const value = { text: 'text', number: 5, nan: Number.NaN, items: [1, 2, 3] }
    expect(readProperty('text', 'length')).toBe(4)
    expect(readString(value, 'text')).toBe('text')
    expect(readString(value, 'text', 2)).toBe('te')
    expect(readString(value, 'number')).toBeUndefined()
    expect(readNumber(value, 'number')).toBe(5)
    expect(readNumber(value, 'nan')).toBeUndefined()
    expect(readItems(value.items, 2)).toEqual([1, 2])
    expect(hasOwnProperties(value, 'text', 'number')).toBe(true)
    expect(hasOwnProperties(value, 'text', 'toString')).toBe(false)
  })
})

describe('collectCauses', () => {
  test('collects causes before the errors of an aggregate, each value once', () => {
    const root = new Error('root')
    const first = new Error('first', { cause: root })
    const aggregate = new AggregateError([first, 'text', root], 'aggregate', { cause: first })
    expect(collectCauses(aggregate)).toEqual([aggregate, first, root, 'text'])
  })

  test('returns null and undefined only as the thrown value', () => {
    expect(collectCauses(null)).toEqual([null])
    expect(collectCauses(undefined)).toEqual([undefined])
    expect(collectCauses(new Error('x', { cause: null }))).toHaveLength(1)
  })

  test('ends at the maximum for a chain that does not end, and for a circular one', () => {
    const endless: object = new Proxy({}, { get: () => new Proxy(endless, {}) })
    expect(collectCauses(endless)).toHaveLength(32)
    expect(collectCauses(endless, 3)).toHaveLength(3)
    const circular = new Error('circular')
    circular.cause = circular
    expect(collectCauses(circular)).toEqual([circular])
  })
})

describe('the table of network error codes', () => {
  test.each([
    ['ECONNREFUSED', 'connect'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns-temporary'],
    ['ETIMEOUT', 'dns-temporary'],
    ['ETIMEDOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_NETWORK', 'network'],
    ['ECONNRESET', 'reset'],
    ['ERR_HTTP2_STREAM_ERROR', 'reset'],
    ['ERR_HTTP2_ERROR', 'malformed'],
    ['HPE_INVALID_CONSTANT', 'malformed'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'truncated'],
    ['ABORT_ERR', 'aborted'],
    ['ERR_INVALID_URL', 'not-sent'],
    ['ENOENT', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('classifies %s as %s', (code, failure) => {
    expect(classifyNetworkCode(code)).toBe(failure)
  })

  test('identifies the failures that happened before a connection', () => {
    expect(isConnectFailure({ code: 'ECONNREFUSED' })).toBe(true)
    expect(isConnectFailure({ code: 'ENOTFOUND' })).toBe(true)
    expect(isConnectFailure({ code: 'ETIMEDOUT', syscall: 'connect' })).toBe(true)
    expect(isConnectFailure({ code: 'ETIMEDOUT', syscall: 'read' })).toBe(false)
    expect(isConnectFailure({ code: 'ERR_NETWORK' })).toBe(false)
    expect(isConnectFailure(new Error('x'))).toBe(false)
  })

  test('lists the system codes only', () => {
    expect(networkErrorCodes).toEqual(
      expect.arrayContaining(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'EPIPE']),
    )
    for (const code of networkErrorCodes) expect(code).toMatch(/^E[A-Z]/)
    expect(networkErrorCodes.filter((code) => code.startsWith('ERR_'))).toEqual([])
  })
})
