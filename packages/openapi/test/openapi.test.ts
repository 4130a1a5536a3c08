import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import {
  createResponder,
  defineEnvelope,
  resolveEnvelope,
  envelopes,
  errorClasses,
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
import { at, codePlaceOf } from '../src/code-place.ts'
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

function documentOf(responses: object, components: object = {}): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'Models', version: '1.0.0' },
    paths: { '/models': { get: { responses: { '200': { description: 'The models' }, ...responses } } } },
    components,
  }
}

/** What is wrong with a document; a reference that leads nowhere is thrown. */
async function problemsOf(document: object): Promise<unknown> {
  const validator = new Validator()
  const { errors } = await validator.validate(structuredClone(document) as never)
  validator.resolveRefs()
  return errors
}

const mediaOf = ({ content }: ResponseObject) => Object.values(content)[0]!

/** The wire code of a body, as far as its envelope has one in it. */
const codeOf = (envelope: Envelope, body: unknown): unknown => at(body, codePlaceOf(envelope)!.path)

/** Everything that is named so in a document. */
function membersOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key === name ? [each] : []),
    ...membersOf(each, name),
  ])
}

/** An error as throwers make them: with all that they may say, and with as little. */
function thrown(type: ApiErrorClass): ApiError[] {
  const Type = type as unknown as new (options: object) => ApiError
  const required = { model: 'gpt-9', field: 'size', allow: ['GET'], issues: [] }
  const issues = [
    { message: 'is too long', path: ['messages', 0, 'role'], code: 'too_long' },
    { message: 'is missing', path: ['model'] },
  ]
  return [
    new Type(required),
    new Type({ ...required, message: 'Something of its own', expose: true, retryAfter: 90, origin: 'acme' }),
    new Type({ ...required, issues: issues.slice(0, 1) }),
    new Type({ ...required, issues, details: { content_filter_result: { hate: { filtered: true } } } }),
  ]
}

describe.each(modes)('%s', (_id, envelope) => {
  const responses = errorResponses(envelope, undefined, { schemaRef: ERROR_SCHEMA_REF })
  const document = documentOf(responses, errorComponents(envelope))

  test('is valid in an OpenAPI 3.1 document, by reference and in place', async () => {
    expect(await problemsOf(document)).toBeUndefined()
    expect(await problemsOf(documentOf(errorResponses(envelope)))).toBeUndefined()
  })

  test('has an example of every error, and each is of one branch of its schema', () => {
    const ajv = new Ajv2020({ strict: false }).addSchema(document, 'document')
    const branchesOf = (schema: SchemaObject): SchemaObject[] => schema.oneOf ?? [schema]
    const examples: string[] = []
    for (const response of Object.values(responses)) {
      const { schema, examples: given } = mediaOf(response)
      for (const [code, { value }] of Object.entries(given)) {
        const valid = branchesOf(schema).filter(({ $ref }) => ajv.validate(`document${$ref}`, value))
        expect(valid, code).toHaveLength(1)
        examples.push(code)
      }
    }
    expect(examples.toSorted()).toEqual(Object.keys(errorClasses).toSorted())
  })

  test('refuses every code that is not among a response’s, and takes all that are', () => {
    const bodies = Object.values(responses).flatMap((response) => Object.values(mediaOf(response).examples))
    for (const response of Object.values(errorResponses(envelope))) {
      const { schema, examples } = mediaOf(response)
      const isValid = new Ajv2020({ strict: false }).compile(schema)
      const codes = new Set(Object.values(examples).map(({ value }) => codeOf(envelope, value)))
      for (const { value } of bodies) {
        expect(isValid(value), JSON.stringify(value)).toBe(codes.has(codeOf(envelope, value)))
      }
    }
  })

  test('describes what is sent, however the error was thrown', () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined, id: 'req_1' }
    const ajv = new Ajv2020({ strict: false }).addSchema(document, 'document')
    for (const response of Object.values(errorComponents(envelope).responses)) {
      const { schema, examples } = mediaOf(response)
      for (const error of thrown(errorClasses[Object.keys(examples)[0] as ErrorCode])) {
        const { body } = responder.respond(error, request)
        expect(ajv.validate(`document${schema.$ref}`, JSON.parse(body)), `${body} ${ajv.errorsText()}`).toBe(
          true,
        )
      }
    }
  })

  test('says what the document calls retryable', () => {
    const said = Object.values(responses).flatMap((response) =>
      Object.entries(mediaOf(response).examples).map(([code, example]) => [code, example['x-retryable']]),
    )
    const retryable = Object.entries(errorClasses).map(([code, type]) => [
      code,
      envelope.lookup(thrown(type)[0]!).retryable,
    ])
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(retryable))
  })

  test('names no dialect inside of a document: Fastify’s serializer knows another', () => {
    expect(membersOf([document, errorResponses(envelope)], '$schema')).toEqual([])
    expect(errorSchema(envelope)['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  test('has a discriminator only where the code is a member of the body itself', () => {
    const found = membersOf(document, 'discriminator')
    expect(found.length > 0).toBe(envelope.id === 'problem-details')
    expect(membersOf(errorResponses(envelope), 'discriminator')).toEqual([])
    for (const { mapping } of found as { mapping: Record<string, string> }[]) {
      for (const [code, ref] of Object.entries(mapping)) {
        const schema = errorComponents(envelope).schemas[ref.replace('#/components/schemas/', '')]
        expect(schema?.properties?.['code']).toEqual({ const: code })
      }
    }
  })
})

