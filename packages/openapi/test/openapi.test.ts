import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import {
  envelopeOf,
  envelopes,
  errorClasses,
  QuotaExceeded,
  RateLimitExceeded,
  ModelNotFound,
  type Envelope,
} from '@faultline/core'
import { adviceOf, ERROR, errorComponents, errorResponses } from '../src/index.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

const modes: readonly (readonly [id: string, envelope: Envelope])[] = Object.keys(envelopes).flatMap((id) =>
  [id, `${id}:strict`].map((each) => [each, envelopeOf(each)] as const),
)

function documentOf(envelope: Envelope): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'Models', version: '1.0.0' },
    paths: {
      '/models': {
        get: {
          responses: {
            '200': { description: 'The models' },
            ...errorResponses(envelope, undefined, { schemaRef: ERROR }),
          },
        },
      },
    },
    components: errorComponents(envelope),
  }
}

describe.each(modes)('%s', (_id, envelope) => {
  test('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(documentOf(envelope))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  test('has an example of every error, and each is of its schema', () => {
    const ajv = new Ajv2020({ strict: false })
    const examples: string[] = []
    for (const { content } of Object.values(errorResponses(envelope))) {
      for (const { schema, examples: given } of Object.values(content)) {
        const isValid = ajv.compile(schema)
        for (const [code, { value }] of Object.entries(given)) {
          expect(isValid(value), `${code}: ${ajv.errorsText(isValid.errors)}`).toBe(true)
          examples.push(code)
        }
      }
    }
    expect(examples.toSorted()).toEqual(Object.keys(errorClasses).toSorted())
  })
})

describe('responses', () => {
  const responses = errorResponses(envelopes['ai-api'], [RateLimitExceeded, ModelNotFound, 'missing_api_key'])

  test('are those of the errors that are named, by status', () => {
    expect(Object.keys(responses)).toEqual(['401', '404', '429'])
    expect(responses['429']!.description).toBe('- `rate_limit_exceeded`: The key asks too often.')
  })

  test('tell the headers that are sent', () => {
    expect(Object.keys(responses['429']!.headers)).toEqual(['retry-after', 'x-request-id'])
    expect(Object.keys(responses['401']!.headers)).toEqual(['www-authenticate', 'x-request-id'])
  })

  test('are held to the codes that can come', () => {
    const ajv = new Ajv2020({ strict: false })
    const { schema, examples } = responses['404']!.content['application/json']!
    const isValid = ajv.compile(schema)
    const { value } = examples['model_not_found']!
    expect(isValid(value)).toBe(true)
    const other = JSON.parse(
      JSON.stringify(value).replace('MODEL_NOT_FOUND', 'RESOURCE_NOT_FOUND'),
    ) as unknown
    expect(isValid(other)).toBe(false)
  })

  test('of a user’s own error are like any other', () => {
    const own = errorResponses(envelopes.openai, [OutOfCredits])
    expect(Object.keys(own)).toEqual(['402'])
    expect(own['402']!.content['application/json']!.examples).toHaveProperty('out_of_credits')
  })

  test('are the same each time they are made', () => {
    expect(errorResponses(envelopes['ai-api'])).toEqual(errorResponses(envelopes['ai-api']))
  })

  test('of what is no error are refused', () => {
    expect(() => errorResponses(envelopes.a15t, ['nope' as never])).toThrow(
      new TypeError('There is no error "nope"'),
    )
  })
})

describe('components', () => {
  test('have a response of each error, by its class’s name', () => {
    const { responses, schemas } = errorComponents(envelopes['problem-details'], [
      RateLimitExceeded,
      OutOfCredits,
    ])
    expect(Object.keys(responses)).toEqual(['RateLimitExceeded', 'OutOfCredits'])
    expect(Object.keys(responses['OutOfCredits']!.content)).toEqual(['application/problem+json'])
    expect(Object.keys(schemas)).toEqual(['Error'])
  })
})

describe('advice', () => {
  test('is there for every error, and for a user’s own as for the one above it', () => {
    for (const type of Object.values(errorClasses)) {
      const { means, todo } = adviceOf(type)
      expect(
        [means, todo].every((text) => /^[A-Z].*\.$/.test(text)),
        type.code,
      ).toBe(true)
    }
    expect(adviceOf(OutOfCredits)).toBe(adviceOf(QuotaExceeded))
  })

  test('says to try again of what is retryable, and of nothing else', () => {
    for (const type of Object.values(errorClasses)) {
      const saysAgain = /try again|Try again|Send it again|Let one end/.test(adviceOf(type).todo)
      expect(saysAgain, type.code).toBe(type.retryable)
    }
  })
})
