import { describe, expect, test } from 'vitest'
import { envelopes, errorClasses, isRetryable, parseError, retry, type ErrorCode } from '../src/index.ts'
import { documents, type Documented } from './spec.ts'

/** Each document's body of a code, as the document writes it. */
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

describe.each(documents)('$id’s own table', ({ id, codes }: Documented) => {
  test.each(codes)(
    '$wire ($status) is tried again only where it says so',
    async ({ wire, status, retryable }) => {
      const body = JSON.stringify(bodies[id]!(wire, status))
      for (const options of [{}, { envelope: id }]) {
        const error = await parseError(new Response(body, { status }), options)
        // A document that says nothing of retries leaves it to the taxonomy.
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

test('of Compresr’s statuses 429, 500 and 503 alone are tried again', () => {
  const retried = rows.filter(({ id, retryable }) => id === 'compresr' && retryable === true)
  expect([...new Set(retried.map(({ status }) => status))]).toEqual([429, 500, 503])
})

test('every code that the documents list is in these tables', () => {
  for (const { id, codes } of documents)
    expect(codes.map(({ wire }) => wire)).toEqual(Object.keys(envelopes[id].codes))
})
