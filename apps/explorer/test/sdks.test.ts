import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SdkReport } from '../src/shared/send-event.ts'
import { SDKS, type SdkName } from '../src/shared/sdk-names.ts'
import type { Raise } from '../src/shared/send-request.ts'
import { createSendRequest, fetchEvents } from './explorer-client.ts'
import { startAll, type TestServers } from './start-all.ts'

let all: TestServers
beforeAll(async () => {
  all = await startAll()
})
afterAll(() => all.close())

/** Sends a request and returns the reports of the SDKs by name. */
async function fetchReports(envelope: string, raise: Raise): Promise<Record<SdkName, SdkReport>> {
  const events = await fetchEvents(all.url, createSendRequest({ envelope, raise, sdks: true }))
  const reports = events.flatMap((event) => (event.type === 'sdk' ? [event.report] : []))
  expect(reports.map(({ name }) => name).toSorted()).toEqual(SDKS.toSorted())
  return Object.fromEntries(reports.map((report) => [report.name, report])) as Record<SdkName, SdkReport>
}

const createError = (code: string, query = {}, stream = false): Raise => ({
  kind: 'error',
  code,
  query,
  stream,
})

describe('SDK results', { timeout: 20_000 }, () => {
  test('each SDK reports the error in its envelope with all fields', async () => {
    const openai = await fetchReports('openai', createError('rate_limit_exceeded', { retry_after: '12' }))
    expect(openai.openai).toMatchObject({
      isOwnEnvelope: true,
      outcome: 'failed',
      error: {
        class: 'RateLimitError',
        status: 429,
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        message: '429 Rate limit exceeded',
        requestId: expect.stringMatching(/^req_[a-z0-9]{24}$/) as string,
      },
    })
    expect(openai['AI SDK openai-compatible'].error).toMatchObject({ class: 'APICallError', status: 429 })
    const anthropic = await fetchReports('anthropic', createError('overloaded'))
    expect(anthropic['@anthropic-ai/sdk'].error).toMatchObject({ class: 'OverloadedError', status: 529 })
    expect(anthropic['AI SDK anthropic'].error).toMatchObject({ status: 529, type: 'overloaded_error' })
    const google = await fetchReports('google', createError('not_found'))
    expect(google['@google/genai'].error).toMatchObject({
      class: 'ApiError',
      type: 'NOT_FOUND',
      code: 'NOT_FOUND',
    })
    expect(google['@faultline/client'].error).toMatchObject({ class: 'NotFound', code: 'not_found' })
  })

  test('retries and their delays are observed without waiting', async () => {
    const started = performance.now()
    const { openai, '@google/genai': google } = await fetchReports(
      'openai',
      createError('rate_limit_exceeded', { retry_after: '12' }),
    )
    expect(performance.now() - started).toBeLessThan(9000)
    expect(openai).toMatchObject({ isRetried: true, retryDelayMs: 12_000, isRetryOptIn: false })
    expect(google).toMatchObject({ isRetried: true, isRetryOptIn: true })
    const quota = await fetchReports('openai', createError('quota_exceeded'))
    expect(quota.openai).toMatchObject({ isRetried: false })
    expect(quota['AI SDK openai-compatible']).toMatchObject({ isRetried: true })
  })

  test('an error in a stream is reported with the text before it', async () => {
    const { openai, '@anthropic-ai/sdk': anthropic } = await fetchReports(
      'universal',
      createError('overloaded', {}, true),
    )
    expect(openai).toMatchObject({ outcome: 'failed', text: 'Half an answer', isRetried: false })
    expect(anthropic).toMatchObject({ outcome: 'failed', error: { type: 'overloaded_error' } })
  })

  test('SDKs report errors in other envelopes, too', async () => {
    const reports = await fetchReports('ai-api', createError('validation_failed'))
    for (const name of SDKS)
      expect(reports[name], name).toMatchObject({ outcome: 'failed', isOwnEnvelope: false })
    expect(reports['@faultline/client'].error).toMatchObject({ status: 400 })
  })

  test('all SDKs read one recorded response of a model, so that its circuit stays closed', async () => {
    const raise = { kind: 'chat', model: 'overloaded', stream: false } as const
    const { openai } = await fetchReports('openai', raise)
    expect(openai.error).toMatchObject({ status: 503 })
    expect(all.apps.Express.calls('overloaded')).toBe(1)
  })

  test('a truncated stream is an error and a complete one is not', async () => {
    const truncated = await fetchReports('openai', { kind: 'chat', model: 'stream-cut', stream: true })
    expect(truncated.openai).toMatchObject({ outcome: 'failed', error: { code: 'stream_terminated' } })
    const complete = await fetchReports('openai', { kind: 'chat', model: 'echo', stream: true })
    expect(complete.openai).toMatchObject({
      outcome: 'succeeded',
      text: 'Tell me a short story about an error.',
    })
    const partial = await fetchReports('openai', { kind: 'throw', what: 'after-headers' })
    expect(partial.openai).toMatchObject({ outcome: 'failed' })
  })
})
