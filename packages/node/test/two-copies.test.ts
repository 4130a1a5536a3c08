import { createRequire } from 'node:module'
import * as core from '@faultline/core'
import { serve } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { sendError } from '../src/index.ts'

const copy = createRequire(import.meta.url)('../../core/dist/cjs/index.js') as typeof core

test('the same class of another installed copy is accepted in `errorClasses`, another class with its code is not', () => {
  expect(copy.Conflict).not.toBe(core.Conflict)
  const errorClasses = [copy.Conflict, copy.InvalidFieldValue]
  expect(() => core.createResponder({ envelope: 'ai-api', errorClasses })).not.toThrow()
  class MyConflict extends copy.ApiError {
    static override code = 'conflict'
  }
  expect(() => core.createResponder({ envelope: 'ai-api', errorClasses: [MyConflict] })).toThrow(
    'classes Conflict and MyConflict have the same code "conflict"',
  )
})

test('responders of two installed copies report the same failure of a response once', async () => {
  const codes: string[] = []
  const options = { envelope: 'ai-api' as const, onError: ({ code }: core.ApiError) => void codes.push(code) }
  const responders = [core.createResponder(options), copy.createResponder(options)]
  const url = await serve((request, response) => {
    const error = new copy.Conflict()
    for (const responder of responders) sendError(responder, error, request, response)
  })
  expect((await fetch(url)).status).toBe(409)
  expect(codes).toEqual(['conflict'])
})