describe('responses', () => {
  const responses = errorResponses('ai-api', [RateLimitExceeded, ModelNotFound, 'missing_api_key'])

  test('are those of the errors that are named, by status', () => {
    expect(Object.keys(responses)).toEqual(['401', '404', '429'])
    expect(responses['429']!.description).toBe('- `rate_limit_exceeded`: The key asks too often.')
  })

  test('tell the headers that are sent', () => {
    expect(Object.keys(responses['429']!.headers)).toEqual(['retry-after', 'x-request-id'])
    expect(Object.keys(responses['401']!.headers)).toEqual(['www-authenticate', 'x-request-id'])
  })

  test('tell headers as bare schemas to Fastify, and all else alike', () => {
    const { '429': response } = fastifyErrorResponses('ai-api', [RateLimitExceeded])
    expect(response!.headers['retry-after']).toEqual({
      type: 'integer',
      minimum: 0,
      description: 'Seconds to wait before another try (RFC 9110, 10.2.3).',
    })
    expect({ ...response, headers: {} }).toEqual({ ...responses['429'], headers: {} })
  })

  test('take an envelope by its id or itself', () => {
    const kinds = [RateLimitExceeded]
    expect(errorResponses('ai-api:strict', kinds)).toEqual(errorResponses(envelopes['ai-api'].strict, kinds))
  })

  test('refer to the schema of one code without a choice', () => {
    const { '404': response } = errorResponses('ai-api', [ModelNotFound], { schemaRef: ERROR_SCHEMA_REF })
    expect(mediaOf(response!).schema).toEqual({ $ref: '#/components/schemas/ErrorModelNotFound' })
  })

  test('have errors of one wire code in one branch', () => {
    const kinds = ['invalid_request', 'malformed_body', 'unsupported_model'] as const
    const { '400': response } = errorResponses('ai-api', kinds, { schemaRef: ERROR_SCHEMA_REF })
    expect(mediaOf(response!).schema).toEqual({
      oneOf: [
        { $ref: '#/components/schemas/ErrorInvalidRequest' },
        { $ref: '#/components/schemas/ErrorUnsupportedModel' },
      ],
    })
    expect(Object.keys(mediaOf(response!).examples)).toEqual(kinds)
  })

  test('tell of an error once, however often and by whatever name it is given', () => {
    const twice = [RateLimitExceeded, 'rate_limit_exceeded', RateLimitExceeded] as const
    expect(errorResponses('a15t', twice)).toEqual(errorResponses('a15t', [RateLimitExceeded]))
  })

  test('of a user’s own error are like any other', () => {
    const own = errorResponses('openai', [OutOfCredits])
    expect(Object.keys(own)).toEqual(['402'])
    expect(mediaOf(own['402']!).examples).toHaveProperty('out_of_credits')
  })

  test('are the same each time they are made', () => {
    expect(errorResponses('ai-api')).toEqual(errorResponses('ai-api'))
  })

  test('are none without errors', () => {
    expect(errorResponses('ai-api', [])).toEqual({})
  })
})

