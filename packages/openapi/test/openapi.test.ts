import { createRequire } from 'node:module'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import {
  createResponder,
  defineEnvelope,
  deserializeBody,
  resolveEnvelope,
  envelopes,
  errorClasses,
  InvalidFieldValue,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  ServiceUnavailable,
  type ApiError,
  type ApiErrorClass,
  type Envelope,
  type EnvelopeId,
  type ErrorCode,
} from '@faultline/core'
import { getCodePlace, getCommonValue } from '../src/code-place.ts'
import {
  getErrorDoc,
  ERROR_SCHEMA_REF,
  errorComponents,
  errorResponses,
  errorSchema,
  fastifyErrorResponses,
  type ResponseObject,
  type SchemaObject,
} from '../src/index.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

const modes: readonly (readonly [id: string, envelope: Envelope])[] = Object.keys(envelopes).flatMap((id) =>
  [id, `${id}:strict`].map((each) => [each, resolveEnvelope(each)] as const),
)

function createDocument(responses: object, components: object = {}): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'Models', version: '1.0.0' },
    paths: { '/models': { get: { responses: { '200': { description: 'The models' }, ...responses } } } },
    components,
  }
}

/** Returns the validation errors of a document. Throws for a dangling reference. */
async function validateDocument(document: object): Promise<unknown> {
  const validator = new Validator()
  const { errors } = await validator.validate(structuredClone(document) as never)
  validator.resolveRefs()
  return errors
}

const getMedia = ({ content }: ResponseObject) => Object.values(content)[0]!

/** Returns the value that distinguishes a body's error. */
const getCode = (envelope: Envelope, body: unknown): unknown =>
  getCommonValue(body, getCodePlace(envelope)!.path)

/** Finds all members with a name, at any depth. */
function findMembers(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key === name ? [each] : []),
    ...findMembers(each, name),
  ])
}

/** Creates errors of a class with the fewest options and with many. */
function createErrors(type: ApiErrorClass): ApiError[] {
  const Type = type as unknown as new (options: object) => ApiError
  const required = { model: 'gpt-9', field: 'size', allow: ['GET'], issues: [] }
  const issues = [
    { message: 'is too long', path: ['messages', 0, 'role'], code: 'too_long' },
    { message: 'is missing', path: ['model'] },
  ]
  return [
    new Type(required),
    new Type({ ...required, message: 'A custom message', expose: true, retryAfter: 90, origin: 'acme' }),
    new Type({ ...required, issues: issues.slice(0, 1) }),
    new Type({ ...required, issues, details: { content_filter_result: { hate: { filtered: true } } } }),
  ]
}

