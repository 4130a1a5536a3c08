import { describe, expect, test } from 'vitest'
import { envelopes, isEnvelope, resolveEnvelope } from '../src/index.ts'

describe('resolveEnvelope', () => {
  test('returns the envelope with an id, in the mode of its suffix', () => {
    expect(resolveEnvelope('ai-api')).toBe(envelopes['ai-api'])
    expect(resolveEnvelope('ai-api:strict')).toBe(envelopes['ai-api'].strict)
  })

  test('returns an envelope unchanged', () => {
    expect(resolveEnvelope(envelopes.openai.strict)).toBe(envelopes.openai.strict)
  })

  const ids = `${Object.keys(envelopes).join(', ')}, each also with the suffix ":strict".`

  test.each(['chat', 'ai-api:lax', 'ai-api:strict:strict', ':strict', '', 'toString'])(
    'throws for the id %j and lists the known ids',
    (id) => {
      expect(() => resolveEnvelope(id)).toThrow(
        new TypeError(`faultline: unknown envelope ${JSON.stringify(id)}; known ids: ${ids}`),
      )
    },
  )

  test.each([
    ['opnai', 'openai'],
    ['OpenAI', 'openai'],
    ['antropics', 'anthropic'],
    ['ai-apu:strict', 'ai-api:strict'],
    ['gogle:strict', 'google:strict'],
    ['openai:stric', 'openai:strict'],
  ])('throws for the id %j and suggests %j', (id, suggestion) => {
    expect(() => resolveEnvelope(id)).toThrow(
      new TypeError(`faultline: unknown envelope "${id}"; did you mean "${suggestion}"? Known ids: ${ids}`),
    )
  })

  class Format {
    id = 'format'
  }

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Format(), 'an instance of Format'],
    [Format, 'function Format'],
    [() => envelopes.openai, 'a function'],
  ])('throws for %o, which is neither an id nor an envelope', (value, description) => {
    expect(() => resolveEnvelope(value)).toThrow(
      new TypeError(`faultline: ${description} is neither an envelope nor a known envelope id`),
    )
  })
})

describe('isEnvelope', () => {
  test('returns true for envelopes only', () => {
    expect(Object.values(envelopes).every(isEnvelope)).toBe(true)
    expect([undefined, null, 'ai-api', {}, { render: 'x' }].some(isEnvelope)).toBe(false)
  })
})
