import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  Conflict,
  createResponder,
  defineEnvelope,
  envelopes,
  hasTextBodies,
  InternalError,
  ProcessingError,
  PromptViolation,
  ValidationFailed,
  parseEvents,
  type Envelope,
} from '../src/index.ts'
import { modes } from './spec.ts'

const all: readonly Envelope[] = Object.values(envelopes)
const senders = all.filter(({ detailsPlace }) => typeof detailsPlace === 'string')

/** Returns the paths of a value in a body: `error.details.sku`. */
function findPaths(body: unknown, wanted: unknown, path = ''): string[] {
  if (body === wanted) return [path]
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, value]) => {
    const step = Array.isArray(body) ? '[]' : path === '' ? name : `.${name}`
    return findPaths(value, wanted, path + step)
  })
}

describe('details', () => {
  const error = new Conflict({ details: { sku: 'a1' } })

  test('are sent in the place that the envelope documents', () => {
    expect(senders).toHaveLength(13)
    for (const envelope of senders) {
      const place = envelope.detailsPlace === 'extension members' ? '' : `${envelope.detailsPlace}.`
      const expected = envelope.id === 'google' ? 'error.details[].metadata.' : place
      expect(findPaths(envelope.render(error).body, 'a1'), envelope.id).toEqual([`${expected}sku`])
    }
  })

  test('are not sent by an envelope whose definition has no place for them', () => {
    const others = all.filter((envelope) => !senders.includes(envelope))
    expect(others.map(({ id }) => id)).toEqual(['ai-sdk-ui', 'ag-ui', 'ollama'])
    for (const envelope of others) expect(JSON.stringify(envelope.render(error))).not.toContain('a1')
  })

  test('have the place in the table of the README that the definition states', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const { id, detailsPlace } of all) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${id}\` `))
      const cell = row?.split('|').at(-2)?.trim().replaceAll('`', '')
      expect(cell, id).toBe(detailsPlace ?? '—')
    }
  })

  test.each(modes.filter(({ mode }) => mode === 'strict'))(
    'are not sent by $name, strict',
    ({ envelope }) => {
      expect(JSON.stringify(envelope.render(error))).not.toContain('a1')
    },
  )

  test.each([
    ['an internal error', new InternalError({ details: { sku: 'a1' } })],
    ['an internal error with a public message', new InternalError({ expose: true, details: { sku: 'a1' } })],
    ['a subclass of an internal error', new ProcessingError({ expose: true, details: { sku: 'a1' } })],
    ['an error with a private message', new Conflict({ expose: false, details: { sku: 'a1' } })],
    [
      'a private refusal',
      new PromptViolation({ expose: false, details: { content_filter_result: { a1: {} } } }),
    ],
  ])('of %s are not sent by any envelope', (_, privateError) => {
    for (const { envelope } of modes) {
      expect(JSON.stringify(envelope.render(privateError)), envelope.id).not.toContain('a1')
      expect(envelope.errorEvents(privateError), envelope.id).not.toContain('a1')
    }
  })

  test('are the same after parsing, as far as the format has types', () => {
    for (const details of [{ sku: 'a1', left: 0, tags: [null, true] }, [1, 2], 'text', null, 7]) {
      for (const envelope of senders.filter(({ id }) => id !== 'google')) {
        const parsed = envelope.parse(envelope.render(new Conflict({ details })))
        expect(parsed?.details, envelope.id).toEqual(details)
      }
    }
    const { google } = envelopes
    const parsed = google.parse(google.render(new Conflict({ details: { sku: 'a1', left: 0, tags: [1] } })))
    expect(parsed?.details).toEqual({ sku: 'a1', left: '0', tags: '[1]' })
  })

  test('with a name that the envelope uses are nested under `details`', () => {
    const details = { status: 200, type: 'x', errors: [1], field: 'f', message: 'm', sku: 'a1' }
    const several = new ValidationFailed({
      issues: [
        { message: 'bad', path: ['a'] },
        { message: 'worse', path: ['b'] },
      ],
      details: { ...details, issues: 1 },
    })
    expect(envelopes['problem-details'].render(new Conflict({ details })).body).toMatchObject({
      status: 409,
      details: { status: 200, type: 'x', errors: [1] },
      field: 'f',
      sku: 'a1',
    })
    expect(envelopes['ai-api'].render(several).body).toMatchObject({
      error: { details: { field: 'a', issue: 'bad', details: { field: 'f', issues: 1 }, sku: 'a1' } },
    })
    expect(envelopes.openai.render(several).body).toMatchObject({
      error: { details: { issues: [{ field: 'a' }, { field: 'b' }], details: { issues: 1 }, field: 'f' } },
    })
    expect(envelopes['json-api'].render(several).body).toMatchObject({
      meta: { message: 'The request failed validation', details: { message: 'm' }, sku: 'a1' },
    })
    expect(envelopes.google.render(new Conflict({ details: { 'A b': 1, sku: 'a1' } })).body).toMatchObject({
      error: { details: [{ metadata: { details: '{"A b":1}', sku: 'a1' } }] },
    })
  })

  test('are sent in the events of a stream', () => {
    for (const envelope of senders)
      expect(envelope.errorEvents(error, { stream: { format: 'events' } }), envelope.id).toContain('a1')
  })

  test('are the input of an own envelope only if its definition has a place for them', () => {
    const definition = {
      id: 'own',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed' },
      renderBody: ({ details }: { details?: unknown }) => ({ details }),
      parseBody: () => undefined,
    } as const
    expect(defineEnvelope(definition).render(error).body).toEqual({ details: undefined })
    const sender = defineEnvelope({ ...definition, detailsPlace: 'details' })
    expect(sender.render(error).body).toEqual({ details: { sku: 'a1' } })
  })
})

