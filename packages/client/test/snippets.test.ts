import { createResponder, ModelOverloaded, QuotaExceeded, RateLimitExceeded } from '@faultline/core'
import { sendError } from '@faultline/node'
import { serve } from '@faultline/test-kit'
import { expect, test, vi } from 'vitest'
import { call } from './snippets/retry.ts'
import { ask } from './snippets/quick-start.ts'
import { chat } from './snippets/stream.ts'

const responder = createResponder({ envelope: 'openai', onError: () => {} })

test('the quick start retries a rate limit, and returns a message for an exceeded quota', async () => {
  const errors = [
    new RateLimitExceeded({ retryAfter: 1 }),
    undefined,
    new QuotaExceeded(),
    new RateLimitExceeded({ retryAfter: 90 }),
  ]
  const url = await serve((request, response) => {
    const error = errors.shift()
    if (error === undefined) response.end('{"text":"Hello"}')
    else sendError(responder, error, request, response)
  })
  expect(await ask(url, 'Hi')).toBe('Hello')
  // QuotaExceeded extends RateLimitExceeded.
  expect(await ask(url, 'Hi')).toMatch(/^Try again later \(req_\w{24}\)$/)
  expect(errors).toHaveLength(1)
})

test('the stream snippet yields the text, and throws the error that ends the stream', async () => {
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk('Hel') + chunk('lo'))
    if (request.url === '/whole') response.end('data: [DONE]\n\n')
    else if (request.url === '/short') response.end()
    else sendError(responder, new ModelOverloaded(), request, response)
  })
  const read = async (path: string): Promise<unknown[]> => {
    const results: unknown[] = []
    try {
      for await (const text of chat(url + path)) results.push(text)
    } catch (error) {
      results.push((error as { code: string }).code)
    }
    return results
  }
  expect(await read('/whole')).toEqual(['Hel', 'lo'])
  expect(await read('/short')).toEqual(['Hel', 'lo', 'stream_terminated'])
  expect(await read('/fails')).toEqual(['Hel', 'lo', 'overloaded'])
})

test('the retry snippet retries an internal error of any HTTP client', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const error = { message: 'm', type: 'server_error', param: null, code: 'server_error' }
  const responses = [
    { status: 500, headers: {}, data: { error } },
    { status: 200, headers: {}, data: 'done' },
  ]
  expect(await call(async () => responses.shift()!)).toBe('done')
  expect(warn.mock.calls).toEqual([['internal_error, next attempt in 0 ms']])
  vi.restoreAllMocks()
})
