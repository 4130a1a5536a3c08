import { describe, expect, test } from 'vitest'
import { envelopes, ModelNotFound, problemDetailsWithBase, QuotaExceeded } from '../src/index.ts'

const at = problemDetailsWithBase('https://docs.example/errors')

class Odd extends QuotaExceeded {
  static override code = 'a "b"/ü'
}

const typeOf = (body: object): string => (body as { type: string }).type

describe('problemDetailsWithBase', () => {
  test.each([at, at.strict])(
    'has the type lead to the code’s place in a page, and is else the same',
    (envelope) => {
      const error = new ModelNotFound({ model: 'gpt-9' })
      const { body, ...rest } = envelope.render(error, { requestId: 'req_1' })
      const plain = envelopes['problem-details'].render(error, { requestId: 'req_1' })
      expect(typeOf(plain.body)).toBe('urn:faultline:error:model_not_found')
      expect({ ...rest, body }).toEqual({
        ...plain,
        body: { ...plain.body, type: 'https://docs.example/errors#model_not_found' },
      })
      expect(envelope.contentType).toBe('application/problem+json')
    },
  )

  test('is read back by itself, and by the envelope that knows nothing of the page', () => {
    const rendered = at.render(new ModelNotFound({ model: 'gpt-9' }), { requestId: 'req_1' })
    for (const envelope of [at, at.strict, envelopes['problem-details']]) {
      expect(envelope.parse(rendered)).toMatchObject({
        code: 'model_not_found',
        status: 404,
        message: "Model 'gpt-9' not found",
        requestId: 'req_1',
      })
    }
  })

  test('reads the code from the type where a body has no other', () => {
    const body = { type: 'https://docs.example/errors#model_not_found', title: 'Gone', status: 404 }
    expect(at.parse({ body })).toMatchObject({ code: 'model_not_found' })
  })

  test('keeps a code of any characters within the fragment', () => {
    const { body } = at.render(new Odd())
    const { hash } = new URL(typeOf(body))
    expect(decodeURIComponent(hash)).toBe('#a "b"/ü')
  })

  test.each([
    '',
    '/errors',
    'docs.example/errors',
    'ftp://docs.example',
    'https://',
    'https://a b',
    'https://docs.example/#top',
    7,
    undefined,
  ])('takes no base but an absolute URL without a fragment: not %j', (base) => {
    expect(() => problemDetailsWithBase(base as string)).toThrow(
      new TypeError(
        `problemDetailsWithBase: base must be an absolute http or https URL without a fragment, not ${JSON.stringify(base)}`,
      ),
    )
  })
})