describe('components', () => {
  test('have a response of each error, by its class’s name, and a schema of each wire code', () => {
    const { responses, schemas } = errorComponents('problem-details', [RateLimitExceeded, OutOfCredits])
    expect(Object.keys(responses)).toEqual(['RateLimitExceeded', 'OutOfCredits'])
    expect(Object.keys(responses['OutOfCredits']!.content)).toEqual(['application/problem+json'])
    expect(Object.keys(schemas)).toEqual(['Error', 'ErrorRateLimitExceeded', 'ErrorOutOfCredits'])
  })

  test('say what a wire code means', () => {
    const { schemas } = errorComponents('ai-api', ['not_found', 'resource_not_found'])
    expect(schemas['ErrorResourceNotFound']).toEqual({
      title: 'RESOURCE_NOT_FOUND',
      description:
        '- `not_found`: What is asked for is not there.\n- `resource_not_found`: There is no resource of this id.',
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

  test('of two envelopes go into one document', async () => {
    const kinds = [RateLimitExceeded, ModelNotFound]
    const schemaRef = '#/components/schemas/AnthropicError'
    const [ours, theirs] = [
      errorComponents('ai-api', kinds),
      errorComponents('anthropic', kinds, { schemaRef }),
    ]
    expect(Object.keys(theirs.schemas)).toEqual([
      'AnthropicError',
      'AnthropicErrorRateLimitError',
      'AnthropicErrorNotFoundError',
    ])
    expect(Object.keys(theirs.responses)).toEqual([
      'AnthropicErrorRateLimitExceeded',
      'AnthropicErrorModelNotFound',
    ])
    const document = documentOf(errorResponses('anthropic', kinds, { schemaRef }), {
      schemas: { ...ours.schemas, ...theirs.schemas },
      responses: { ...ours.responses, ...theirs.responses },
    })
    expect(await problemsOf(document)).toBeUndefined()
  })
})

describe('an envelope of one’s own', () => {
  const codes = { 'A/B': { status: 400 }, '': { status: 500 } } as const
  const table = { default: '', invalid_request: 'A/B', internal_error: '' } as const
  const read = () => undefined

  test('is told apart by wherever its code is', async () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping: table,
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
    expect(await problemsOf(documentOf(responses, errorComponents(own, kinds)))).toBeUndefined()
  })

  test('is not told apart where its bodies do not', () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping: table,
      parseBody: read,
      renderBody: ({ message }) => ({ message }),
    })
    const { '404': response } = errorResponses(own, [ModelNotFound], { schemaRef: ERROR_SCHEMA_REF })
    expect(mediaOf(response!).schema).toEqual({ $ref: ERROR_SCHEMA_REF })
    expect(errorSchema(own)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    })
  })

  test('tells all errors apart but one whose body has no code', async () => {
    const own = defineEnvelope({
      id: 'own',
      codes,
      mapping: table,
      parseBody: read,
      renderBody: ({ code }) => (code === 'out_of_credits' ? {} : { code }),
    })
    const kinds = [OutOfCredits, ModelNotFound, 'not_found'] as const
    const responses = errorResponses(own, kinds, { schemaRef: ERROR_SCHEMA_REF })
    expect(mediaOf(responses['402']!).schema).toEqual({ $ref: ERROR_SCHEMA_REF })
    expect(mediaOf(responses['404']!).schema.oneOf).toHaveLength(2)
    expect(await problemsOf(documentOf(responses, errorComponents(own, kinds)))).toBeUndefined()
  })

  test('keeps codes apart that differ in nothing but their letter case', () => {
    class InvalidValue extends QuotaExceeded {
      static override code = 'invalid_value'
    }
    const { schemas } = errorComponents('azure-openai', ['invalid_field_value', InvalidValue])
    expect(schemas['ErrorInvalidValue']?.title).toBe('invalid_value, InvalidValue')
    const [body] = Object.values(
      mediaOf(Object.values(errorResponses('azure-openai', [InvalidValue]))[0]!).examples,
    )
    const both = new Ajv2020({ strict: false }).compile(
      errorSchema('azure-openai', ['invalid_field_value', InvalidValue]),
    )
    const one = new Ajv2020({ strict: false }).compile(errorSchema('azure-openai', ['invalid_field_value']))
    expect([both(body!.value), one(body!.value)]).toEqual([true, false])
  })
})

