import { describe, expect, test } from 'vitest'
import { ApiError, errorClasses } from '../src/index.ts'
import { createSample, taxonomy } from './spec.ts'

describe('the taxonomy', () => {
  test('has exactly the classes of the specification, in its order', () => {
    expect(Object.keys(errorClasses)).toEqual(taxonomy.map(({ code }) => code))
  })

  test.each(taxonomy)('$code is the class $class with the parent $parent', (row) => {
    const errorClass = errorClasses[row.code]
    const { code, status, retryable, message } = errorClass
    expect({ code, status, retryable, message }).toEqual({
      code: row.code,
      status: row.status,
      retryable: row.retryable,
      message: row.message,
    })
    expect(Object.getPrototypeOf(errorClass)).toBe(row.parent === null ? ApiError : errorClasses[row.parent])
  })

  test.each(taxonomy)('an instance of $class has the name, code, status and message of its class', (row) => {
    const error = createSample(row)
    expect(error.name).toBe(row.class)
    expect(error.code).toBe(row.code)
    expect(error.status).toBe(row.status)
    expect(error.statusCode).toBe(row.status)
    expect(error.retryable).toBe(row.retryable)
    expect(error.message).toBe(row.message.replace('{model}', 'gpt-9').replace('{field}', 'seed'))
    expect(error).toBeInstanceOf(Error)
    for (const other of taxonomy) {
      expect(error instanceof errorClasses[other.code], other.code).toBe(
        isSameOrAncestor(other.code, row.code),
      )
    }
  })

  test.each(taxonomy)('$class has a property for each of its options', (row) => {
    const options: Record<string, unknown> = {
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
      expect(createSample(row, options), name).toHaveProperty(name, options[name])
    }
  })
})

function isSameOrAncestor(ancestor: string, code: string): boolean {
  for (let current: string | null = code; current !== null; current = getParent(current)) {
    if (current === ancestor) return true
  }
  return false
}

function getParent(code: string): string | null {
  return taxonomy.find((row) => row.code === code)!.parent
}
