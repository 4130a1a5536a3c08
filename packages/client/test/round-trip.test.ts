import { createResponder, hasTextBodies, type ApiError } from '@faultline/core'
import { sendError } from '@faultline/node'
import { serve } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { parseError, readEvents } from '../src/index.ts'
import { createSampleError, modes, pickFields, taxonomy } from './errors.ts'

const requestId = 'req_0123456789abcdefghijklmn'
const errors = taxonomy.flatMap((row) => [
  createSampleError(row),
  createSampleError(row, { message: 'Custom message', retryAfter: 7, origin: 'OpenAI' }),
])

/**
 * Returns the fields that detection determines. Some bodies of compactifai are detected as those of openai, which has no
 * retry policy.
 */
function pickDetected(error: Partial<ApiError>, id: string): Record<string, unknown> {
  const { retryable, ...fields } = pickFields(error)
  return id === 'compactifai' ? fields : { ...fields, retryable }
}

describe.each(modes)('$id', ({ id, envelope }) => {
  const responder = createResponder({ envelope, trustRequestId: true, onError: () => {} })
  const headers = { 'x-request-id': requestId }

  test('a response with each error is parsed as by the envelope itself, detected or named', async () => {
    const url = await serve((request, response) =>
      sendError(responder, errors[Number(request.url!.slice(1))], request, response),
    )
    for (const [index, error] of errors.entries()) {
      const response = await fetch(`${url}/${index}`, { headers })
      const copy = response.clone()
      const [detected, named, body] = [
        await parseError(response.clone()),
        await parseError(response, { envelope: id as 'openai' }),
        await copy.text(),
      ]
      // The envelope's reading of the response, and of the rendered error without the server's headers.
      const sent = envelope.parse({ status: response.status, headers: response.headers, body })!
      const rendered = envelope.parse(envelope.render(error, { requestId }))!
      const expected = { ...pickFields(sent), requestId }
      // A plain text does not identify its envelope.
      const isDetectable = !hasTextBodies(envelope)
      if (isDetectable) expect(pickDetected(detected, id)).toEqual(pickDetected(expected, id))
      expect(pickFields(named)).toEqual(expected)
      const { retryable: _, ...fields } = pickFields(rendered)
      const retryAfter = fields['retryAfter'] as number | undefined
      expect(pickFields(isDetectable ? detected : named)).toMatchObject({ ...fields, retryAfter, requestId })
    }
  })

  test('an event with each error is parsed as by the envelope itself, detected or named', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': requestId })
      response.write('data: {"text":"Hel')
      response.write('lo"}\n\n')
      sendError(responder, errors[Number(request.url!.slice(1))], request, response)
    })
    for (const [index, error] of errors.entries()) {
      const data = /^data: (.*)$/m.exec(envelope.errorEvents(error, { requestId }))![1]
      const parsed = pickFields(envelope.parse({ body: data })!)
      // Within a stream, a server error without a code is retryable.
      const isWithoutCode = id === 'universal:strict' && parsed['status'] === 500
      const expected = { ...parsed, requestId, ...(isWithoutCode ? { retryable: true } : {}) }
      const response = await fetch(`${url}/${index}`, { headers })
      const copy = response.clone()
      const reads = [
        { events: readEvents(response), pick: (read: Partial<ApiError>) => pickDetected(read, id) },
        { events: readEvents(copy, { envelope }), pick: pickFields },
      ]
      for (const { events, pick } of reads) {
        expect((await events.next()).value).toMatchObject({ data: '{"text":"Hello"}' })
        const thrown: unknown = await events.next().catch((failure: unknown) => failure)
        expect(pick(thrown as ApiError)).toEqual(pick(expected))
      }
    }
  })
})
