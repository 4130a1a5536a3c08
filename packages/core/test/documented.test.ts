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
import { documented, documentedModes, createSample, modes, taxonomy, type DocumentedName } from './spec.ts'

const context = { requestId: 'req_1234567890', timestamp: new Date('2024-01-01T00:00:00Z') }
const ajv = new Ajv2020({ strict: true, allErrors: true })

/** Returns the wire code in a body; undefined if the body has none. */
function getWireCode(name: DocumentedName, { body }: RenderedResponse): string | undefined {
  const { error, detail } = body as { error?: { code?: string; type?: string }; detail?: { type?: string } }
  return documented[name].identifier === 'code' ? error?.code : (error?.type ?? detail?.type)
}

describe.each(documentedModes)('$name, $mode', ({ name, mode, envelope }) => {
  const validate = ajv.compile(envelope.schema)

  test.each(taxonomy)('renders $code as specified', (row) => {
    const error = createSample(row)
    const rendered = envelope.render(error, context)
    const wire = row.wire[name]
    const wireCode = getWireCode(name, rendered)
    if (wire.documented || mode === 'strict') {
      expect(rendered.status).toBe(wire.status)
      if (wireCode !== undefined) expect(wireCode).toBe(wire.code)
      const listed = documented[name].codes.find((code) => code.wire === wire.code)!
      expect(envelope.lookup(error)).toMatchObject({ code: wire.code, status: wire.status })
      expect(envelope.lookup(error).retryable).toBe(
        documented[name].retry.statuses?.includes(wire.status) ?? listed.retryable ?? row.retryable,
      )
    } else {
      expect(rendered.status).toBe(row.status)
      expect(wireCode).toBe(getUndocumentedCode(name, row.code, row.status))
      expect(envelope.lookup(error).retryable).toBe(
        documented[name].retry.statuses?.includes(row.status) ?? row.retryable,
      )
    }
    expect(validate(rendered.body), JSON.stringify([rendered.body, validate.errors])).toBe(true)
  })

  test('lists exactly the codes of its document', () => {
    const { codes } = documented[name]
    expect(Object.keys(envelope.codes)).toEqual(codes.map(({ wire }) => wire))
    for (const { wire, status, message, retryable, field = fieldsOfRules[wire] } of codes) {
      expect(envelope.codes[wire]).toEqual(JSON.parse(JSON.stringify({ status, message, retryable, field })))
    }
  })

  test('has the retry policy of its document', () => {
    const { statuses, maxAttempts, maxAttemptsByStatus, delaySeconds, why } = documented[name].retry
    const delays = delaySeconds?.split(': ')[1]?.split(', ').map(Number)
    expect(envelope.retryPolicy).toEqual(
      JSON.parse(JSON.stringify({ statuses, maxAttempts, maxAttemptsByStatus, delays, reason: why })),
    )
  })

  test('maps an error to every code of its document', () => {
    const reached = new Set(taxonomy.map((row) => envelope.lookup(createSample(row)).code))
    for (const { wire } of documented[name].codes) expect(reached).toContain(wire)
  })

  if (mode === 'strict') {
    test('sends only documented statuses and codes', () => {
      for (const row of taxonomy) {
        const { code, status } = envelope.lookup(createSample(row))
        expect(Object.keys(envelope.codes)).toContain(code)
        expect(documented[name].statuses).toContain(status)
      }
    })
  }
})

/** Returns the wire code in normal mode of an error that the document does not list. */
function getUndocumentedCode(name: DocumentedName, code: string, status: number): string | undefined {
  if (name === 'ai-api') return code.toUpperCase()
  if (documented[name].identifier === 'code') return code
  const listed = documented[name].codes.find((other) => other.status === status)
  if (listed !== undefined)
    return name === 'compactifai' && [401, 500].includes(status) ? undefined : listed.wire
  const canonical = taxonomy.find(
    (row) => row.status === status && getCanonicalCode(status) === row.code,
  )!.code
  return canonical.endsWith('_error') ? canonical : `${canonical}_error`
}

/** Returns the code of the error class that represents a status. */
function getCanonicalCode(status: number): string {
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
    'of $wire is "$message" unless the error has its own message',
    ({ id, wire, message }) => {
      for (const envelope of [envelopes[id], envelopes[id].strict]) {
        const row = taxonomy.find((other) => other.wire[id].code === wire && other.wire[id].documented)!
        expect(getMessage(envelope.render(createSample(row)))).toBe(message)
        const own = envelope.render(createSample(row, { message: 'My own message.', expose: true }))
        expect(getMessage(own)).toBe('My own message.')
      }
    },
  )

  test('never contains the message of an internal error', () => {
    for (const { envelope } of modes) {
      const body = JSON.stringify(
        envelope.render(new InternalError({ message: 'secret', details: 'secret' })),
      )
      expect(body).not.toContain('secret')
    }
  })
})

function getMessage({ body }: RenderedResponse): string {
  return (body as { error: { message: string } }).error.message
}

