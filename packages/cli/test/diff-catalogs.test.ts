import { envelopes, errorClasses } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { createCatalog, type Catalog } from '../src/catalog.ts'
import type { Change, Rule } from '../src/diff/change.ts'
import { compareCatalogs } from '../src/diff/catalog/compare-catalogs.ts'
import { applyEdits, type Edit } from './fixtures/edit.ts'

const ids = Object.keys(envelopes) as (keyof typeof envelopes)[]
const allTypes = Object.values(errorClasses)

/** Creates a catalog with one error per header that clients act on. */
function createSmallCatalog(id: keyof typeof envelopes): Catalog {
  const codes = [
    'rate_limit_exceeded',
    'invalid_api_key',
    'method_not_allowed',
    'model_not_found',
    'conflict',
  ] as const
  const types = codes.map((code) => errorClasses[code])
  return structuredClone(createCatalog(envelopes[id], types))
}

function diff(before: Catalog, after: Catalog): Change[] {
  return compareCatalogs({ name: 'old.json', catalog: before }, { name: 'new.json', catalog: after })
}

const BODY = '/schema/properties'
const ERROR = `${BODY}/error`
const FIELDS = `${ERROR}/properties`

describe('a breaking change', () => {
  test.each<[name: string, Rule, what: string, ...Edit[]]>([
    ['a removed code', 'code-removed', 'model_not_found', ['/errors/3', undefined]],
    ['a code of a renamed class', 'code-removed', 'model_not_found', ['/errors/3/code', 'no_model']],
    ['a renamed wire code', 'code-renamed', 'model_not_found', ['/errors/3/wire', 'NO_MODEL']],
    ['a wire code in another case', 'code-renamed', 'model_not_found', ['/errors/3/wire', 'model_not_found']],
    ['a wire code that another error has', 'code-renamed', 'model_not_found', ['/errors/3/wire', 'CONFLICT']],
    ['another status', 'status-changed', 'model_not_found', ['/errors/3/status', 410]],
    ['a status of another class', 'status-changed', 'conflict', ['/errors/4/status', 503]],
    [
      'an error that is no longer retryable',
      'retryable-changed',
      'rate_limit_exceeded',
      ['/errors/0/retryable', false],
    ],
    ['an error that became retryable', 'retryable-changed', 'conflict', ['/errors/4/retryable', true]],
    [
      'a removed Retry-After',
      'header-removed',
      'header retry-after',
      ['/errors/0/headers', ['x-request-id']],
    ],
    [
      'a removed WWW-Authenticate',
      'header-removed',
      'header www-authenticate',
      ['/errors/1/headers', ['x-request-id']],
    ],
    ['a removed Allow', 'header-removed', 'header allow', ['/errors/2/headers', ['x-request-id']]],
    ['a removed request id', 'header-removed', 'header x-request-id', ['/errors/3/headers', []]],
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
      'a removed field',
      'field-removed',
      'meta',
      [`${BODY}/meta`, undefined],
      ['/schema/required', ['success', 'error']],
    ],
    [
      'a removed nested field',
      'field-removed',
      'error.details.issues[].field',
      [`${FIELDS}/details/properties/issues/items/properties/field`, undefined],
    ],
    [
      'a renamed field',
      'field-removed',
      'meta.request_id',
      [`${BODY}/meta/properties/id`, { type: 'string' }],
      [`${BODY}/meta/properties/request_id`, undefined],
      [`${BODY}/meta/required`, ['id', 'timestamp']],
    ],
    ['a field that became optional', 'field-optional', 'error.message', [`${ERROR}/required`, ['code']]],
    ['a field of another type', 'type-changed', 'error.code', [`${FIELDS}/code`, { type: 'integer' }]],
    ['an object that became a string', 'type-changed', 'error', [ERROR, { type: 'string' }]],
    [
      'an array that became an object',
      'type-changed',
      'error.details.issues',
      [`${FIELDS}/details/properties/issues`, { type: 'object' }],
    ],
    [
      'a field with an additional type',
      'type-widened',
      'error.code',
      [`${FIELDS}/code/type`, ['string', 'integer']],
    ],
    ['a field without a schema', 'type-widened', 'error.message', [`${FIELDS}/message`, {}]],
    [
      'a field that may be null',
      'null-possible',
      'error.message',
      [`${FIELDS}/message/type`, ['string', 'null']],
    ],
    [
      'a field that may be null by anyOf',
      'null-possible',
      'error.message',
      [`${FIELDS}/message`, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ],
    ['another constant', 'value-removed', 'success', [`${BODY}/success/const`, true]],
    ['a constant that became a boolean', 'type-widened', 'success', [`${BODY}/success`, { type: 'boolean' }]],
  ])('%s: %s %s', (_name, rule, what, ...edits) => {
    const before = createSmallCatalog('ai-api')
    const breaking = diff(before, applyEdits(before, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })

  test.each<[name: string, Rule, what: string, ...Edit[]]>([
    ['a removed enum value', 'value-removed', 'error.status', [`${FIELDS}/status/enum/0`, undefined]],
    [
      'an enum that became a string',
      'values-opened',
      'error.status',
      [`${FIELDS}/status`, { type: 'string' }],
    ],
    [
      'a removed branch of oneOf',
      'value-removed',
      'error.details[].@type',
      [`${FIELDS}/details/items/oneOf/1`, undefined],
    ],
    [
      'a removed field in a branch of oneOf',
      'field-removed',
      'error.details[].retryDelay',
      [`${FIELDS}/details/items/oneOf/1/properties/retryDelay`, undefined],
      [`${FIELDS}/details/items/oneOf/1/required`, ['@type']],
    ],
    [
      'a field in a branch of oneOf that became optional',
      'field-optional',
      'error.details[].requestId',
      [`${FIELDS}/details/items/oneOf/3/required`, ['@type']],
    ],
  ])('%s: %s %s', (_name, rule, what, ...edits) => {
    const before = createSmallCatalog('google')
    const breaking = diff(before, applyEdits(before, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking.map((change) => [change.rule, change.what])).toEqual([[rule, what]])
  })

  test('explains the direction of a retryable change and the collision of a renamed code', () => {
    const before = createSmallCatalog('ai-api')
    const after = applyEdits(
      before,
      ['/errors/0/retryable', false],
      ['/errors/4/retryable', true],
      ['/errors/3/wire', 'CONFLICT'],
    )
    expect(diff(before, after).map(({ what, why }) => [what, why])).toEqual([
      ['rate_limit_exceeded', 'Clients that retried before now give up.'],
      [
        'model_not_found',
        'Clients that look for the old code no longer find it, and cannot distinguish it from conflict.',
      ],
      ['conflict', 'Clients that stopped before now retry a request that must not be retried.'],
    ])
  })

  test('is reported once for a code that is also an enum value in the schema', () => {
    const before = applyEdits(createSmallCatalog('ai-api'), [
      `${FIELDS}/code`,
      { enum: ['MODEL_NOT_FOUND', 'CONFLICT'] },
    ])
    const after = applyEdits(before, [`${FIELDS}/code/enum/0`, undefined], ['/errors/3', undefined])
    expect(diff(before, after).map(({ rule }) => rule)).toEqual(['code-removed'])
  })

  test.each(ids.filter((id) => id !== 'ai-api'))('is reported for the change from ai-api to %s', (id) => {
    const breaking = diff(createSmallCatalog('ai-api'), createSmallCatalog(id))
    expect(breaking.map(({ rule }) => rule)).toContain('envelope-changed')
  })
})

describe('a harmless change', () => {
  const gone = { code: 'gone', wire: 'GONE', status: 410, retryable: false, message: 'm', headers: [] }
  test.each<[name: string, ...Edit[]]>([
    ['an added code', ['/errors/5', gone]],
    ['an added code with the wire code of another', ['/errors/5', { ...gone, wire: 'MODEL_NOT_FOUND' }]],
    ['another message', ['/errors/3/message', 'No such model']],
    ['an empty message', ['/errors/3/message', '']],
    ['an added header', ['/errors/3/headers', ['retry-after', 'x-request-id']]],
    ['headers in another order', ['/errors/0/headers', ['x-request-id', 'retry-after']]],
    ['errors in another order', ['/errors', createSmallCatalog('ai-api').errors.toReversed()]],
    ['a content type in another case', ['/contentType', 'Application/JSON;charset="UTF-8"']],
    ['a content type without charset', ['/contentType', 'application/json']],
    ['strict mode', ['/envelope', 'ai-api:strict']],
    ['an added field', [`${BODY}/docs`, { type: 'string' }]],
    [
      'an added required field',
      [`${BODY}/docs`, { type: 'string' }],
      ['/schema/required', ['success', 'error', 'meta', 'docs']],
    ],
    ['a field that became required', [`${ERROR}/required`, ['code', 'message', 'details']]],
    ['required fields in another order', ['/schema/required', ['meta', 'error', 'success']]],
    ['another title', ['/schema/title', 'Errors']],
    ['added descriptions', [`${FIELDS}/code/description`, 'The code'], ['/schema/description', 'An error']],
    ['a greater maxLength', [`${FIELDS}/message/maxLength`, 2000]],
    ['a removed minLength', [`${FIELDS}/code/minLength`, undefined]],
    ['a removed pattern', [`${BODY}/meta/properties/timestamp/pattern`, undefined]],
    ['an added format', [`${BODY}/meta/properties/timestamp/format`, 'date-time']],
    ['a greater maxItems', [`${FIELDS}/details/properties/issues/maxItems`, 100]],
    ['allowed additional fields', ['/schema/additionalProperties', true]],
    ['a string that became an enum', [`${FIELDS}/code`, { enum: ['RATE_LIMIT_EXCEEDED', 'CONFLICT'] }]],
    ['a constant written as an enum', [`${BODY}/success`, { type: 'boolean', enum: [false] }]],
    [
      'a part of the schema written as a reference',
      [ERROR, { $ref: '#/$defs/error' }],
      [
        '/schema/$defs',
        {
          error: (createSmallCatalog('ai-api').schema as { properties: { error: object } }).properties.error,
        },
      ],
    ],
    [
      'a schema written as allOf',
      ['/schema', { allOf: [createSmallCatalog('ai-api').schema, { type: 'object' }] }],
    ],
    ['another $schema', ['/schema/$schema', 'http://json-schema.org/draft-07/schema#']],
  ])('%s', (_name, ...edits) => {
    const before = createSmallCatalog('ai-api')
    const breaking = diff(before, applyEdits(before, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking).toEqual([])
  })

  test.each<[name: string, ...Edit[]]>([
    ['an added enum value', [`${FIELDS}/status/enum/16`, 'OTHER']],
    [
      'oneOf written as anyOf in another order',
      [
        `${FIELDS}/details/items`,
        {
          anyOf: (
            createSmallCatalog('google').schema as {
              properties: { error: { properties: { details: { items: { oneOf: object[] } } } } }
            }
          ).properties.error.properties.details.items.oneOf.toReversed(),
        },
      ],
    ],
    [
      'an added branch of oneOf',
      [
        `${FIELDS}/details/items/oneOf/4`,
        { type: 'object', required: ['@type'], properties: { '@type': { const: 'Help' } } },
      ],
    ],
  ])('%s', (_name, ...edits) => {
    const before = createSmallCatalog('google')
    const breaking = diff(before, applyEdits(before, ...edits)).filter(({ isBreaking }) => isBreaking)
    expect(breaking).toEqual([])
  })

  test.each(ids)('equal catalogs of %s have no changes, also in strict mode', (id) => {
    for (const envelope of [envelopes[id], envelopes[id].strict]) {
      const catalog = structuredClone(createCatalog(envelope, allTypes))
      expect(diff(catalog, structuredClone(catalog))).toEqual([])
    }
  })

  test('is reported, except titles and descriptions', () => {
    const before = createSmallCatalog('ai-api')
    const after = applyEdits(
      before,
      ['/errors/3/message', 'No such model'],
      ['/errors/5', gone],
      ['/schema/title', 'Errors'],
    )
    expect(diff(before, after)).toMatchObject([
      { rule: 'message-changed', isBreaking: false, what: 'model_not_found', after: 'No such model' },
      { rule: 'code-added', isBreaking: false, what: 'gone', after: 'GONE' },
    ])
  })
})
