import { readFileSync } from 'node:fs'
import { envelopes, type EnvelopeId, type Members } from '@faultline/core'
import { errorComponents, errorResponses } from '@faultline/openapi'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Change, Rule } from '../src/diff/change.ts'
import { compareDocuments } from '../src/diff/openapi/compare-documents.ts'
import { JsonDocument } from '../src/diff/json-document.ts'
import { applyEdits, type Edit } from './fixtures/edit.ts'

const document = parse(readFileSync(new URL('fixtures/openapi.yaml', import.meta.url), 'utf8')) as Members

function diff(before: Members, after: Members): Change[] {
  return compareDocuments(new JsonDocument('old.yaml', before), new JsonDocument('new.yaml', after))
}

const SCHEMAS = '/components/schemas'
const NOT_FOUND = '/components/responses/NotFound/content/application~1json/schema'
const RESPONSES = '/paths/~1v1~1chats~1{chat}~1messages/post/responses'
const MODEL = '/paths/~1v1~1models~1{model}'
const JSON_400 = `${RESPONSES}/400/content/application~1json`
const JSON_429 = `${RESPONSES}/429/content/application~1json`
const CODES_400 = `${JSON_400}/schema/allOf/1/properties/error/properties/code/enum`
const CODES_429 = `${JSON_429}/schema/allOf/1/properties/error/properties/code/enum`

const createExample = (code: string, isRetryable = false): object => ({
  'x-retryable': isRetryable,
  value: { success: false, error: { code, message: 'No' } },
})