describe('the samples of the documents', () => {
  const getSample = (id: DocumentedName, index: number) => documented[id].samples[index]!
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

  test.each(cases)('of %s, number %i, equal the rendered body', (id, index, error) => {
    const { status, body } = getSample(id, index)
    for (const envelope of [envelopes[id], envelopes[id].strict]) {
      const rendered = envelope.render(error, context)
      expect(rendered.status).toBe(status)
      // The ai-api sample has a placeholder for its code.
      expect(JSON.parse(JSON.stringify(rendered.body).replace('"INVALID_REQUEST"', '"ERROR_CODE"'))).toEqual(
        body,
      )
    }
  })

  test('are all tested', () => {
    const all = Object.values(documented).flatMap(({ id, samples }) =>
      samples.map((_, index) => `${id} ${index}`),
    )
    expect(cases.map(([id, index]) => `${id} ${index}`)).toEqual(all)
  })
})

/** Fields that a rule of a document assigns to a code. */
const fieldsOfRules: Readonly<Record<string, string>> = { UNSUPPORTED_MODEL: 'model' }

describe('the rules of the documents', () => {
  test('compresr sends Retry-After on every 429 and 503: 5 seconds unless the error or an option specifies another value', () => {
    for (const { envelope } of modes.filter(({ name }) => name === 'compresr')) {
      for (const row of taxonomy) {
        const { status, headers } = envelope.render(createSample(row, { retryAfter: undefined }))
        expect(headers).toEqual([429, 503].includes(status) ? { 'Retry-After': '5' } : {})
        expect(envelope.render(createSample(row, { retryAfter: 0.2 })).headers).toEqual({
          'Retry-After': '1',
        })
        const other = envelope.render(createSample(row, { retryAfter: undefined }), { retryAfter: 12 })
        expect(other.headers).toEqual([429, 503].includes(status) ? { 'Retry-After': '12' } : {})
      }
    }
  })

  test('compresr names the field of a validation_error in its message', () => {
    for (const { envelope } of modes.filter(({ name }) => name === 'compresr')) {
      for (const row of taxonomy.filter(({ wire }) => wire.compresr.code === 'validation_error')) {
        const error = createSample(row)
        if (error.field !== undefined) expect(getMessage(envelope.render(error))).toContain(error.field)
      }
      const issues = [{ message: 'must be text', path: ['messages', 0, 'content'] }]
      expect(getMessage(envelope.render(new ValidationFailed({ issues })))).toContain('messages[0].content')
      expect(getMessage(envelope.render(new ValidationFailed({ issues, message: 'No.' })))).toBe(
        'messages[0].content: No.',
      )
    }
  })

  test('ai-api sends the documented field of its field-specific codes, and details only with a field', () => {
    const { codes } = documented['ai-api']
    for (const row of taxonomy) {
      const { code: wireCode } = row.wire['ai-api']
      const field = codes.find(({ wire }) => wire === wireCode)?.field ?? fieldsOfRules[wireCode]
      const { details } = (
        envelopes['ai-api'].strict.render(createSample(row)).body as {
          error: { details?: { field: string } }
        }
      ).error
      if (field !== undefined) expect(details?.field).toBe(field)
      else expect(details?.field).toBe(createSample(row).issues?.[0] && 'seed')
    }
  })

  // 001_b3522b511371328a.txt, "Request ID".
  test('ai-api reads the abbreviated sample, without success and timestamp', () => {
    const body = {
      error: { code: 'INVALID_REQUEST', message: 'The request was invalid' },
      meta: { request_id: 'req_1234567890' },
    }
    const error = envelopes['ai-api'].parse({ status: 400, body })
    expect([error?.code, error?.requestId]).toEqual(['invalid_request', 'req_1234567890'])
  })

  // 000_8da6f1528f709f34.txt, "Error Handling": "optionally param and code values".
  test('compactifai reads bodies without param and code', () => {
    const body = { error: { type: 'not_found_error', message: 'Model not found' } }
    expect(envelopes.compactifai.parse({ status: 404, body })?.code).toBe('not_found')
  })

  // 003_c0eb6c9e861be9c2.txt, "HTTP error codes", 422.
  test.each([
    'unsupported_model',
    'unsupported_interface',
    'invalid_content_media',
    'unsafe_content',
  ] as const)('humanloop answers %s with 422, as a request with invalid instructions', (code) => {
    const row = taxonomy.find((each) => each.code === code)!
    expect(envelopes.humanloop.lookup(createSample(row))).toMatchObject({
      code: 'unprocessable_entity_error',
      status: 422,
    })
  })

  // 002_37fdb92463722095.txt, "Client errors", invalid_request.
  test('a15t answers a file format that is not accepted with 400 invalid_request', () => {
    const row = taxonomy.find(({ code }) => code === 'invalid_file_format')!
    expect(envelopes.a15t.lookup(createSample(row))).toMatchObject({ code: 'invalid_request', status: 400 })
  })

  test('ai-api sends all issues in normal mode and the first one in strict mode', () => {
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

  test('a15t sends the type of the status', () => {
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
        const { status, body } = envelope.render(createSample(row))
        if (status in types) expect((body as { error: { type: string } }).error.type).toBe(types[status])
      }
    }
  })

  test('compactifai adds the documented prefix to the message of every 400 once', () => {
    const { compactifai } = envelopes
    expect(getMessage(compactifai.render(new InvalidRequest({ message: 'Bad seed' })))).toBe(
      'Invalid request: Bad seed',
    )
    expect(getMessage(compactifai.render(new InvalidRequest({ message: 'Invalid request: Bad seed' })))).toBe(
      'Invalid request: Bad seed',
    )
  })

  test('humanloop sends the service name as the default origin', () => {
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
