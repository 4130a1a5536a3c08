import { envelopes, errorClasses } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { catalogueOf, type Catalogue } from '../src/load-module.ts'
import type { Change, Rule } from '../src/diff/change.ts'
import { compareCatalogues } from '../src/diff/catalog/compare-catalogs.ts'
import { edited, type Edit } from './fixtures/edited.ts'

const ids = Object.keys(envelopes) as (keyof typeof envelopes)[]
const everything = Object.values(errorClasses)

/** A few errors in an envelope, one for every header that is acted on. */
function few(id: keyof typeof envelopes): Catalogue {
  const codes = [
    'rate_limit_exceeded',
    'invalid_api_key',
    'method_not_allowed',
    'model_not_found',
    'conflict',
  ] as const
  const types = codes.map((code) => errorClasses[code])
  return structuredClone(catalogueOf(envelopes[id], types))
}

function changes(old: Catalogue, now: Catalogue): Change[] {
  return compareCatalogues({ name: 'old.json', catalogue: old }, { name: 'new.json', catalogue: now })
}

const BODY = '/schema/properties'
const ERROR = `${BODY}/error`
const FIELDS = `${ERROR}/properties`

describe('what breaks clients', () => {
  test.each<[planted: string, Rule, what: string, ...Edit[]]>([
    ['a code that is gone', 'code-removed', 'model_not_found', ['/errors/3', undefined]],
    [
      'a code that is called otherwise in code',
      'code-removed',
      'model_not_found',
      ['/errors/3/code', 'no_model'],
    ],
    [
      'a code that is called otherwise on the wire',
      'code-renamed',
      'model_not_found',
      ['/errors/3/wire', 'NO_MODEL'],
    ],
    ['a code in other letters', 'code-renamed', 'model_not_found', ['/errors/3/wire', 'model_not_found']],
    ['a code that another is called, too', 'code-renamed', 'model_not_found', ['/errors/3/wire', 'CONFLICT']],
    ['another status', 'status-changed', 'model_not_found', ['/errors/3/status', 410]],
    ['another class of status', 'status-changed', 'conflict', ['/errors/4/status', 503]],
    ['a retry that helps no more', 'retryable-turned', 'rate_limit_exceeded', ['/errors/0/retryable', false]],
    ['a retry that helps now', 'retryable-turned', 'conflict', ['/errors/4/retryable', true]],
    ['no Retry-After', 'header-removed', 'header retry-after', ['/errors/0/headers', ['x-request-id']]],
    [
      'no WWW-Authenticate',
      'header-removed',
      'header www-authenticate',
      ['/errors/1/headers', ['x-request-id']],
    ],
    ['no Allow', 'header-removed', 'header allow', ['/errors/2/headers', ['x-request-id']]],
    ['no request id', 'header-removed', 'header x-request-id', ['/errors/3/headers', []]],
    ['another envelope', 'envelope-changed', 'envelope', ['/envelope', 'compresr']],
    [
      'another content type',
      'content-type-changed',
      'content-type',
      ['/contentType', 'application/problem+json'],
    ],
    [
      'another charset',
      'content-type-changed',
      'content-type',
      ['/contentType', 'application/json; charset=utf-16'],
    ],
    [
      'a field that is gone',
      'field-removed',
      'meta',
      [`${BODY}/meta`, undefined],
      ['/schema/required', ['success', 'error']],
    ],
    [
      'a field deep down that is gone',
      'field-removed',
      'error.details.issues[].field',
      [`${FIELDS}/details/properties/issues/items/properties/field`, undefined],
    ],
    [
      'a field that is called otherwise',
      'field-removed',
      'meta.request_id',
      [`${BODY}/meta/properties/id`, { type: 'string' }],
      [`${BODY}/meta/properties/request_id`, undefined],
      [`${BODY}/meta/required`, ['id', 'timestamp']],
    ],
    ['a field that need not be there', 'field-optional', 'error.message', [`${ERROR}/required`, ['code']]],
    ['a field of another type', 'type-changed', 'error.code', [`${FIELDS}/code`, { type: 'integer' }]],
    ['an object that is a text', 'type-changed', 'error', [ERROR, { type: 'string' }]],
    [
      'a list that is one of what was in it',
      'type-changed',
      'error.details.issues',
      [`${FIELDS}/details/properties/issues`, { type: 'object' }],
    ],
    [
      'a field of one more type',
      'type-widened',
      'error.code',
      [`${FIELDS}/code/type`, ['string', 'integer']],
    ],
    ['a field that nothing is said of', 'type-widened', 'error.message', [`${FIELDS}/message`, {}]],
    [
      'a field that may be null',
      'null-possible',
      'error.message',
      [`${FIELDS}/message/type`, ['string', 'null']],
    ],
    [
      'a field that may be null by another way',
      'null-possible',
      'error.message',
      [`${FIELDS}/message`, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ],
    ['a constant that is another', 'value-removed', 'success', [`${BODY}/success/const`, true]],
    [
      'a constant that is not for certain',
      'type-widened',
      'success',
      [`${BODY}/success`, { type: 'boolean' }],
    ],
  ])('%s: %s %s', (_, rule, what, ...edits) => {
    const old = few('ai-api')
    const found = changes(old, edited(old, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })

  test.each<[planted: string, Rule, what: string, ...Edit[]]>([
    [
      'a name of google.rpc.Code that is gone',
      'value-removed',
      'error.status',
      [`${FIELDS}/status/enum/0`, undefined],
    ],
    ['a closed list that is open', 'values-opened', 'error.status', [`${FIELDS}/status`, { type: 'string' }]],
    [
      'one of several details that is gone',
      'value-removed',
      'error.details[].@type',
      [`${FIELDS}/details/items/oneOf/1`, undefined],
    ],
    [
      'a field of one of several details that is gone',
      'field-removed',
      'error.details[].retryDelay',
      [`${FIELDS}/details/items/oneOf/1/properties/retryDelay`, undefined],
      [`${FIELDS}/details/items/oneOf/1/required`, ['@type']],
    ],
    [
      'a field that one of several details need not have',
      'field-optional',
      'error.details[].requestId',
      [`${FIELDS}/details/items/oneOf/3/required`, ['@type']],
    ],
  ])('%s: %s %s', (_, rule, what, ...edits) => {
    const old = few('google')
    const found = changes(old, edited(old, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })

  test('says of what is retried which way it turned, and of a name what it can’t be told from', () => {
    const old = few('ai-api')
    const now = edited(
      old,
      ['/errors/0/retryable', false],
      ['/errors/4/retryable', true],
      ['/errors/3/wire', 'CONFLICT'],
    )
    expect(changes(old, now).map(({ what, why }) => [what, why])).toEqual([
      ['rate_limit_exceeded', 'Clients that tried again now give up.'],
      [
        'model_not_found',
        'Clients that look for the old code no longer find it, and can’t tell it from conflict.',
      ],
      ['conflict', 'Clients that gave up now repeat a request that was not to be repeated.'],
    ])
  })

  test('tells of a code that is in the schema, too, only once', () => {
    const old = edited(few('ai-api'), [`${FIELDS}/code`, { enum: ['MODEL_NOT_FOUND', 'CONFLICT'] }])
    const now = edited(old, [`${FIELDS}/code/enum/0`, undefined], ['/errors/3', undefined])
    expect(changes(old, now).map(({ rule }) => rule)).toEqual(['code-removed'])
  })

  test.each(ids.filter((id) => id !== 'ai-api'))('from ai-api to %s', (id) => {
    const found = changes(few('ai-api'), few(id))
    expect(found.map(({ rule }) => rule)).toContain('envelope-changed')
  })
})

describe('what breaks none', () => {
  const one = { code: 'gone', wire: 'GONE', status: 410, retryable: false, message: 'm', headers: [] }
  test.each<[planted: string, ...Edit[]]>([
    ['a code more', ['/errors/5', one]],
    ['a code more that is called like another', ['/errors/5', { ...one, wire: 'MODEL_NOT_FOUND' }]],
    ['another message', ['/errors/3/message', 'No such model']],
    ['an empty message', ['/errors/3/message', '']],
    ['a header more', ['/errors/3/headers', ['retry-after', 'x-request-id']]],
    ['headers in another order', ['/errors/0/headers', ['x-request-id', 'retry-after']]],
    ['errors in another order', ['/errors', few('ai-api').errors.toReversed()]],
    ['a content type in other letters', ['/contentType', 'Application/JSON;charset="UTF-8"']],
    ['a content type without charset', ['/contentType', 'application/json']],
    ['the strict mode of the envelope', ['/envelope', 'ai-api:strict']],
    ['a field more', [`${BODY}/docs`, { type: 'string' }]],
    [
      'a field more that is always there',
      [`${BODY}/docs`, { type: 'string' }],
      ['/schema/required', ['success', 'error', 'meta', 'docs']],
    ],
    ['a field that is always there now', [`${ERROR}/required`, ['code', 'message', 'details']]],
    ['required fields in another order', ['/schema/required', ['meta', 'error', 'success']]],
    ['another title', ['/schema/title', 'Errors']],
    ['descriptions', [`${FIELDS}/code/description`, 'What it is'], ['/schema/description', 'An error']],
    ['a longer text', [`${FIELDS}/message/maxLength`, 2000]],
    ['a text without a least length', [`${FIELDS}/code/minLength`, undefined]],
    ['a text without a pattern', [`${BODY}/meta/properties/timestamp/pattern`, undefined]],
    ['a format', [`${BODY}/meta/properties/timestamp/format`, 'date-time']],
    ['more elements of a list', [`${FIELDS}/details/properties/issues/maxItems`, 100]],
    ['a body open to other fields', ['/schema/additionalProperties', true]],
    ['codes that are one of a list now', [`${FIELDS}/code`, { enum: ['RATE_LIMIT_EXCEEDED', 'CONFLICT'] }]],
    ['a constant as a list of one', [`${BODY}/success`, { type: 'boolean', enum: [false] }]],
    [
      'a part of the schema by reference',
      [ERROR, { $ref: '#/$defs/error' }],
      [
        '/schema/$defs',
        { error: (few('ai-api').schema as { properties: { error: object } }).properties.error },
      ],
    ],
    ['a schema in parts', ['/schema', { allOf: [few('ai-api').schema, { type: 'object' }] }]],
    ['a schema of another draft', ['/schema/$schema', 'http://json-schema.org/draft-07/schema#']],
  ])('%s', (_, ...edits) => {
    const old = few('ai-api')
    const found = changes(old, edited(old, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found).toEqual([])
  })

  test.each<[planted: string, ...Edit[]]>([
    ['a name more', [`${FIELDS}/status/enum/16`, 'OTHER']],
    [
      'details as anyOf, in another order',
      [
        `${FIELDS}/details/items`,
        {
          anyOf: (
            few('google').schema as {
              properties: { error: { properties: { details: { items: { oneOf: object[] } } } } }
            }
          ).properties.error.properties.details.items.oneOf.toReversed(),
        },
      ],
    ],
    [
      'a detail more',
      [
        `${FIELDS}/details/items/oneOf/4`,
        { type: 'object', required: ['@type'], properties: { '@type': { const: 'Help' } } },
      ],
    ],
  ])('%s', (_, ...edits) => {
    const old = few('google')
    const found = changes(old, edited(old, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(found).toEqual([])
  })

  test.each(ids)('%s: the same is no change, in strict mode neither', (id) => {
    for (const envelope of [envelopes[id], envelopes[id].strict]) {
      const catalogue = structuredClone(catalogueOf(envelope, everything))
      expect(changes(catalogue, structuredClone(catalogue))).toEqual([])
    }
  })

  test('is told of as well, what is of no interest left out', () => {
    const old = few('ai-api')
    const now = edited(
      old,
      ['/errors/3/message', 'No such model'],
      ['/errors/5', one],
      ['/schema/title', 'Errors'],
    )
    expect(changes(old, now)).toMatchObject([
      { rule: 'message-changed', isBreaking: false, what: 'model_not_found', after: 'No such model' },
      { rule: 'code-added', isBreaking: false, what: 'gone', after: 'GONE' },
    ])
  })
})