describe('a breaking change', () => {
  test.each<[name: string, Rule, what: string, ...Edit[]]>([
    ['a removed operation', 'operation-removed', 'DELETE /v1/models/{model}', [`${MODEL}/delete`, undefined]],
    [
      'another method',
      'operation-removed',
      'DELETE /v1/models/{model}',
      [`${MODEL}/put`, { responses: {} }],
      [`${MODEL}/delete`, undefined],
    ],
    ['a removed status', 'response-removed', '404', [`${RESPONSES}/404`, undefined]],
    ['a removed range', 'response-removed', '5XX', [`${RESPONSES}/5XX`, undefined]],
    ['a removed default', 'response-removed', 'default', [`${MODEL}/get/responses/default`, undefined]],
    [
      'a removed media type',
      'media-type-removed',
      'application/problem+json',
      [`${MODEL}/get/responses/default/content/application~1problem+json`, undefined],
    ],
    ['a removed body', 'media-type-removed', 'application/json', [`${RESPONSES}/5XX/content`, undefined]],
    [
      'a removed code',
      'code-removed',
      'overloaded',
      [`${JSON_429}/examples/overloaded`, undefined],
      [`${CODES_429}/1`, undefined],
    ],
    [
      'a renamed code',
      'code-renamed',
      'prompt_too_long',
      [`${JSON_400}/examples/prompt_too_long`, createExample('TOO_LONG')],
      [`${CODES_400}/1`, 'TOO_LONG'],
    ],
    [
      'a code with another status',
      'status-changed',
      'overloaded',
      [
        `${RESPONSES}/503`,
        {
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Error' },
              examples: { overloaded: createExample('OVERLOADED', true) },
            },
          },
        },
      ],
      [`${JSON_429}/examples/overloaded`, undefined],
      [`${CODES_429}/1`, undefined],
    ],
    [
      'a code that is no longer retryable',
      'retryable-changed',
      'overloaded',
      [`${JSON_429}/examples/overloaded/x-retryable`, false],
    ],
    [
      'a code that became retryable',
      'retryable-changed',
      'invalid_request',
      [`${JSON_400}/examples/invalid_request/x-retryable`, true],
    ],
    [
      'a removed enum value without an example',
      'value-removed',
      'kind',
      [`${NOT_FOUND}/properties/kind/enum`, ['chat_not_found']],
    ],
    [
      'an enum value without an example that has another status',
      'status-changed',
      'denied',
      [
        `${MODEL}/delete/responses/401`,
        { content: { 'application/json': { schema: { $ref: '#/components/schemas/Denied' } } } },
      ],
      [`${MODEL}/delete/responses/403/content/application~1json/schema/$ref`, '#/components/schemas/Spent'],
    ],
    [
      'a removed header',
      'header-removed',
      'header retry-after',
      [`${RESPONSES}/429/headers/Retry-After`, undefined],
    ],
    [
      'a header that became optional',
      'header-optional',
      'header x-request-id',
      [`${RESPONSES}/400/headers/X-Request-Id/required`, false],
    ],
    [
      'a header with another type',
      'type-changed',
      'header retry-after',
      ['/components/headers/RetryAfter/schema/type', 'string'],
    ],
    ['a removed field', 'field-removed', 'tries', [`${NOT_FOUND}/properties/tries`, undefined]],
    [
      'a renamed field',
      'field-removed',
      'error.details.field',
      [`${SCHEMAS}/Details/properties/name`, { type: 'string' }],
      [`${SCHEMAS}/Details/properties/field`, undefined],
    ],
    ['a field that became optional', 'field-optional', 'since', [`${NOT_FOUND}/required`, ['kind']]],
    [
      'a nested field that became optional',
      'field-optional',
      'near[].id',
      [`${NOT_FOUND}/properties/near/items/required`, []],
    ],
    ['a field with another type', 'type-changed', 'tries', [`${NOT_FOUND}/properties/tries/type`, 'string']],
    [
      'an object that became an array',
      'type-changed',
      'error.details',
      [
        `${SCHEMAS}/Error/properties/error/properties/details`,
        { type: 'array', items: { $ref: '#/components/schemas/Details' } },
      ],
    ],
    [
      'an integer that became a number',
      'type-widened',
      'tries',
      [`${NOT_FOUND}/properties/tries/type`, 'number'],
    ],
    [
      'a field with an additional type',
      'type-widened',
      'tries',
      [`${NOT_FOUND}/properties/tries/type`, ['integer', 'string']],
    ],
    [
      'a field that may be anything',
      'type-widened',
      'links.*',
      [`${NOT_FOUND}/properties/links/additionalProperties`, true],
    ],
    [
      'a field that may be null',
      'null-possible',
      'since',
      [`${NOT_FOUND}/properties/since/type`, ['string', 'null']],
    ],
    ['another format', 'format-changed', 'since', [`${NOT_FOUND}/properties/since/format`, 'date']],
    ['another constant', 'value-removed', 'success', [`${SCHEMAS}/Error/properties/success/const`, true]],
    [
      'a constant that became a boolean',
      'type-widened',
      'success',
      [`${SCHEMAS}/Error/properties/success`, { type: 'boolean' }],
    ],
    [
      'an enum that became a string',
      'values-opened',
      'kind',
      [`${NOT_FOUND}/properties/kind`, { type: 'string' }],
    ],
    ['a removed branch of oneOf', 'value-removed', 'type', [`${SCHEMAS}/Failure/oneOf/1`, undefined]],
    [
      'a removed field in a branch of oneOf',
      'field-removed',
      'right',
      [`${SCHEMAS}/Denied/properties/right`, undefined],
      [`${SCHEMAS}/Denied/required`, ['type']],
    ],
    [
      'a field that moved to another branch of oneOf',
      'field-removed',
      'reason',
      [`${SCHEMAS}/Denied/properties/reason`, undefined],
      [`${SCHEMAS}/Spent/properties/reason/enum`, ['day', 'month', 'role', 'region']],
    ],
    [
      'a field in a branch of oneOf that became optional',
      'field-optional',
      'limit',
      [`${SCHEMAS}/Spent/required`, ['type']],
    ],
  ])('%s: %s %s', (_name, rule, what, ...edits) => {
    const breaking = diff(document, applyEdits(document, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })
})