describe('what can’t be told of is refused:', () => {
  const refusals: readonly (readonly [name: string, act: () => unknown, message: string | RegExp])[] = [
    [
      'a code that there is none of',
      () => errorResponses('a15t', ['nope' as never]),
      'There is no error "nope"',
    ],
    [
      'a name that objects have',
      () => errorResponses('a15t', ['toString' as never]),
      'There is no error "toString"',
    ],
    [
      'a class that is no error’s',
      () => errorResponses('a15t', [Date as never]),
      'Date is no class that extends ApiError',
    ],
    [
      'an error in the place of its class',
      () => errorComponents('a15t', [new ServiceUnavailable({ retryAfter: 1 }) as never]),
      'An instance of ServiceUnavailable is no class that extends ApiError',
    ],
    [
      'a class without a list',
      () => errorResponses('a15t', RateLimitExceeded as never),
      'The errors must be a list, not RateLimitExceeded',
    ],
    ['an unknown envelope', () => errorResponses('nope' as EnvelopeId), /^Unknown envelope "nope"/],
    [
      'what is no envelope',
      () => errorSchema({ id: 'a15t' } as never),
      'An instance of Object is no envelope, and no envelope’s id',
    ],
    ['no envelope', () => errorSchema(undefined as never), 'undefined is no envelope, and no envelope’s id'],
    [
      'a schema of no error',
      () => errorSchema('a15t', []),
      'errorSchema needs an error at least: no body has none',
    ],
    [
      'a reference to what is no schema',
      () => errorComponents('a15t', [], { schemaRef: '#/definitions/Error' }),
      'schemaRef must be `#/components/schemas/` and a name, not "#/definitions/Error"',
    ],
  ]
  test.each(refusals)('%s', (_name, act, message) => {
    expect(act).toThrow(TypeError)
    expect(act).toThrow(message)
  })
})

describe('advice', () => {
  test('is there for every error, and for a user’s own as for the one above it', () => {
    for (const type of Object.values(errorClasses)) {
      const { description, remedy } = getErrorDoc(type)
      expect(
        [description, remedy].every((text) => /^[A-Z].*\.$/.test(text)),
        type.code,
      ).toBe(true)
    }
    expect(getErrorDoc(OutOfCredits)).toBe(getErrorDoc(QuotaExceeded))
  })

  test('says to try again of what is retryable, and of nothing else', () => {
    for (const type of Object.values(errorClasses)) {
      const saysAgain = /try again|Try again|Send it again|Let one end/.test(getErrorDoc(type).remedy)
      expect(saysAgain, type.code).toBe(type.retryable)
    }
  })
})
