import { readFileSync } from 'node:fs'
import { envelopes, type EnvelopeId } from '@faultline/core'
import { errorComponents, errorResponses } from '@faultline/openapi'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Change, Rule } from '../src/diff/change.ts'
import { compareDocuments } from '../src/diff/openapi/compare-documents.ts'
import { JsonDocument, type JsonObject } from '../src/diff/json-document.ts'
import { edited, type Edit } from './fixtures/edited.ts'

const document = parse(readFileSync(new URL('fixtures/openapi.yaml', import.meta.url), 'utf8')) as JsonObject

function changes(old: JsonObject, now: JsonObject): Change[] {
  return compareDocuments(new JsonDocument('old.yaml', old), new JsonDocument('new.yaml', now))
}

const SCHEMAS = '/components/schemas'
const NOT_FOUND = '/components/responses/NotFound/content/application~1json/schema'
const RESPONSES = '/paths/~1v1~1chats~1{chat}~1messages/post/responses'
const MODEL = '/paths/~1v1~1models~1{model}'
const JSON_400 = `${RESPONSES}/400/content/application~1json`
const JSON_429 = `${RESPONSES}/429/content/application~1json`
const CODES_400 = `${JSON_400}/schema/allOf/1/properties/error/properties/code/enum`
const CODES_429 = `${JSON_429}/schema/allOf/1/properties/error/properties/code/enum`

const example = (code: string, isRetryable = false): object => ({
  'x-retryable': isRetryable,
  value: { success: false, error: { code, message: 'No' } },
})

describe('what breaks clients', () => {
  test.each<[planted: string, Rule, what: string, ...Edit[]]>([
    [
      'an operation that is gone',
      'operation-removed',
      'DELETE /v1/models/{model}',
      [`${MODEL}/delete`, undefined],
    ],
    [
      'a method that is another',
      'operation-removed',
      'DELETE /v1/models/{model}',
      [`${MODEL}/put`, { responses: {} }],
      [`${MODEL}/delete`, undefined],
    ],
    ['a status that is gone', 'response-removed', '404', [`${RESPONSES}/404`, undefined]],
    ['a range that is gone', 'response-removed', '5XX', [`${RESPONSES}/5XX`, undefined]],
    [
      'the default that is gone',
      'response-removed',
      'default',
      [`${MODEL}/get/responses/default`, undefined],
    ],
    [
      'a media type that is gone',
      'media-type-removed',
      'application/problem+json',
      [`${MODEL}/get/responses/default/content/application~1problem+json`, undefined],
    ],
    [
      'a body that is gone',
      'media-type-removed',
      'application/json',
      [`${RESPONSES}/5XX/content`, undefined],
    ],
    [
      'a code that is gone',
      'code-removed',
      'overloaded',
      [`${JSON_429}/examples/overloaded`, undefined],
      [`${CODES_429}/1`, undefined],
    ],
    [
      'a code that is called otherwise',
      'code-renamed',
      'prompt_too_long',
      [`${JSON_400}/examples/prompt_too_long`, example('TOO_LONG')],
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
              examples: { overloaded: example('OVERLOADED', true) },
            },
          },
        },
      ],
      [`${JSON_429}/examples/overloaded`, undefined],
      [`${CODES_429}/1`, undefined],
    ],
    [
      'a code that is not to be tried again any more',
      'retryable-turned',
      'overloaded',
      [`${JSON_429}/examples/overloaded/x-retryable`, false],
    ],
    [
      'a code that is to be tried again now',
      'retryable-turned',
      'invalid_request',
      [`${JSON_400}/examples/invalid_request/x-retryable`, true],
    ],
    [
      'a value without an example that is gone',
      'value-removed',
      'kind',
      [`${NOT_FOUND}/properties/kind/enum`, ['chat_not_found']],
    ],
    [
      'a value without an example under another status',
      'status-changed',
      'denied',
      [
        `${MODEL}/delete/responses/401`,
        { content: { 'application/json': { schema: { $ref: '#/components/schemas/Denied' } } } },
      ],
      [`${MODEL}/delete/responses/403/content/application~1json/schema/$ref`, '#/components/schemas/Spent'],
    ],
    [
      'a header that is gone',
      'header-removed',
      'header retry-after',
      [`${RESPONSES}/429/headers/Retry-After`, undefined],
    ],
    [
      'a header that need not be there',
      'header-optional',
      'header x-request-id',
      [`${RESPONSES}/400/headers/X-Request-Id/required`, false],
    ],
    [
      'a header of another type',
      'type-changed',
      'header retry-after',
      ['/components/headers/RetryAfter/schema/type', 'string'],
    ],
    ['a field that is gone', 'field-removed', 'tries', [`${NOT_FOUND}/properties/tries`, undefined]],
    [
      'a field that is called otherwise',
      'field-removed',
      'error.details.field',
      [`${SCHEMAS}/Details/properties/name`, { type: 'string' }],
      [`${SCHEMAS}/Details/properties/field`, undefined],
    ],
    ['a field that need not be there', 'field-optional', 'since', [`${NOT_FOUND}/required`, ['kind']]],
    [
      'a field deep down that need not be there',
      'field-optional',
      'near[].id',
      [`${NOT_FOUND}/properties/near/items/required`, []],
    ],
    ['a field of another type', 'type-changed', 'tries', [`${NOT_FOUND}/properties/tries/type`, 'string']],
    [
      'an object that is a list now',
      'type-changed',
      'error.details',
      [
        `${SCHEMAS}/Error/properties/error/properties/details`,
        { type: 'array', items: { $ref: '#/components/schemas/Details' } },
      ],
    ],
    [
      'a whole number that may be a fraction',
      'type-widened',
      'tries',
      [`${NOT_FOUND}/properties/tries/type`, 'number'],
    ],
    [
      'a field of one more type',
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
    [
      'a date that is another text',
      'format-changed',
      'since',
      [`${NOT_FOUND}/properties/since/format`, 'date'],
    ],
    [
      'a constant that is another',
      'value-removed',
      'success',
      [`${SCHEMAS}/Error/properties/success/const`, true],
    ],
    [
      'a constant that may be another',
      'type-widened',
      'success',
      [`${SCHEMAS}/Error/properties/success`, { type: 'boolean' }],
    ],
    [
      'a closed list of values that is open',
      'values-opened',
      'kind',
      [`${NOT_FOUND}/properties/kind`, { type: 'string' }],
    ],
    [
      'one of several bodies that is gone',
      'value-removed',
      'type',
      [`${SCHEMAS}/Failure/oneOf/1`, undefined],
    ],
    [
      'a field of one of several bodies that is gone',
      'field-removed',
      'right',
      [`${SCHEMAS}/Denied/properties/right`, undefined],
      [`${SCHEMAS}/Denied/required`, ['type']],
    ],
    [
      'a field that went from one of several bodies to the other',
      'field-removed',
      'reason',
      [`${SCHEMAS}/Denied/properties/reason`, undefined],
      [`${SCHEMAS}/Spent/properties/reason/enum`, ['day', 'month', 'role', 'region']],
    ],
    [
      'a field that one of several bodies need not have',
      'field-optional',
      'limit',
      [`${SCHEMAS}/Spent/required`, ['type']],
    ],
  ])('%s: %s %s', (_, rule, what, ...edits) => {
    const found = changes(document, edited(document, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })
})