describe('a harmless change', () => {
  const error = (document as { components: { schemas: { Error: object } } }).components.schemas.Error
  const notFound = (document as { components: { responses: { NotFound: object } } }).components.responses
    .NotFound
  test.each<[name: string, ...Edit[]]>([
    ['an added operation', [`${MODEL}/put`, { responses: {} }]],
    [
      'a renamed path parameter',
      [
        '/paths/~1v1~1models~1{id}',
        (document as { paths: Record<string, unknown> }).paths['/v1/models/{model}'],
      ],
      [MODEL, undefined],
    ],
    ['an added status', [`${RESPONSES}/409`, { description: 'Conflict' }]],
    [
      'an added status in an existing range',
      [
        `${RESPONSES}/503`,
        { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
      ],
    ],
    ['a range instead of a status', [`${RESPONSES}/4xx`, notFound], [`${RESPONSES}/404`, undefined]],
    [
      'ranges instead of the default',
      [`${MODEL}/get/responses/4XX`, { $ref: '#/components/responses/Any' }],
      [`${MODEL}/get/responses/5XX`, { $ref: '#/components/responses/Any' }],
      [
        '/components/responses/Any',
        (document as { paths: Record<string, { get: { responses: { default: object } } }> }).paths[
          '/v1/models/{model}'
        ]!.get.responses.default,
      ],
      [`${MODEL}/get/responses/default`, undefined],
    ],
    ['an added media type', [`${RESPONSES}/5XX/content/text~1plain`, { schema: { type: 'string' } }]],
    [
      'an added charset',
      [
        `${RESPONSES}/5XX/content`,
        { 'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Error' } } },
      ],
    ],
    ['an added header', [`${RESPONSES}/400/headers/X-Should-Retry`, { schema: { enum: ['false'] } }]],
    ['a header that became required', [`${RESPONSES}/429/headers/X-Request-Id/required`, true]],
    [
      'a header in another case',
      [`${RESPONSES}/400/headers`, { 'x-request-id': { required: true, schema: { type: 'string' } } }],
    ],
    [
      'an added code',
      [`${JSON_400}/examples/invalid_app`, createExample('INVALID_APP')],
      [`${CODES_400}/2`, 'INVALID_APP'],
    ],
    ['another message in an example', [`${JSON_400}/examples/invalid_request/value/error/message`, 'Not so']],
    ['an added example without x-retryable', [`${JSON_400}/examples/other`, { value: {} }]],
    ['an added field', [`${NOT_FOUND}/properties/more`, { type: 'string' }]],
    [
      'an added field in an object without additional fields',
      [`${SCHEMAS}/Error/properties/meta`, { type: 'object' }],
    ],
    ['a field that became required', [`${NOT_FOUND}/required`, ['kind', 'since', 'tries']]],
    ['a field that is no longer null', [`${NOT_FOUND}/properties/hint/type`, 'string']],
    ['a number that became an integer', [`${SCHEMAS}/Spent/properties/limit/type`, 'integer']],
    [
      'an added enum value',
      [`${NOT_FOUND}/properties/kind/enum`, ['chat_not_found', 'model_not_found', 'app_not_found']],
    ],
    ['a string that became an enum', [`${NOT_FOUND}/properties/hint`, { enum: ['spelling', null] }]],
    [
      'enum values in another order',
      [`${NOT_FOUND}/properties/kind/enum`, ['model_not_found', 'chat_not_found']],
    ],
    [
      'other lengths and patterns',
      [
        `${SCHEMAS}/Error/properties/error/properties/message`,
        { type: 'string', maxLength: 999, pattern: '.' },
      ],
    ],
    [
      'another title and description',
      [`${SCHEMAS}/Error/title`, 'A failure'],
      [`${SCHEMAS}/Error/description`, 'The failure'],
      [`${RESPONSES}/400/description`, 'No'],
    ],
    ['a deprecated field', [`${NOT_FOUND}/properties/tries/deprecated`, true]],
    ['forbidden additional fields', [`${NOT_FOUND}/additionalProperties`, false]],
    ['allowed additional fields', [`${SCHEMAS}/Error/additionalProperties`, true]],
    ['an inlined schema', [`${RESPONSES}/5XX/content/application~1json/schema`, error]],
    [
      'a reference to a reference',
      [`${SCHEMAS}/Alias`, { $ref: '#/components/schemas/Error' }],
      [`${RESPONSES}/5XX/content/application~1json/schema/$ref`, '#/components/schemas/Alias'],
    ],
    ['an inlined response', [`${RESPONSES}/404`, notFound]],
    [
      'allOf in another order',
      [
        `${JSON_400}/schema/allOf`,
        [
          {
            properties: { error: { properties: { code: { enum: ['PROMPT_TOO_LONG', 'INVALID_REQUEST'] } } } },
          },
          { $ref: '#/components/schemas/Error' },
        ],
      ],
    ],
    [
      'an enum written as oneOf',
      [
        `${NOT_FOUND}/properties/kind`,
        { oneOf: [{ const: 'chat_not_found' }, { const: 'model_not_found' }] },
      ],
    ],
    [
      'a constant written as an enum',
      [`${SCHEMAS}/Error/properties/success`, { type: 'boolean', enum: [false] }],
    ],
    [
      'null written with anyOf',
      [`${NOT_FOUND}/properties/hint`, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ],
    [
      'oneOf in another order',
      [
        `${SCHEMAS}/Failure/oneOf`,
        [{ $ref: '#/components/schemas/Spent' }, { $ref: '#/components/schemas/Denied' }],
      ],
    ],
    [
      'an added branch of oneOf',
      [
        `${SCHEMAS}/Failure/oneOf/2`,
        {
          type: 'object',
          required: ['type'],
          properties: { type: { const: 'blocked' }, until: { type: 'string' } },
        },
      ],
    ],
    [
      'one branch per code',
      [
        `${JSON_429}/schema`,
        {
          oneOf: ['RATE_LIMIT_EXCEEDED', 'OVERLOADED'].map((code) => ({
            allOf: [
              { $ref: '#/components/schemas/Error' },
              { properties: { error: { properties: { code: { const: code } } } } },
            ],
          })),
        },
      ],
    ],
    [
      'successful responses and requests',
      [`${RESPONSES}/200/content/application~1json/schema`, { type: 'string' }],
      ['/paths/~1v1~1chats~1{chat}~1messages/post/requestBody', undefined],
    ],
    ['another version', ['/info/version', '2'], ['/openapi', '3.1.1']],
  ])('%s', (_name, ...edits) => {
    const breaking = diff(document, applyEdits(document, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking).toEqual([])
  })

  test('is a document in the dialect of OpenAPI 3.0', () => {
    const openApi30 = applyEdits(document, [
      `${NOT_FOUND}/properties/hint`,
      { type: 'string', nullable: true },
    ])
    const breaking = compareDocuments(
      new JsonDocument('old', document),
      new JsonDocument('new', openApi30, true),
    )
    // OpenAPI 3.0 does not define `const` and `null`; they are read nevertheless.
    expect(breaking).toEqual([])
  })
})

describe('documents of @faultline/openapi', () => {
  const createDocument = (id: EnvelopeId, ...excludedCodes: string[]): Members => {
    const codes = (
      ['invalid_api_key', 'model_not_found', 'rate_limit_exceeded', 'overloaded', 'internal_error'] as const
    ).filter((code) => !excludedCodes.includes(code))
    const responses = errorResponses(id, codes)
    return structuredClone({
      openapi: '3.1.0',
      paths: { '/v1/chat': { post: { responses } } },
      components: errorComponents(id, codes),
    })
  }
  const ids = Object.keys(envelopes) as (keyof typeof envelopes)[]

  test.each(ids.flatMap((id): EnvelopeId[] => [id, `${id}:strict`]))(
    'equal documents of %s have no changes',
    (id) => {
      expect(diff(createDocument(id), createDocument(id))).toEqual([])
    },
  )

  test.each(ids.filter((id) => id !== 'ai-api'))('the change from ai-api to %s breaks clients', (id) => {
    expect(diff(createDocument('ai-api'), createDocument(id)).some(({ isBreaking }) => isBreaking)).toBe(true)
  })

  test.each(ids)('removing a code of %s breaks clients, adding one does not', (id) => {
    const [all, fewer] = [createDocument(id), createDocument(id, 'model_not_found')]
    expect(diff(all, fewer).filter(({ isBreaking }) => isBreaking)).not.toEqual([])
    expect(diff(fewer, all).filter(({ isBreaking }) => isBreaking)).toEqual([])
  })
})