describe.each(modes)('%s', (_id, envelope) => {
  const responses = errorResponses(envelope, undefined, { schemaRef: ERROR_SCHEMA_REF })
  const document = createDocument(responses, errorComponents(envelope))

  test('is valid in an OpenAPI 3.1 document, both referenced and inlined', async () => {
    expect(await validateDocument(document)).toBeUndefined()
    expect(await validateDocument(createDocument(errorResponses(envelope)))).toBeUndefined()
  })

  test('has an example of every error, which matches exactly one branch of its schema', () => {
    const ajv = new Ajv2020({ strict: false }).addSchema(document, 'document')
    const getBranches = (schema: SchemaObject): SchemaObject[] => schema.oneOf ?? [schema]
    const examples: string[] = []
    for (const response of Object.values(responses)) {
      const { schema, examples: responseExamples } = getMedia(response)
      for (const [code, { value }] of Object.entries(responseExamples)) {
        const valid = getBranches(schema).filter(({ $ref }) => ajv.validate(`document${$ref}`, value))
        expect(valid, code).toHaveLength(1)
        examples.push(code)
      }
    }
    expect(examples.toSorted()).toEqual(Object.keys(errorClasses).toSorted())
  })

  test.skipIf(getCodePlace(envelope) === undefined)(
    'accepts the codes of a response and rejects all others',
    () => {
      const bodies = Object.values(responses).flatMap((response) =>
        Object.values(getMedia(response).examples),
      )
      for (const response of Object.values(errorResponses(envelope))) {
        const { schema, examples } = getMedia(response)
        const isValid = new Ajv2020({ strict: false }).compile(schema)
        const codes = new Set(Object.values(examples).map(({ value }) => getCode(envelope, value)))
        for (const { value } of bodies) {
          expect(isValid(value), JSON.stringify(value)).toBe(codes.has(getCode(envelope, value)))
        }
      }
    },
  )

  test('matches the sent body for any combination of error options', () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined, id: 'req_1' }
    const ajv = new Ajv2020({ strict: false }).addSchema(document, 'document')
    for (const response of Object.values(errorComponents(envelope).responses)) {
      const { schema, examples } = getMedia(response)
      for (const error of createErrors(errorClasses[Object.keys(examples)[0] as ErrorCode])) {
        const { body } = responder.respond(error, request)
        expect(
          ajv.validate(`document${schema.$ref}`, deserializeBody(envelope, body)),
          `${body} ${ajv.errorsText()}`,
        ).toBe(true)
      }
    }
  })

  test('marks as retryable what the document marks as retryable', () => {
    const marked = Object.values(responses).flatMap((response) =>
      Object.entries(getMedia(response).examples).map(([code, example]) => [code, example['x-retryable']]),
    )
    const retryable = Object.entries(errorClasses).map(([code, type]) => [
      code,
      envelope.lookup(createErrors(type)[0]!).retryable,
    ])
    expect(Object.fromEntries(marked)).toEqual(Object.fromEntries(retryable))
  })

  test('does not contain $schema in a document, where Fastify’s serializer rejects draft 2020-12', () => {
    expect(findMembers([document, errorResponses(envelope)], '$schema')).toEqual([])
    expect(errorSchema(envelope)['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  test('has a discriminator only if the code is a member of the body itself', () => {
    const discriminators = findMembers(document, 'discriminator')
    expect(discriminators.length > 0).toBe(['problem-details', 'ag-ui'].includes(envelope.id))
    expect(findMembers(errorResponses(envelope), 'discriminator')).toEqual([])
    for (const { mapping } of discriminators as { mapping: Record<string, string> }[]) {
      for (const [code, ref] of Object.entries(mapping)) {
        const schema = errorComponents(envelope).schemas[ref.replace('#/components/schemas/', '')]
        expect(schema?.properties?.['code']).toEqual({ const: code })
      }
    }
  })
})

describe('errorResponses', () => {
  const responses = errorResponses('ai-api', [RateLimitExceeded, ModelNotFound, 'missing_api_key'])

  test('returns the responses of the given errors by status', () => {
    expect(Object.keys(responses)).toEqual(['401', '404', '429'])
    expect(responses['429']!.description).toBe(
      '- `rate_limit_exceeded`: The rate limit of the API key is exceeded.',
    )
  })

  test('describes the sent headers', () => {
    expect(Object.keys(responses['429']!.headers)).toEqual(['retry-after', 'x-request-id'])
    expect(Object.keys(responses['401']!.headers)).toEqual(['www-authenticate', 'x-request-id'])
  })

  test('differs from fastifyErrorResponses only in the headers, which are bare schemas there', () => {
    const { '429': response } = fastifyErrorResponses('ai-api', [RateLimitExceeded])
    expect(response!.headers['retry-after']).toEqual({
      type: 'integer',
      minimum: 0,
      description: 'Seconds to wait before a retry (RFC 9110, section 10.2.3).',
    })
    expect({ ...response, headers: {} }).toEqual({ ...responses['429'], headers: {} })
  })

  test('accepts an envelope or its id', () => {
    const kinds = [RateLimitExceeded]
    expect(errorResponses('ai-api:strict', kinds)).toEqual(errorResponses(envelopes['ai-api'].strict, kinds))
  })

  test('refers to the schema of a single code without oneOf', () => {
    const { '404': response } = errorResponses('ai-api', [ModelNotFound], { schemaRef: ERROR_SCHEMA_REF })
    expect(getMedia(response!).schema).toEqual({ $ref: '#/components/schemas/ErrorModelNotFound' })
  })

  test('combines errors with the same wire code in one branch', () => {
    const kinds = ['invalid_request', 'malformed_body', 'unsupported_model'] as const
    const { '400': response } = errorResponses('ai-api', kinds, { schemaRef: ERROR_SCHEMA_REF })
    expect(getMedia(response!).schema).toEqual({
      oneOf: [
        { $ref: '#/components/schemas/ErrorInvalidRequest' },
        { $ref: '#/components/schemas/ErrorUnsupportedModel' },
      ],
    })
    expect(Object.keys(getMedia(response!).examples)).toEqual(kinds)
  })

  test('includes an error once, even if it is given twice or by class and code', () => {
    const twice = [RateLimitExceeded, 'rate_limit_exceeded', RateLimitExceeded] as const
    expect(errorResponses('a15t', twice)).toEqual(errorResponses('a15t', [RateLimitExceeded]))
  })

  test('accepts an error class of the application', () => {
    const customResponses = errorResponses('openai', [OutOfCredits])
    expect(Object.keys(customResponses)).toEqual(['402'])
    expect(getMedia(customResponses['402']!).examples).toHaveProperty('out_of_credits')
  })

  test('returns equal results for equal arguments', () => {
    expect(errorResponses('ai-api')).toEqual(errorResponses('ai-api'))
  })

  test('is empty for an empty list of errors', () => {
    expect(errorResponses('ai-api', [])).toEqual({})
  })
})

