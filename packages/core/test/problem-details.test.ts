import { describe, expect, test } from 'vitest'
import {
  createErrorForStatus,
  envelopes,
  ModelNotFound,
  problemDetailsWithBase,
  QuotaExceeded,
} from '../src/index.ts'

const withBase = problemDetailsWithBase('https://docs.example/errors')

class Odd extends QuotaExceeded {
  static override code = 'a "b"/ü'
}

const getType = (body: unknown): string => (body as { type: string }).type

test('the title of a status without a class is its reason phrase', () => {
  const { body } = envelopes['problem-details'].render(createErrorForStatus(418))
  expect(body).toMatchObject({ title: "I'm a teapot", status: 418 })
})

describe('problemDetailsWithBase', () => {
  test.each([withBase, withBase.strict])(
    'sets the type to a URL with the code as fragment, and changes nothing else',
    (envelope) => {
      const error = new ModelNotFound({ model: 'gpt-9' })
      const { body, ...rest } = envelope.render(error, { requestId: 'req_1' })
      const plain = envelopes['problem-details'].render(error, { requestId: 'req_1' })
      expect(getType(plain.body)).toBe('urn:faultline:error:model_not_found')
      expect({ ...rest, body }).toEqual({
        ...plain,
        body: { ...(plain.body as object), type: 'https://docs.example/errors#model_not_found' },
      })
      expect(envelope.contentType).toBe('application/problem+json')
    },
  )

  test('is parsed by itself and by the envelope without a base', () => {
    const rendered = withBase.render(new ModelNotFound({ model: 'gpt-9' }), { requestId: 'req_1' })
    for (const envelope of [withBase, withBase.strict, envelopes['problem-details']]) {
      expect(envelope.parse(rendered)).toMatchObject({
        code: 'model_not_found',
        status: 404,
        message: "Model 'gpt-9' not found",
        requestId: 'req_1',
      })
    }
  })

  test('parses the code from the type if the body has no `code`', () => {
    const body = { type: 'https://docs.example/errors#model_not_found', title: 'Gone', status: 404 }
    expect(withBase.parse({ body })).toMatchObject({ code: 'model_not_found' })
  })

  test('encodes the characters of a code in the fragment', () => {
    const { body } = withBase.render(new Odd())
    const { hash } = new URL(getType(body))
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
  ])('throws if the base is not an absolute URL without a fragment: %j', (base) => {
    expect(() => problemDetailsWithBase(base as string)).toThrow(
      new TypeError(
        `problemDetailsWithBase: base must be an absolute http or https URL without a fragment, not ${JSON.stringify(base)}`,
      ),
    )
  })
})
