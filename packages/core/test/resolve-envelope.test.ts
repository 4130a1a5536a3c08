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

  test.each(['ai-apu', 'ai-api:lax', 'ai-api:strict:strict', ':strict', '', 'toString'])(
    'throws for the id %j and lists the known ids',
    (id) => {
      expect(() => resolveEnvelope(id)).toThrow(
        new TypeError(
          `Unknown envelope ${JSON.stringify(id)}. Known ids: ${Object.keys(envelopes).join(', ')}, each also with the suffix ":strict".`,
        ),
      )
    },
  )

  class Format {
    id = 'format'
  }

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{}, 'An instance of Object'],
    [Object.create(null), 'An instance of Object'],
    [new Format(), 'An instance of Format'],
    [Format, 'Format'],
    [() => envelopes.openai, 'A function'],
  ])('throws for %o, which is neither an id nor an envelope', (value, description) => {
    expect(() => resolveEnvelope(value)).toThrow(
      new TypeError(`${description} is neither an envelope nor a known envelope id`),
    )
  })
})

describe('isEnvelope', () => {
  test('returns true for envelopes only', () => {
    expect(Object.values(envelopes).every(isEnvelope)).toBe(true)
    expect([undefined, null, 'ai-api', {}, { render: 'x' }].some(isEnvelope)).toBe(false)
  })
})
