import { createResponder, type ApiError } from '@faultline/core'
import { sendError } from '@faultline/node'
import { describe, expect, test } from 'vitest'
import { parseError, readEvents } from '../src/index.ts'
import { serve } from './serve.ts'
import { errorOfKind, factsOf, modes, taxonomy } from './spec.ts'

const requestId = 'req_0123456789abcdefghijklmn'
const errors = taxonomy.flatMap((row) => [
  errorOfKind(row),
  errorOfKind(row, { message: 'Own words', retryAfter: 7, origin: 'OpenAI' }),
])

describe.each(modes)('$id', ({ id, envelope }) => {
  const responder = createResponder({ envelope, onError: () => {} })
  const headers = { 'x-request-id': requestId }

  test('an error of each kind is read from an answer as its envelope reads it, told and untold', async () => {
    const url = await serve((request, response) =>
      sendError(responder, errors[Number(request.url!.slice(1))], request, response),
    )
    for (const [at, error] of errors.entries()) {
      const response = await fetch(`${url}/${at}`, { headers })
      const copy = response.clone()
      const [untold, toldId, body] = [
        await parseError(response.clone()),
        await parseError(response, { envelope: id as 'openai' }),
        await copy.text(),
      ]
      // What was sent, and what the envelope alone makes of the error.
      const answered = envelope.parse({ status: response.status, headers: response.headers, body })!
      const rendered = envelope.parse(envelope.render(error, { requestId }))!
      const expected = { ...factsOf(answered), requestId }
      expect(factsOf(untold)).toEqual(expected)
      expect(factsOf(toldId)).toEqual(expected)
      const { retryable: _, ...promised } = factsOf(rendered)
      const after = promised['retryAfter'] as number | undefined
      expect(factsOf(untold)).toMatchObject({ ...promised, retryAfter: after, requestId })
    }
  })

  test('an error of each kind is read from an event stream as its envelope reads it, told and untold', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': requestId })
      response.write('data: {"text":"Hel')
      response.write('lo"}\n\n')
      sendError(responder, errors[Number(request.url!.slice(1))], request, response)
    })
    for (const [at, error] of errors.entries()) {
      const data = /^data: (.*)$/m.exec(envelope.errorEvent(error, { requestId }))![1]
      const expected = { ...factsOf(envelope.parse({ body: data })!), requestId }
      const response = await fetch(`${url}/${at}`, { headers })
      const copy = response.clone()
      for (const events of [readEvents(response), readEvents(copy, { envelope })]) {
        expect((await events.next()).value).toMatchObject({ data: '{"text":"Hello"}' })
        const thrown: unknown = await events.next().catch((failure: unknown) => failure)
        expect(factsOf(thrown as ApiError)).toEqual(expected)
      }
    }
  })
})