describe('errorComponents', () => {
  test('returns a response per error class and a schema per wire code', () => {
    const { responses, schemas } = errorComponents('problem-details', [RateLimitExceeded, OutOfCredits])
    expect(Object.keys(responses)).toEqual(['RateLimitExceeded', 'OutOfCredits'])
    expect(Object.keys(responses['OutOfCredits']!.content)).toEqual(['application/problem+json'])
    expect(Object.keys(schemas)).toEqual(['Error', 'ErrorRateLimitExceeded', 'ErrorOutOfCredits'])
  })

  test('describes a wire code by the errors that are sent as it', () => {
    const { schemas } = errorComponents('ai-api', ['not_found', 'resource_not_found'])
    expect(schemas['ErrorResourceNotFound']).toEqual({
      title: 'RESOURCE_NOT_FOUND',
      description:
        '- `not_found`: The requested resource does not exist.\n- `resource_not_found`: No resource has this id.',
      allOf: [{ $ref: ERROR_SCHEMA_REF }],
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['code'],
          properties: { code: { const: 'RESOURCE_NOT_FOUND' } },
        },
      },
    })
  })

  test('allows two envelopes in one document', async () => {
    const kinds = [RateLimitExceeded, ModelNotFound]
    const schemaRef = '#/components/schemas/AnthropicError'
    const [aiApi, anthropic] = [
      errorComponents('ai-api', kinds),
      errorComponents('anthropic', kinds, { schemaRef }),
    ]
    expect(Object.keys(anthropic.schemas)).toEqual([
      'AnthropicError',
      'AnthropicErrorRateLimitError',
      'AnthropicErrorNotFoundError',
    ])
    expect(Object.keys(anthropic.responses)).toEqual([
      'AnthropicErrorRateLimitExceeded',
      'AnthropicErrorModelNotFound',
    ])
    const document = createDocument(errorResponses('anthropic', kinds, { schemaRef }), {
      schemas: { ...aiApi.schemas, ...anthropic.schemas },
      responses: { ...aiApi.responses, ...anthropic.responses },
    })
    expect(await validateDocument(document)).toBeUndefined()
  })
})

describe('a custom envelope', () => {
  const codes = { 'A/B': { status: 400 }, '': { status: 500 } } as const
  const mapping = { default: '', invalid_request: 'A/B', internal_error: '' } as const
  const read = () => undefined

  test('may have its code at any path', async () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping,
      parseBody: read,
      renderBody: ({ code, message }) => ({ failure: { because: [{ is: code }], text: message } }),
    })
    const kinds = ['invalid_request', 'internal_error', 'model_not_found'] as const
    const { schemas } = errorComponents(own, kinds)
    expect(Object.keys(schemas)).toEqual(['Error', 'ErrorAB', 'ErrorWithoutCode', 'ErrorModelNotFound'])
    const isValid = new Ajv2020().compile(errorSchema(own, kinds))
    expect(isValid({ failure: { because: [{ is: 'A/B' }], text: '' } })).toBe(true)
    expect(isValid({ failure: { because: [{ is: 'gone' }], text: '' } })).toBe(false)
    expect(isValid({ failure: { because: [], text: '' } })).toBe(false)
    const responses = errorResponses(own, kinds, { schemaRef: ERROR_SCHEMA_REF })
    expect(await validateDocument(createDocument(responses, errorComponents(own, kinds)))).toBeUndefined()
  })

  test('has one schema for all errors if its bodies have no code', () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping,
      parseBody: read,
      renderBody: ({ message }) => ({ message }),
    })
    const { '404': response } = errorResponses(own, [ModelNotFound], { schemaRef: ERROR_SCHEMA_REF })
    expect(getMedia(response!).schema).toEqual({ $ref: ERROR_SCHEMA_REF })
    expect(errorSchema(own)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    })
  })

  test('has no variants in a response that includes a body without a code', async () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping,
      parseBody: read,
      renderBody: ({ code }) => (code === 'out_of_credits' ? {} : { code }),
    })
    const kinds = [OutOfCredits, ModelNotFound, 'not_found'] as const
    const responses = errorResponses(own, kinds, { schemaRef: ERROR_SCHEMA_REF })
    expect(getMedia(responses['402']!).schema).toEqual({ $ref: ERROR_SCHEMA_REF })
    expect(getMedia(responses['404']!).schema.oneOf).toHaveLength(2)
    expect(await validateDocument(createDocument(responses, errorComponents(own, kinds)))).toBeUndefined()
  })

  test('distinguishes codes that differ only in letter case', () => {
    class InvalidValue extends QuotaExceeded {
      static override code = 'invalid_value'
    }
    const { schemas } = errorComponents('azure-openai', ['invalid_field_value', InvalidValue])
    expect(schemas['ErrorInvalidValue']?.title).toBe('invalid_value, InvalidValue')
    const [body] = Object.values(
      getMedia(Object.values(errorResponses('azure-openai', [InvalidValue]))[0]!).examples,
    )
    const both = new Ajv2020({ strict: false }).compile(
      errorSchema('azure-openai', ['invalid_field_value', InvalidValue]),
    )
    const one = new Ajv2020({ strict: false }).compile(errorSchema('azure-openai', ['invalid_field_value']))
    expect([both(body!.value), one(body!.value)]).toEqual([true, false])
  })
})

