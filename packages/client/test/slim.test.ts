import { problemDetails, openai } from '@faultline/core/envelopes'
import { ModelNotFound, ServiceUnavailable, UpstreamError } from '@faultline/core'
import { expect, test } from 'vitest'
import * as slim from '../src/slim.ts'

const { parseError } = slim

test('the entry exports exactly these names', () => {
  expect(Object.keys(slim).toSorted()).toEqual(['isRetryable', 'parseError', 'retry', 'retryDelay'])
})

test('an error is parsed in the given envelope, with its class', async () => {
  const { status, headers, body } = openai.render(new ModelNotFound({ model: 'gpt-x' }))
  const response = new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'x-request-id': 'req_1' },
  })
  const error = await parseError(response, { envelope: openai })
  expect(error).toBeInstanceOf(ModelNotFound)
  expect(error).toMatchObject({ code: 'model_not_found', status: 404, requestId: 'req_1' })
})

test('a body of another envelope gives the canonical error of the status', async () => {
  const { body } = openai.render(new ModelNotFound({ model: 'gpt-x' }))
  const headers = { 'Retry-After': '30' }
  const error = await parseError({ status: 503, headers, body }, { envelope: problemDetails })
  expect(error).toBeInstanceOf(ServiceUnavailable)
  expect(error).toMatchObject({ status: 503, retryable: true, retryAfter: 30 })
})

test('a response without a status is the error of an upstream', async () => {
  expect(await parseError({ body: 'x' }, { envelope: openai })).toBeInstanceOf(UpstreamError)
})