describe('what breaks none', () => {
  const error = (document as { components: { schemas: { Error: object } } }).components.schemas.Error
  const notFound = (document as { components: { responses: { NotFound: object } } }).components.responses
    .NotFound
  test.each<[planted: string, ...Edit[]]>([
    ['an operation more', [`${MODEL}/put`, { responses: {} }]],
    [
      'a path’s parameter that is called otherwise',
      [
        '/paths/~1v1~1models~1{id}',
        (document as { paths: Record<string, unknown> }).paths['/v1/models/{model}'],
      ],
      [MODEL, undefined],
    ],
    ['a status more', [`${RESPONSES}/409`, { description: 'Conflict' }]],
    [
      'a status of its own beside its range',
      [
        `${RESPONSES}/503`,
        { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
      ],
    ],
    ['a range in the place of a status', [`${RESPONSES}/4xx`, notFound], [`${RESPONSES}/404`, undefined]],
    [
      'statuses in the place of a default',
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
    ['a media type more', [`${RESPONSES}/5XX/content/text~1plain`, { schema: { type: 'string' } }]],
    [
      'a charset',
      [
        `${RESPONSES}/5XX/content`,
        { 'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Error' } } },
      ],
    ],
    ['a header more', [`${RESPONSES}/400/headers/X-Should-Retry`, { schema: { enum: ['false'] } }]],
    ['a header that is always there now', [`${RESPONSES}/429/headers/X-Request-Id/required`, true]],
    [
      'a header in other letters',
      [`${RESPONSES}/400/headers`, { 'x-request-id': { required: true, schema: { type: 'string' } } }],
    ],
    [
      'a code more',
      [`${JSON_400}/examples/invalid_app`, example('INVALID_APP')],
      [`${CODES_400}/2`, 'INVALID_APP'],
    ],
    ['another message in an example', [`${JSON_400}/examples/invalid_request/value/error/message`, 'Not so']],
    ['an example more that is no code', [`${JSON_400}/examples/other`, { value: {} }]],
    ['a field more', [`${NOT_FOUND}/properties/more`, { type: 'string' }]],
    ['a field more where there were to be none', [`${SCHEMAS}/Error/properties/meta`, { type: 'object' }]],
    ['a field that is always there now', [`${NOT_FOUND}/required`, ['kind', 'since', 'tries']]],
    ['a field that is never null now', [`${NOT_FOUND}/properties/hint/type`, 'string']],
    ['a number that is whole now', [`${SCHEMAS}/Spent/properties/limit/type`, 'integer']],
    [
      'a value more',
      [`${NOT_FOUND}/properties/kind/enum`, ['chat_not_found', 'model_not_found', 'app_not_found']],
    ],
    [
      'an open text that is one of a list now',
      [`${NOT_FOUND}/properties/hint`, { enum: ['spelling', null] }],
    ],
    [
      'a list of values in another order',
      [`${NOT_FOUND}/properties/kind/enum`, ['model_not_found', 'chat_not_found']],
    ],
    [
      'a longer text, and a pattern',
      [
        `${SCHEMAS}/Error/properties/error/properties/message`,
        { type: 'string', maxLength: 999, pattern: '.' },
      ],
    ],
    [
      'another title and description',
      [`${SCHEMAS}/Error/title`, 'A failure'],
      [`${SCHEMAS}/Error/description`, 'What failed'],
      [`${RESPONSES}/400/description`, 'No'],
    ],
    ['a field that is deprecated', [`${NOT_FOUND}/properties/tries/deprecated`, true]],
    ['a body closed to other fields', [`${NOT_FOUND}/additionalProperties`, false]],
    ['a body open to other fields', [`${SCHEMAS}/Error/additionalProperties`, true]],
    [
      'a schema in the place of a reference to it',
      [`${RESPONSES}/5XX/content/application~1json/schema`, error],
    ],
    [
      'a reference by way of another',
      [`${SCHEMAS}/Alias`, { $ref: '#/components/schemas/Error' }],
      [`${RESPONSES}/5XX/content/application~1json/schema/$ref`, '#/components/schemas/Alias'],
    ],
    ['a response in the place of a reference to it', [`${RESPONSES}/404`, notFound]],
    [
      'the parts of allOf in another order',
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
      'a list of values as oneOf',
      [
        `${NOT_FOUND}/properties/kind`,
        { oneOf: [{ const: 'chat_not_found' }, { const: 'model_not_found' }] },
      ],
    ],
    [
      'a constant as a list of one',
      [`${SCHEMAS}/Error/properties/success`, { type: 'boolean', enum: [false] }],
    ],
    [
      'null by way of anyOf',
      [`${NOT_FOUND}/properties/hint`, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ],
    [
      'several bodies in another order',
      [
        `${SCHEMAS}/Failure/oneOf`,
        [{ $ref: '#/components/schemas/Spent' }, { $ref: '#/components/schemas/Denied' }],
      ],
    ],
    [
      'a body more of several',
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
      'one body for each code',
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
      'what succeeds, and what is asked',
      [`${RESPONSES}/200/content/application~1json/schema`, { type: 'string' }],
      ['/paths/~1v1~1chats~1{chat}~1messages/post/requestBody', undefined],
    ],
    ['another version', ['/info/version', '2'], ['/openapi', '3.1.1']],
  ])('%s', (_, ...edits) => {
    const found = changes(document, edited(document, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found).toEqual([])
  })

  test('a document that is written for 3.0 instead', () => {
    const old = edited(document, [`${NOT_FOUND}/properties/hint`, { type: 'string', nullable: true }])
    const found = compareDocuments(new JsonDocument('old', document), new JsonDocument('new', old, true))
    // 3.0 has no `const` and no `null`, but this one's are read all the same.
    expect(found).toEqual([])
  })
})

describe('documents of @faultline/openapi', () => {
  const made = (id: EnvelopeId, ...left: string[]): JsonObject => {
    const envelope = id.endsWith(':strict')
      ? envelopes[id.slice(0, -7) as keyof typeof envelopes].strict
      : envelopes[id as keyof typeof envelopes]
    const kinds = (
      ['invalid_api_key', 'model_not_found', 'rate_limit_exceeded', 'overloaded', 'internal_error'] as const
    ).filter((code) => !left.includes(code))
    const responses = errorResponses(envelope, kinds)
    return structuredClone({
      openapi: '3.1.0',
      paths: { '/v1/chat': { post: { responses } } },
      components: errorComponents(envelope, kinds),
    })
  }
  const ids = Object.keys(envelopes) as (keyof typeof envelopes)[]

  test.each(ids.flatMap((id): EnvelopeId[] => [id, `${id}:strict`]))('%s: the same is no change', (id) => {
    expect(changes(made(id), made(id))).toEqual([])
  })

  test.each(ids.filter((id) => id !== 'ai-api'))('from ai-api to %s breaks clients', (id) => {
    expect(changes(made('ai-api'), made(id)).some(({ isBreaking }) => isBreaking)).toBe(true)
  })

  test.each(ids)('%s: a code that is gone breaks clients, one that came does not', (id) => {
    const [all, fewer] = [made(id), made(id, 'model_not_found')]
    expect(changes(all, fewer).filter(({ isBreaking }) => isBreaking)).not.toEqual([])
    expect(changes(fewer, all).filter(({ isBreaking }) => isBreaking)).toEqual([])
  })
})
