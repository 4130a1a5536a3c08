import { readFileSync } from 'node:fs'
import { defineEnvelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import type { SpecDocument } from '@faultline/test-kit'
import {
  envelopes,
  errorClasses,
  isRetryable,
  parseError,
  type ApiError,
  type EnvelopeId,
  type ErrorCode,
} from '../src/index.ts'
import { countAttempts } from './count-attempts.ts'
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

const testedStatuses = [400, 404, 408, 409, 429, 500, 501, 502, 503, 504, 529]

describe.each(documents)('the table of $id', ({ id, codes, retry: policy }: SpecDocument) => {
  const parse = async (code: string, status: number, envelope?: EnvelopeId): Promise<ApiError> =>
    parseError(new Response(JSON.stringify(bodies[id]!(code, status)), { status }), { envelope })

  test.each(codes)(
    '$wire ($status) is retried only if the document specifies it',
    async ({ wire, status, retryable }) => {
      for (const envelope of [undefined, id]) {
        const error = await parse(wire, status, envelope)
        // If the document does not specify retries, the taxonomy does.
        const expected =
          policy.statuses?.includes(status) ?? retryable ?? errorClasses[error.code as ErrorCode].retryable
        expect(isRetryable(error)).toBe(expected)
        const { attempts } = await countAttempts(error, { maxAttempts: 4 })
        expect(attempts).toBe(expected ? 4 : 1)
      }
    },
  )

  test.each(testedStatuses)(
    'the status %i gets the attempts and the delays of the document',
    async (status) => {
      if (policy.statuses === undefined) return
      const error = await parse('a_code', status, id)
      const isRetried = policy.statuses.includes(status)
      const attempts = policy.maxAttemptsByStatus?.[status] ?? policy.maxAttempts ?? 3
      const result = await countAttempts(error)
      expect(result.attempts).toBe(isRetried ? attempts : 1)
      const delays = policy.delaySeconds
        ?.split(': ')[1]
        ?.split(', ')
        .map((delay) => Number(delay) * 1000)
      if (isRetried && delays !== undefined) expect(result.delays).toEqual(delays)
    },
  )
})

describe('the retry policy of a document', () => {
  const parse = (id: EnvelopeId, status: number, headers = {}): Promise<ApiError> =>
    parseError(new Response(JSON.stringify(bodies[id]!('a_code', status)), { status, headers }))

  test('limits Compresr to two attempts after a 500, and does not retry 408, 502 and 504', async () => {
    const attempts = await Promise.all([500, 408, 502, 504].map(async (status) => parse('compresr', status)))
    const results = []
    for (const error of attempts) results.push((await countAttempts(error)).attempts)
    expect(results).toEqual([2, 1, 1, 1])
  })

  test('gives the AI API three attempts, 2 s and 4 s apart, and does not retry 408', async () => {
    expect(await countAttempts(await parse('ai-api', 500))).toEqual({ attempts: 3, delays: [2000, 4000] })
    expect(await countAttempts(await parse('ai-api', 408))).toEqual({ attempts: 1, delays: [] })
  })

  test('does not shorten Retry-After', async () => {
    const error = await parse('ai-api', 429, { 'retry-after': '3' })
    expect((await countAttempts(error)).delays).toEqual([3000, 4000])
    expect((await countAttempts(error, { random: () => 0.5 })).delays).toEqual([4000, 5000])
  })

  test('yields to the options of the caller', async () => {
    const error = await parse('ai-api', 500)
    expect(await countAttempts(error, { maxAttempts: 2, baseDelay: 10, random: () => 1 })).toEqual({
      attempts: 2,
      delays: [10],
    })
    expect(await countAttempts(error, { maxAttempts: 5 })).toEqual({
      attempts: 5,
      delays: [2000, 4000, 4000, 4000],
    })
  })

  test('does not make a POST safe to repeat', async () => {
    expect(await countAttempts(await parse('compresr', 500), { idempotent: false })).toMatchObject({
      attempts: 1,
    })
  })

  test('of an own envelope is followed', async () => {
    const envelope = defineEnvelope({
      id: 'acme',
      codes: { E_FAIL: { status: 500 } },
      mapping: { default: 'E_FAIL' },
      retryPolicy: { statuses: [500], maxAttempts: 4, delays: [0.25] },
      renderBody: ({ code }) => ({ fault: code }),
      parseBody: ({ fault }) => (typeof fault === 'string' ? { code: fault } : undefined),
    })
    const error = await parseError(Response.json({ fault: 'E_FAIL' }, { status: 500 }), { envelope })
    expect(await countAttempts(error)).toEqual({ attempts: 4, delays: [250, 250, 250] })
  })
})

test('the README lists the retry policies of the documents', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = documents.map(({ id }) => {
    const { statuses, maxAttempts, maxAttemptsByStatus = {}, delays } = envelopes[id].retryPolicy!
    const attempts = [
      ...(maxAttempts === undefined ? [] : [String(maxAttempts)]),
      ...Object.entries(maxAttemptsByStatus).map(([status, count]) => `${count} for ${status}`),
    ]
    const cells = [
      `\`${id}\``,
      statuses?.join(', ') ?? 'by code',
      attempts.join(', ') || '',
      delays?.map((delay) => `${delay} s`).join(', ') ?? '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  const compact = readme.replaceAll(/ +\|/g, ' |')
  for (const row of rows) expect(compact).toContain(row.replaceAll(/ +\|/g, ' |'))
})

test('each envelope has all codes of its document, in the same order', () => {
  for (const { id, codes } of documents)
    expect(codes.map(({ wire }) => wire)).toEqual(Object.keys(envelopes[id].codes))
})
