import { describe, expect, test } from 'vitest'
import { envelopes, errorClasses, isRetryable, parseError, retry, type ErrorCode } from '../src/index.ts'
import type { SpecDocument } from '@faultline/test-kit'
import { documents } from './errors.ts'

/** Creates a body with a code, in the shape that each document shows. */
const bodies: Readonly<Record<string, (code: string, status: number) => object>> = {
  a15t: (code) => ({ error: { type: 'a_type', code, message: 'm' } }),
  'ai-api': (code) => ({
    success: false,
    error: { code, message: 'm' },
    meta: { request_id: 'req_1', timestamp: '2024-01-01T00:00:00Z' },
  }),
  compactifai: (type, status) =>
    status === 500
      ? { detail: 'Unexpected server error' }
      : { error: { type, message: 'Invalid request: m', param: null, code: null } },
  compresr: (code) => ({ success: false, error: { code, message: 'm' } }),
  humanloop: (type, status) => ({ detail: { type, message: 'm', code: status, origin: 'OpenAI' } }),
}

const rows = documents.flatMap(({ id, codes }) => codes.map((row) => ({ id, ...row })))

describe.each(documents)('the table of $id', ({ id, codes }: SpecDocument) => {
  test.each(codes)(
    '$wire ($status) is retried only if the document specifies it',
    async ({ wire, status, retryable }) => {
      const body = JSON.stringify(bodies[id]!(wire, status))
      for (const options of [{}, { envelope: id }]) {
        const error = await parseError(new Response(body, { status }), options)
        // If the document does not specify retries, the taxonomy does.
        const expected = retryable ?? errorClasses[error.code as ErrorCode].retryable
        expect(isRetryable(error)).toBe(expected)
        let calls = 0
        const failing = retry(
          () => {
            calls += 1
            throw error
          },
          { idempotent: true, baseDelay: 0, maxAttempts: 4 },
        )
        await expect(failing).rejects.toBe(error)
        expect(calls).toBe(expected ? 4 : 1)
      }
    },
  )
})

test('Compresr documents retries for the statuses 429, 500 and 503 only', () => {
  const retried = rows.filter(({ id, retryable }) => id === 'compresr' && retryable === true)
  expect([...new Set(retried.map(({ status }) => status))]).toEqual([429, 500, 503])
})

test('each envelope has all codes of its document, in the same order', () => {
  for (const { id, codes } of documents)
    expect(codes.map(({ wire }) => wire)).toEqual(Object.keys(envelopes[id].codes))
})
