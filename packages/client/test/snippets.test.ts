import { createResponder, ModelOverloaded, QuotaExceeded, RateLimitExceeded } from '@faultline/core'
import { sendError } from '@faultline/node'
import { expect, test, vi } from 'vitest'
import { call } from './snippets/retry.ts'
import { ask } from './snippets/quick-start.ts'
import { chat } from './snippets/stream.ts'
import { serve } from './serve.ts'

const responder = createResponder({ envelope: 'openai', onError: () => {} })

test('the README’s first snippet asks, asks again, and gives up as it says', async () => {
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
  // A spent quota is a rate limit, too.
  expect(await ask(url, 'Hi')).toMatch(/^Try again later \(req_\w{24}\)$/)
  expect(errors).toHaveLength(1)
})

test('the README’s stream gives its texts, and the error that ends it', async () => {
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
    const texts: unknown[] = []
    try {
      for await (const text of chat(url + path)) texts.push(text)
    } catch (error) {
      texts.push((error as { code: string }).code)
    }
    return texts
  }
  expect(await read('/whole')).toEqual(['Hel', 'lo'])
  expect(await read('/short')).toEqual(['Hel', 'lo', 'stream_terminated'])
  expect(await read('/fails')).toEqual(['Hel', 'lo', 'overloaded'])
})

test('the README’s retry works with any HTTP client', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const error = { message: 'm', type: 'server_error', param: null, code: 'server_error' }
  const answers = [
    { status: 500, headers: {}, data: { error } },
    { status: 200, headers: {}, data: 'done' },
  ]
  expect(await call(async () => answers.shift()!)).toBe('done')
  expect(warn.mock.calls).toEqual([['internal_error, next attempt in 0 ms']])
  vi.restoreAllMocks()
})
