import { describe, expect, test } from 'vitest'
import { ApiError, errorClasses } from '../src/index.ts'
import { errorOfKind, taxonomy } from './spec.ts'

describe('the taxonomy', () => {
  test('has a class for every error of the specification, in its order, and no other', () => {
    expect(Object.keys(errorClasses)).toEqual(taxonomy.map(({ code }) => code))
  })

  test.each(taxonomy)('$code is the class $class, below $parent', (row) => {
    const type = errorClasses[row.code]
    const { code, status, retryable, message } = type
    expect({ code, status, retryable, message }).toEqual({
      code: row.code,
      status: row.status,
      retryable: row.retryable,
      message: row.message,
    })
    expect(Object.getPrototypeOf(type)).toBe(row.parent === null ? ApiError : errorClasses[row.parent])
  })

  test.each(taxonomy)('an instance of $class says so itself', (row) => {
    const error = errorOfKind(row)
    expect(error.name).toBe(row.class)
    expect(error.code).toBe(row.code)
    expect(error.status).toBe(row.status)
    expect(error.statusCode).toBe(row.status)
    expect(error.retryable).toBe(row.retryable)
    expect(error.message).toBe(row.message.replace('{model}', 'gpt-9').replace('{field}', 'seed'))
    expect(error).toBeInstanceOf(Error)
    for (const other of taxonomy) {
      expect(error instanceof errorClasses[other.code], other.code).toBe(isAbove(other.code, row.code))
    }
  })

  test.each(taxonomy)('$class keeps every parameter that the specification gives it', (row) => {
    const given: Record<string, unknown> = {
      model: 'm',
      available: ['a'],
      interface: 'chat',
      app: 'app-1',
      limit: 10,
      field: 'f',
      resource: 'r',
      allow: ['GET'],
      retryAfter: 7,
      issues: [{ message: 'wrong' }],
      origin: 'OpenAI',
    }
    for (const name of Object.keys(row.params)) {
      if (name === 'issue') continue
      expect(errorOfKind(row, given), name).toHaveProperty(name, given[name])
    }
  })
})

function isAbove(above: string, code: string): boolean {
  for (let at: string | null = code; at !== null; at = taxonomy.find((row) => row.code === at)!.parent) {
    if (at === above) return true
  }
  return false
}