describe('invalid arguments are rejected:', () => {
  const invalidCalls: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    ['an unknown code', () => errorResponses('a15t', ['nope' as never]), 'Unknown error code "nope"'],
    [
      'the name of an Object method',
      () => errorResponses('a15t', ['toString' as never]),
      'Unknown error code "toString"',
    ],
    [
      'a class that is not an error class',
      () => errorResponses('a15t', [Date as never]),
      'Date does not extend ApiError',
    ],
    [
      'an error instead of its class',
      () => errorComponents('a15t', [new ServiceUnavailable({ retryAfter: 1 }) as never]),
      'instance of ServiceUnavailable does not extend ApiError',
    ],
    [
      'a class instead of an array',
      () => errorResponses('a15t', RateLimitExceeded as never),
      'errors must be an array, not RateLimitExceeded',
    ],
    [
      'an unknown envelope',
      () => errorResponses('nope' as EnvelopeId),
      /^faultline: unknown envelope "nope"/,
    ],
    [
      'an object that is not an envelope',
      () => errorSchema({ id: 'a15t' } as never),
      'faultline: an object is neither an envelope nor a known envelope id',
    ],
    [
      'a missing envelope',
      () => errorSchema(undefined as never),
      'faultline: undefined is neither an envelope nor a known envelope id',
    ],
    [
      'an empty list for errorSchema',
      () => errorSchema('a15t', []),
      'errorSchema: pass at least one error class or code',
    ],
    [
      'a schemaRef outside the schema components',
      () => errorComponents('a15t', [], { schemaRef: '#/definitions/Error' }),
      'schemaRef must be \'#/components/schemas/\' followed by a name, not "#/definitions/Error"',
    ],
  ]
  test.each(invalidCalls)('%s', (_name, call, message) => {
    expect(call).toThrow(TypeError)
    expect(call).toThrow(message)
  })
})

describe('getErrorDoc', () => {
  test('documents every error, and an undocumented subclass like its parent', () => {
    for (const type of Object.values(errorClasses)) {
      const { description, remedy } = getErrorDoc(type)
      expect(
        [description, remedy].every((text) => /^[A-Z`].*\.$/.test(text)),
        type.code,
      ).toBe(true)
    }
    expect(getErrorDoc(OutOfCredits)).toBe(getErrorDoc(QuotaExceeded))
  })

  test('recommends a retry for exactly the retryable errors', () => {
    for (const type of Object.values(errorClasses)) {
      const isRetryRecommended = /Retry with exponential backoff|Send it again|Wait until/.test(
        getErrorDoc(type).remedy,
      )
      expect(isRetryRecommended, type.code).toBe(type.retryable)
    }
  })
})

test('the class of another installed copy of core has the same example', () => {
  const copy = createRequire(import.meta.url)('../../core/dist/cjs/index.js') as {
    InvalidFieldValue: typeof InvalidFieldValue
  }
  expect(copy.InvalidFieldValue).not.toBe(InvalidFieldValue)
  expect(errorResponses('ai-api', [copy.InvalidFieldValue])).toEqual(
    errorResponses('ai-api', [InvalidFieldValue]),
  )
})
