import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import {
  envelopes,
  InvalidApiKey,
  InvalidTemperature,
  InternalError,
  InvalidRequest,
  UnsupportedModel,
  ValidationFailed,
  type ApiError,
  type RenderedResponse,
} from '../src/index.ts'
import { documented, documentedModes, errorOfKind, modes, taxonomy, type DocumentedName } from './spec.ts'

const context = { requestId: 'req_1234567890', timestamp: new Date('2024-01-01T00:00:00Z') }
const ajv = new Ajv2020({ strict: true, allErrors: true })

/** The identifier that a body carries, where it carries one. */
function wireCode(name: DocumentedName, { body }: RenderedResponse): string | undefined {
  const { error, detail } = body as { error?: { code?: string; type?: string }; detail?: { type?: string } }
  return documented[name].identifier === 'code' ? error?.code : (error?.type ?? detail?.type)
}

describe.each(documentedModes)('$name, $mode', ({ name, mode, envelope }) => {
  const validate = ajv.compile(envelope.schema)

  test.each(taxonomy)('answers $code as the specification says', (row) => {
    const error = errorOfKind(row)
    const rendered = envelope.render(error, context)
    const wire = row.wire[name]
    const told = wireCode(name, rendered)
    if (wire.documented || mode === 'strict') {
      expect(rendered.status).toBe(wire.status)
      if (told !== undefined) expect(told).toBe(wire.code)
      const listed = documented[name].codes.find((code) => code.wire === wire.code)!
      expect(envelope.lookup(error)).toMatchObject({ code: wire.code, status: wire.status })
      expect(envelope.lookup(error).retryable).toBe(listed.retryable ?? row.retryable)
    } else {
      expect(rendered.status).toBe(row.status)
      expect(told).toBe(undocumentedName(name, row.code, row.status))
      expect(envelope.lookup(error).retryable).toBe(row.retryable)
    }
    expect(validate(rendered.body), JSON.stringify([rendered.body, validate.errors])).toBe(true)
  })

  test('lists exactly the codes of its document', () => {
    const { codes } = documented[name]
    expect(Object.keys(envelope.codes)).toEqual(codes.map(({ wire }) => wire))
    for (const { wire, status, message, retryable, field } of codes) {
      expect(envelope.codes[wire]).toEqual(JSON.parse(JSON.stringify({ status, message, retryable, field })))
    }
  })

  test('reaches every code of its document from some error', () => {
    const reached = new Set(taxonomy.map((row) => envelope.lookup(errorOfKind(row)).code))
    for (const { wire } of documented[name].codes) expect(reached).toContain(wire)
  })

  if (mode === 'strict') {
    test('sends no status and no code that its document lacks', () => {
      for (const row of taxonomy) {
        const { code, status } = envelope.lookup(errorOfKind(row))
        expect(Object.keys(envelope.codes)).toContain(code)
        expect(documented[name].statuses).toContain(status)
      }
    })
  }
})

/** What normal mode calls an error that the document lacks. */
function undocumentedName(name: DocumentedName, code: string, status: number): string | undefined {
  if (name === 'ai-api') return code.toUpperCase()
  if (documented[name].identifier === 'code') return code
  const listed = documented[name].codes.find((other) => other.status === status)
  if (listed !== undefined)
    return name === 'compactifai' && [401, 500].includes(status) ? undefined : listed.wire
  const canonical = taxonomy.find((row) => row.status === status && canonicalOf(status) === row.code)!.code
  return canonical.endsWith('_error') ? canonical : `${canonical}_error`
}

/** The kind that gives a status its name. */
function canonicalOf(status: number): string {
  return (
    {
      402: 'payment_required',
      403: 'permission_denied',
      413: 'payload_too_large',
      415: 'unsupported_media_type',
      429: 'rate_limit_exceeded',
      422: 'validation_failed',
      502: 'upstream_error',
      503: 'service_unavailable',
      504: 'gateway_timeout',
    }[status] ?? taxonomy.find((row) => row.status === status)!.code
  )
}

describe('a documented message', () => {
  const withMessage = Object.values(documented).flatMap(({ id, codes }) =>
    codes.flatMap(({ wire, message }) => (message === undefined ? [] : [{ id, wire, message }])),
  )

  test.each(withMessage)(
    '$wire says "$message" unless the thrower says otherwise',
    ({ id, wire, message }) => {
      for (const envelope of [envelopes[id], envelopes[id].strict]) {
        const row = taxonomy.find((other) => other.wire[id].code === wire && other.wire[id].documented)!
        expect(messageOf(envelope.render(errorOfKind(row)))).toBe(message)
        const own = envelope.render(errorOfKind(row, { message: 'My own words.', expose: true }))
        expect(messageOf(own)).toBe('My own words.')
      }
    },
  )

  test('does not come from an internal error', () => {
    for (const { envelope } of modes) {
      const body = JSON.stringify(
        envelope.render(new InternalError({ message: 'secret', details: 'secret' })),
      )
      expect(body).not.toContain('secret')
    }
  })
})

function messageOf({ body }: RenderedResponse): string {
  return (body as { error: { message: string } }).error.message
}

