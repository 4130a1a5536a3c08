import { describe, expect, test } from 'vitest'
import {
  Conflict,
  defineEnvelope,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  type EnvelopeDefinition,
} from '../src/index.ts'

const definition: EnvelopeDefinition<'E_LIMIT' | 'E_FAIL'> = {
  id: 'acme',
  codes: { E_LIMIT: { status: 429, message: 'Slow down', retryable: true }, E_FAIL: { status: 500 } },
  table: { default: 'E_FAIL', rate_limit_exceeded: 'E_LIMIT' },
  body: ({ code, message }) => ({ fault: code, text: message }),
  read: ({ fault, text }) =>
    typeof fault === 'string' ? { code: fault, message: text as string } : undefined,
}

describe('an envelope of a team’s own', () => {
  const acme = defineEnvelope(definition)

  test('answers what its table lists exactly so', () => {
    expect(acme.render(new RateLimitExceeded({ retryAfter: 3 }))).toEqual({
      status: 429,
      headers: { 'Retry-After': '3' },
      body: { fault: 'E_LIMIT', text: 'Slow down' },
    })
  })

  test('answers what it does not list by code and status, and strictly by what is above it', () => {
    expect(acme.render(new Conflict())).toMatchObject({ status: 409, body: { fault: 'conflict' } })
    expect(acme.strict.render(new Conflict())).toMatchObject({ status: 500, body: { fault: 'E_FAIL' } })
    expect(acme.strict.render(new QuotaExceeded())).toMatchObject({ status: 429, body: { fault: 'E_LIMIT' } })
  })

  test('has no error of the code `default`', () => {
    class Default extends Conflict {
      static override code = 'default'
    }
    expect(acme.render(new Default())).toMatchObject({ status: 409, body: { fault: 'default' } })
  })

  test('reads what it wrote', () => {
    expect(acme.parse({ status: 429, body: '{"fault":"E_LIMIT","text":"Slow down"}' })).toBeInstanceOf(
      RateLimitExceeded,
    )
    expect(acme.parse(acme.render(new ModelNotFound({ model: 'm' })))).toMatchObject({
      code: 'model_not_found',
    })
  })

  test('with a letter case of its own names and reads what it does not list', () => {
    const dashed = defineEnvelope({
      ...definition,
      nameOf: (code) => code.replaceAll('_', '-'),
      codeOf: (name) => name.replaceAll('-', '_'),
    })
    const rendered = dashed.render(new ModelNotFound({ model: 'm' }))
    expect(rendered.body).toMatchObject({ fault: 'model-not-found' })
    expect(dashed.parse(rendered)).toMatchObject({ code: 'model_not_found' })
  })

  test('may leave out the name of its event', () => {
    expect(defineEnvelope({ ...definition, event: null }).frame(new Conflict())).toMatch(/^data: /)
    expect(defineEnvelope({ ...definition, event: 'fault' }).frame(new Conflict())).toMatch(
      /^event: fault\ndata: /,
    )
  })
})

describe('a definition is refused', () => {
  test.each([
    ['without a default', { table: { conflict: 'E_FAIL' } }, /table must have a row `default`/],
    ['without a table', { table: undefined }, /table must have a row `default`/],
    [
      'with a row to nowhere',
      { table: { default: 'E_FAIL', conflict: 'E_GONE' } },
      /table\.conflict leads to "E_GONE", which is not in codes \(E_LIMIT, E_FAIL\)/,
    ],
    [
      'with a nearest to nowhere',
      { nearest: { conflict: { code: 'X', status: 400 } } },
      /nearest\.conflict leads to "X"/,
    ],
    [
      'with a status that is no error’s',
      { codes: { E_FAIL: { status: 200 } }, table: { default: 'E_FAIL' } },
      /codes\.E_FAIL\.status must be an integer from 400 to 599, not 200/,
    ],
    [
      'with a row’s status that is no error’s',
      { table: { default: { code: 'E_FAIL', status: 99 } } },
      /table\.default\.status/,
    ],
    ['with an id that is none', { id: 'Acme Corp' }, /defineEnvelope\("Acme Corp"\): id must be/],
    ['without a body', { body: undefined }, /body must be a function/],
    ['without a read', { read: 1 }, /read must be a function/],
    ['without codes', { codes: undefined }, /codes must be an object/],
    ['with a code that is nothing', { codes: { E_FAIL: null } }, /codes\.E_FAIL\.status must be/],
  ])('%s', (_, part, message) => {
    expect(() => defineEnvelope({ ...definition, ...part } as typeof definition)).toThrow(message)
  })
})