test('details in a property that is not enumerable are not sent', () => {
  const error = Object.defineProperty(new Conflict(), 'details', { value: { internal: 'upstream' } })
  for (const envelope of all)
    expect(JSON.stringify(envelope.render(error).body), envelope.id).not.toContain('upstream')
})

describe('details that cannot be sent', { timeout: 30_000 }, () => {
  const circular: { self?: unknown } = {}
  circular.self = circular
  class Throwing extends Conflict {
    override get details(): never {
      throw new TypeError('no details')
    }
  }

  const cases: [string, () => ApiError][] = [
    ['a BigInt', () => new Conflict({ details: { id: 1n } })],
    ['a cycle', () => new Conflict({ details: circular })],
    [
      'a getter that throws',
      () =>
        new Conflict({
          details: Object.defineProperty({}, 'x', {
            enumerable: true,
            get() {
              throw new TypeError('secret')
            },
          }),
        }),
    ],
    [
      'a toJSON that throws',
      () =>
        new Conflict({
          details: {
            toJSON() {
              throw new TypeError('secret')
            },
          },
        }),
    ],
    ['a function', () => new Conflict({ details: () => {} })],
    ['a getter of the class that throws', () => new Throwing()],
    ['more than 16 KiB', () => new Conflict({ details: { text: 'ä'.repeat(8 * 1024) } })],
  ]

  test.each(cases)('because of %s are dropped and reported once', (_, create) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    for (const envelope of all) {
      log.mockClear()
      const responder = createResponder({ envelope, onError() {} })
      const request = () => ({ method: 'GET', url: '/', header: () => undefined, raw: null })
      const expected = responder.respond(new Conflict(), { ...request(), id: 'req_1' })
      for (let count = 0; count < 3; count += 1) {
        const response = responder.respond(create(), { ...request(), id: 'req_1' })
        expect([response.status, withoutTime(response.body)]).toEqual([409, withoutTime(expected.body)])
      }
      const reports = log.mock.calls.filter(([line]) => String(line).includes('details of an error'))
      expect(reports, envelope.id).toHaveLength(senders.includes(envelope) ? 1 : 0)
    }
    vi.restoreAllMocks()
  })

  test('of exactly 16 KiB are sent, and one byte more is not', () => {
    const { a15t } = envelopes
    const create = (length: number) => new Conflict({ details: 'x'.repeat(length) })
    expect(a15t.render(create(16 * 1024 - 2)).body).toHaveProperty('error.details')
    expect(JSON.stringify(a15t.render(create(16 * 1024 - 1)).body)).not.toContain('details')
  })

  test('as metadata of Google, because these are longer, are dropped too', () => {
    const details = { rows: Array.from({ length: 4000 }, () => '"') }
    const report = vi.fn<(message: string, reason: unknown) => void>()
    const { body } = envelopes.google.render(new Conflict({ details }), { report })
    expect(JSON.stringify(body)).not.toContain('metadata')
    expect(report).toHaveBeenCalledTimes(1)
  })
})

function withoutTime(body: string): string {
  return body.replace(/"timestamp":"[^"]*"/, '')
}

describe('random details', { timeout: 60_000 }, () => {
  const name = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toJSON', 'details', 'issues', 'issue', 'field'),
    fc.constantFrom(
      'type',
      'title',
      'status',
      'code',
      'errors',
      'error',
      'message',
      'instance',
      'error_code',
    ),
    fc.constantFrom('request_id', 'param', 'content_filter_result', 'sequence_number', 'success', 'a_b', '0'),
  )
  const { value } = fc.letrec<{ value: unknown; entries: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, '\ud800', 1n)),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('entries'),
    ),
    // Entries, because an assignment to `__proto__` does not create a property.
    entries: fc
      .array(fc.tuple(name, tie('value')), { maxLength: 5 })
      .map((entries): unknown => Object.fromEntries(entries)),
  }))
  const filter = fc.record({
    content_filter_result: fc.dictionary(name, fc.record({ filtered: fc.boolean() })),
  })
  const options = fc.record({
    details: fc.oneof(value, filter),
    issues: fc.array(fc.record({ message: fc.string(), path: fc.array(fc.string()) }), { maxLength: 3 }),
  })
  class OwnError extends ApiError<unknown> {
    static override code = 'own_error'
  }
  type Options = typeof options extends fc.Arbitrary<infer Value> ? Value : never
  const createError = fc.constantFrom(
    (given: Options): ApiError => new Conflict(given),
    (given: Options): ApiError => new ValidationFailed(given),
    (given: Options): ApiError => new PromptViolation(given),
    (given: Options): ApiError => new OwnError(given),
  )

  test.each(modes)('keep the law and match the schema of $name, $mode', ({ envelope }) => {
    const validate = new Ajv2020({ strict: true }).compile(envelope.schema)
    const isText = hasTextBodies(envelope)
    fc.assert(
      fc.property(createError, options, (create, given) => {
        const error = create(given)
        const rendered = envelope.render(error, { requestId: 'req_1', timestamp: new Date(0) })
        const body = typeof rendered.body === 'string' ? rendered.body : JSON.stringify(rendered.body)
        const parsed = envelope.parse({ ...rendered, body })!
        expect(JSON.stringify(envelope.render(parsed))).toBe(JSON.stringify(rendered))
        expect(validate(isText ? body : JSON.parse(body)), JSON.stringify(validate.errors)).toBe(true)
        const { data } = parseEvents(envelope.errorEvents(error, { requestId: 'req_1' }))[0]!
        expect(envelope.parse({ status: rendered.status, body: data })).toBeInstanceOf(ApiError)
        expect(Object.getPrototypeOf({})).toBe(Object.prototype)
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
    )
  })
})