describe('the documents’ samples', () => {
  const sample = (id: DocumentedName, at: number) => documented[id].samples[at]!
  const cases: [DocumentedName, number, ApiError][] = [
    ['a15t', 0, new InvalidTemperature({ issue: 'decimal above maximum value. ' })],
    [
      'ai-api',
      0,
      new ValidationFailed({
        message: 'Human-readable error message',
        issues: [{ message: 'detailed_issue_description', path: ['specific_field_name'] }],
      }),
    ],
    ['compactifai', 0, new UnsupportedModel({ model: 'nonexistent-model', available: ['model1', 'model2'] })],
    ['compactifai', 1, new InvalidApiKey()],
    ['compactifai', 2, new InternalError({ message: 'secret' })],
    [
      'humanloop',
      0,
      new ValidationFailed({
        origin: 'OpenAI',
        issues: [],
        message:
          "This model's maximum context length is 4097 tokens. However, you requested 10000012 tokens (12 in the messages, 10000000 in the completion). Please reduce the length of the messages or completion.",
      }),
    ],
  ]

  test.each(cases)('%s, sample %i', (id, at, error) => {
    const { status, body } = sample(id, at)
    for (const envelope of [envelopes[id], envelopes[id].strict]) {
      const rendered = envelope.render(error, context)
      expect(rendered.status).toBe(status)
      // The ai-api sample has a placeholder for its code.
      expect(JSON.parse(JSON.stringify(rendered.body).replace('"INVALID_REQUEST"', '"ERROR_CODE"'))).toEqual(
        body,
      )
    }
  })

  test('are all here', () => {
    const all = Object.values(documented).flatMap(({ id, samples }) => samples.map((_, at) => `${id} ${at}`))
    expect(cases.map(([id, at]) => `${id} ${at}`)).toEqual(all)
  })
})

describe('the documents’ rules', () => {
  test('compresr promises Retry-After on every 429 and 503, 5 seconds unless the thrower or an option says otherwise', () => {
    for (const { envelope } of modes.filter(({ name }) => name === 'compresr')) {
      for (const row of taxonomy) {
        const { status, headers } = envelope.render(errorOfKind(row, { retryAfter: undefined }))
        expect(headers).toEqual([429, 503].includes(status) ? { 'Retry-After': '5' } : {})
        expect(envelope.render(errorOfKind(row, { retryAfter: 0.2 })).headers).toEqual({ 'Retry-After': '1' })
        const other = envelope.render(errorOfKind(row, { retryAfter: undefined }), { retryAfter: 12 })
        expect(other.headers).toEqual([429, 503].includes(status) ? { 'Retry-After': '12' } : {})
      }
    }
  })

  test('compresr names the field of a validation_error in its message', () => {
    for (const { envelope } of modes.filter(({ name }) => name === 'compresr')) {
      for (const row of taxonomy.filter(({ wire }) => wire.compresr.code === 'validation_error')) {
        const error = errorOfKind(row)
        if (error.field !== undefined) expect(messageOf(envelope.render(error))).toContain(error.field)
      }
      const issues = [{ message: 'must be text', path: ['messages', 0, 'content'] }]
      expect(messageOf(envelope.render(new ValidationFailed({ issues })))).toContain('messages[0].content')
      expect(messageOf(envelope.render(new ValidationFailed({ issues, message: 'No.' })))).toBe(
        'messages[0].content: No.',
      )
    }
  })

  test('ai-api ties its field-specific codes to their documented fields, and has details only with a field', () => {
    const { codes } = documented['ai-api']
    for (const row of taxonomy) {
      const field = codes.find(({ wire }) => wire === row.wire['ai-api'].code)?.field
      const { details } = (
        envelopes['ai-api'].strict.render(errorOfKind(row)).body as { error: { details?: { field: string } } }
      ).error
      if (field !== undefined) expect(details?.field).toBe(field)
      else expect(details?.field).toBe(errorOfKind(row).issues?.[0] && 'seed')
    }
  })

  test('with several issues ai-api lists all in normal mode, and only the first in strict', () => {
    const error = new ValidationFailed({
      issues: [
        { message: 'a', path: ['x'] },
        { message: 'b', path: ['y', 0], code: 'too_small' },
      ],
    })
    const details = (rendered: RenderedResponse) =>
      (rendered.body as { error: { details: unknown } }).error.details
    expect(details(envelopes['ai-api'].strict.render(error))).toEqual({ field: 'x', issue: 'a' })
    expect(details(envelopes['ai-api'].render(error))).toEqual({
      field: 'x',
      issue: 'a',
      issues: [
        { field: 'x', issue: 'a' },
        { field: 'y[0]', issue: 'b', code: 'too_small' },
      ],
    })
  })

  test('a15t gives every status its type', () => {
    const types: Record<number, string> = {
      400: 'bad_request',
      401: 'unauthorized',
      403: 'forbidden',
      404: 'not_found',
      409: 'conflict',
      429: 'rate_limit_exceeded',
      500: 'internal_error',
      502: 'bad_gateway',
      503: 'service_unavailable',
      402: 'payment_required',
      413: 'payload_too_large',
      422: 'unprocessable_entity',
      504: 'gateway_timeout',
    }
    for (const row of taxonomy) {
      for (const envelope of [envelopes.a15t, envelopes.a15t.strict]) {
        const { status, body } = envelope.render(errorOfKind(row))
        if (status in types) expect((body as { error: { type: string } }).error.type).toBe(types[status])
      }
    }
  })

  test('compactifai begins every 400 with its words, once', () => {
    const { compactifai } = envelopes
    expect(messageOf(compactifai.render(new InvalidRequest({ message: 'Bad seed' })))).toBe(
      'Invalid request: Bad seed',
    )
    expect(messageOf(compactifai.render(new InvalidRequest({ message: 'Invalid request: Bad seed' })))).toBe(
      'Invalid request: Bad seed',
    )
  })

  test('humanloop names the service where no other origin is given', () => {
    const origin = (service?: string) =>
      (
        envelopes.humanloop.render(new InternalError(), { serviceName: service }).body as {
          detail: { origin: string }
        }
      ).detail.origin
    expect(origin()).toBe('api')
    expect(origin('Acme')).toBe('Acme')
  })
})
