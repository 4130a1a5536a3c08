import { expect, test } from 'vitest'
import { ApiError } from '@faultline/core'
import { RateLimitExceeded } from '@faultline/express'
import entries from '../entries.json'

test.each(entries)('%s can be imported', async (entry) => {
  expect(Object.keys(await import(entry))).not.toEqual([])
})

test('the errors of an adapter are those of core', () => {
  expect(new RateLimitExceeded()).toBeInstanceOf(ApiError)
})
