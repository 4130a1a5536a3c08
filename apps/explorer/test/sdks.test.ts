import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SdkReport } from '../src/shared/send-event.ts'
import { SDKS, type SdkName } from '../src/shared/sdk-names.ts'
import type { Raise } from '../src/shared/sending.ts'
import { sending, told } from './ask-explorer.ts'
import { startAll, type Everything } from './start-all.ts'

let all: Everything
beforeAll(async () => {
  all = await startAll()
})
afterAll(() => all.close())

/** What each SDK makes of something, by its name. */
async function reportsOf(envelope: string, raise: Raise): Promise<Record<SdkName, SdkReport>> {
  const events = await told(all.url, sending({ envelope, raise, sdks: true }))
  const reports = events.flatMap((event) => (event.type === 'sdk' ? [event.report] : []))
  expect(reports.map(({ name }) => name).toSorted()).toEqual(SDKS.toSorted())
  return Object.fromEntries(reports.map((report) => [report.name, report])) as Record<SdkName, SdkReport>
}

const error = (code: string, query = {}, stream = false): Raise => ({ kind: 'error', code, query, stream })

describe('what SDKs make of an answer', { timeout: 20_000 }, () => {
  test('each raises the error of its own envelope with all that it says', async () => {
    const openai = await reportsOf('openai', error('rate_limit_exceeded', { retry_after: '12' }))
    expect(openai.openai).toMatchObject({
      isAtHome: true,
      outcome: 'raised',
      raised: {
        class: 'RateLimitError',
        status: 429,
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        message: '429 Rate limit exceeded',
        requestId: expect.stringMatching(/^req_[a-z0-9]{24}$/) as string,
      },
    })
    expect(openai['AI SDK openai-compatible'].raised).toMatchObject({ class: 'APICallError', status: 429 })
    const anthropic = await reportsOf('anthropic', error('overloaded'))
    expect(anthropic['@anthropic-ai/sdk'].raised).toMatchObject({ class: 'OverloadedError', status: 529 })
    expect(anthropic['AI SDK anthropic'].raised).toMatchObject({ status: 529, type: 'overloaded_error' })
    const google = await reportsOf('google', error('not_found'))
    expect(google['@google/genai'].raised).toMatchObject({
      class: 'ApiError',
      type: 'NOT_FOUND',
      code: 'NOT_FOUND',
    })
    expect(google['@faultline/client'].raised).toMatchObject({ class: 'NotFound', code: 'not_found' })
  })

  test('whether and when each asks again is found by letting it, without the wait', async () => {
    const started = performance.now()
    const { openai, '@google/genai': google } = await reportsOf(
      'openai',
      error('rate_limit_exceeded', { retry_after: '12' }),
    )
    expect(performance.now() - started).toBeLessThan(9000)
    expect(openai).toMatchObject({ retries: true, waits: 12_000, isOptIn: false })
    expect(google).toMatchObject({ retries: true, isOptIn: true })
    const quota = await reportsOf('openai', error('quota_exceeded'))
    expect(quota.openai).toMatchObject({ retries: false })
    expect(quota['AI SDK openai-compatible']).toMatchObject({ retries: true })
  })

  test('what breaks a stream off is raised mid-stream, with what was read before', async () => {
    const { openai, '@anthropic-ai/sdk': anthropic } = await reportsOf(
      'universal',
      error('overloaded', {}, true),
    )
    expect(openai).toMatchObject({ outcome: 'raised', text: 'Half an answer', retries: false })
    expect(anthropic).toMatchObject({ outcome: 'raised', raised: { type: 'overloaded_error' } })
  })

  test('an envelope that is not theirs is read as far as they can', async () => {
    const reports = await reportsOf('ai-api', error('validation_failed'))
    for (const name of SDKS) expect(reports[name], name).toMatchObject({ outcome: 'raised', isAtHome: false })
    expect(reports['@faultline/client'].raised).toMatchObject({ status: 400 })
  })

  test('all read one answer of a model, and its circuit stays closed', async () => {
    const raise = { kind: 'chat', model: 'overloaded', stream: false } as const
    const { openai } = await reportsOf('openai', raise)
    expect(openai.raised).toMatchObject({ status: 503 })
    expect(all.apps.Express.calls('overloaded')).toBe(1)
  })

  test('a stream that is cut is raised, and one that is whole is read', async () => {
    const cut = await reportsOf('openai', { kind: 'chat', model: 'stream-cut', stream: true })
    expect(cut.openai).toMatchObject({ outcome: 'raised', raised: { code: 'stream_terminated' } })
    const whole = await reportsOf('openai', { kind: 'chat', model: 'echo', stream: true })
    expect(whole.openai).toMatchObject({ outcome: 'answered', text: 'Tell me a short story about an error.' })
    const half = await reportsOf('openai', { kind: 'throw', what: 'after-headers' })
    expect(half.openai).toMatchObject({ outcome: 'raised' })
  })
})
