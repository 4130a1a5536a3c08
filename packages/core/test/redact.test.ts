import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findKey, redact } from '../src/index.ts'
import { policies } from '../src/log/redact.ts'

describe('both redaction policies', () => {
  test.each([
    ['sk_abcdef123456', '[redacted]'],
    ['pk-abc', '[redacted]'],
    ['Bearer abc', 'Bearer [redacted]'],
    ['passphrase: hunter2', 'passphrase: [redacted]'],
    ['{"prompt":"tell me"}', '{"prompt":"[redacted]"}'],
    ['{\\"prompt\\":\\"tell me\\"}', '{\\"prompt\\":\\"[redacted]\\"}'],
    ['authorization="Token abcdef" was sent', 'authorization="[redacted]" was sent'],
    ['authorization=\\"Token abcdef\\" was sent', 'authorization=\\"[redacted]\\" was sent'],
    ['pwd=back\\slash', 'pwd=[redacted]'],
    ['GET /v1?key=abc failed', 'GET /v1?key=[redacted] failed'],
    ['whsec_abcdef was refused', '[redacted] was refused'],
    ['rk_live_abcdef was refused', '[redacted] was refused'],
    [`token ${'Ab1-'.repeat(12)} expired`, 'token [redacted] expired'],
    [`token ${'Ab1/'.repeat(12)} expired`, 'token [redacted] expired'],
    ['mail jane.doe@corp.example', 'mail [redacted]'],
    ['key gsk_abcdef123456', 'key [redacted]'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
  ])('redact %s', (text, expected) => {
    expect(redact(text, 'log')).toBe(expected)
    expect(redact(text, 'wire')).toBe(expected)
  })

  test.each([
    ['connect ECONNREFUSED 10.0.0.5:5432', 'connect ECONNREFUSED [redacted]'],
    ['getaddrinfo ENOTFOUND db.internal', 'getaddrinfo ENOTFOUND [redacted]'],
    ['No answer from https://api.example.com/v1', 'No answer from [redacted]'],
    ['unique constraint "pk_users"', 'unique constraint "[redacted]"'],
    ['no access for org-a1b2c3d4e5', 'no access for [redacted]'],
    ['in arn:aws:bedrock:eu-west-1:123456789012:model/x', 'in [redacted]'],
  ])('differ in what shows where this service runs and whom it calls: %s', (text, onWire) => {
    expect(redact(text, 'log')).toBe(text)
    expect(redact(text, 'wire')).toBe(onWire)
  })

  test.each([
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    "Unsupported value: 'temperature' does not support 0.2 with this model. Only 1 is.",
    "Cannot read properties of undefined (reading 'token')",
    "Invalid type for 'messages[0].content': expected a string",
    'risk-free, task_force and desk-top are words',
  ])('keep %s', (text) => {
    expect(redact(text, 'log')).toBe(text)
    expect(redact(text, 'wire')).toBe(text)
  })

  test('limit the length and never show a part of a secret that the limit cuts', () => {
    for (let length = 1; length < 80; length++)
      for (const policy of ['log', 'wire'] as const) {
        const redacted = redact(`${'a '.repeat(20)}sk-${'x'.repeat(40)}${' b'.repeat(4000)}`, policy, length)
        expect(redacted.length).toBeLessThanOrEqual(length)
        expect(redacted).not.toContain('xx')
      }
  })

  test.each([
    ['quotation marks', ' "x'],
    ['URLs', 'a://a:'],
    ['signs of an e-mail address', 'a.'],
    ['beginnings of keys', 'sk-'],
    ['labels', 'key=\\"'],
    ['tokens', 'eyJhbGciOi.'],
    ['queries', '?a='],
    ['private keys', '-----BEGIN A-----'],
    ['hex digits', 'a:'],
    ['numbers', '1.'],
    ['a line', 'a'],
  ])('take a time that is linear in the length of the text: many %s', (_, part) => {
    const text = part.repeat(20_000 / part.length)
    for (const policy of ['log', 'wire'] as const) {
      const start = performance.now()
      redact(text, policy, 20_000)
      // A quadratic pattern takes seconds for 20,000 characters.
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })
})

describe('the wire policy', () => {
  test('makes one line', () => {
    expect(redact(' one\n  two\t three ', 'wire')).toBe('one two three')
    expect(redact('one\ntwo', 'log')).toBe('one\ntwo')
  })
})

describe('the hints', () => {
  const words =
    'authorization cookie bearer basic api access secret session client key token id is provided password passwd pwd sig ' +
    'credential prompt content input _ - : = . / ? & :// @ ( user example.com db.internal localhost 10.0.0.5 ::1 ab: sk pk ' +
    'rk_live_ whsec_ AIzaSyA1b2 ya29.a1b2c3d4 gsk_ xai- hf_ r8_ pplx- AKIAIOSFODNN7 ghp_ a1b2c3d4 github_pat_ xoxb- ' +
    'eyJhbGciOi org- wrkspc_ arn:aws: KEY----- abcdefghijklmnopqrst A1B2C3D4E5F6G7H8I9J0'
  const parts = [...words.split(' '), ' ', '\n', '\\', '"', "'", '“', '-----BEGIN ']

  test('match every string that a pattern matches', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 24 }), (list) => {
        const text = list.join('')
        for (const { patterns, hint } of policies)
          for (const { pattern } of patterns) if (text.search(pattern) !== -1) expect(text).toMatch(hint)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('findKey', () => {
  test('returns the first key', () => {
    expect(findKey('Incorrect API key provided: sk-proj-Abc123Def456.')).toBe('sk-proj-Abc123Def456')
    expect(findKey('The token eyJhbGciOi.eyJzdWIi.c2ln has expired')).toBe('eyJhbGciOi.eyJzdWIi.c2ln')
    expect(findKey('password=hunter2 for pk_users')).toBeUndefined()
  })
})
