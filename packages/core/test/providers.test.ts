import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import {
  ApiError,
  Conflict,
  EndpointNotFound,
  resolveEnvelope,
  envelopes,
  InternalError,
  InvalidApiKey,
  InvalidRequest,
  MethodNotAllowed,
  ModelNotFound,
  ModelOverloaded,
  NotFound,
  Overloaded,
  PaymentRequired,
  PermissionDenied,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  ServiceUnavailable,
  Unauthenticated,
  UpstreamError,
  ValidationFailed,
  type Envelope,
  type EnvelopeId,
  parseEvents,
  type SentStream,
} from '../src/index.ts'
import { documented, createSample, modes, taxonomy } from './spec.ts'

// Requirements of the documents and SDKs of providers.

interface ErrorBody {
  readonly error: Readonly<Record<string, unknown>>
}

const context = { requestId: 'req_1' }
const getError = (body: unknown): ErrorBody['error'] => (body as ErrorBody).error
const renderSummary = (envelope: Envelope, error: ApiError): unknown[] => {
  const { status, body } = envelope.render(error, context)
  const { type, code } = getError(body)
  return [status, type, code]
}
const parseData = (event: string): Record<string, unknown> =>
  JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as Record<string, unknown>

const issues = [
  { message: 'must be text', path: ['messages', 0, 'content'] },
  { message: 'is too small', path: ['seed'], code: 'too_small' },
]
const invalid = new ValidationFailed({ issues })
const limited = new RateLimitExceeded({ retryAfter: 7 })

const invalidRequest = 'invalid_request_error'

describe('OpenAI', () => {
  const { openai } = envelopes

  test.each([
    [new InvalidRequest(), 400, invalidRequest, null],
    [new PromptTooLong(), 400, invalidRequest, 'context_length_exceeded'],
    [new PromptViolation(), 400, invalidRequest, 'content_policy_violation'],
    [new Unauthenticated(), 401, invalidRequest, null],
    [new InvalidApiKey(), 401, invalidRequest, 'invalid_api_key'],
    [new PermissionDenied(), 403, invalidRequest, null],
    [new NotFound(), 404, invalidRequest, null],
    [new ModelNotFound({ model: 'm' }), 404, invalidRequest, 'model_not_found'],
    [new Conflict(), 409, invalidRequest, null],
    [limited, 429, 'rate_limit_error', 'rate_limit_exceeded'],
    [new QuotaExceeded(), 429, 'insufficient_quota', 'insufficient_quota'],
    [new InternalError(), 500, 'server_error', 'server_error'],
    [new ServiceUnavailable({ retryAfter: 1 }), 503, 'service_unavailable_error', null],
    [new Overloaded(), 503, 'service_unavailable_error', 'server_is_overloaded'],
  ])('renders $code as %i %s %s in both modes', (error, ...expected) => {
    for (const id of ['openai', 'openai-responses'] as const) {
      expect(renderSummary(envelopes[id], error)).toEqual(expected)
      expect(renderSummary(envelopes[id].strict, error)).toEqual(expected)
    }
  })

  test('sends the code of the taxonomy for errors without an OpenAI code, in strict mode null', () => {
    expect(renderSummary(openai, new EndpointNotFound())).toEqual([404, invalidRequest, 'endpoint_not_found'])
    expect(renderSummary(openai.strict, new EndpointNotFound())).toEqual([404, invalidRequest, null])
    expect(renderSummary(openai, new UpstreamError())).toEqual([502, 'server_error', 'upstream_error'])
    expect(renderSummary(openai.strict, new UpstreamError())).toEqual([500, 'server_error', 'server_error'])
    expect(renderSummary(openai, new PaymentRequired())).toEqual([
      402,
      'insufficient_quota',
      'payment_required',
    ])
  })

  test('sends all members of the error object, and the first field as `param`', () => {
    for (const row of taxonomy) {
      const error = getError(openai.render(createSample(row)).body)
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
      expect(error['param']).toBe(
        createSample(row).field ?? (row.code === 'validation_failed' ? 'seed' : null),
      )
    }
    expect(getError(openai.strict.render(invalid).body)).toEqual({
      message: 'The request failed validation: messages[0].content: must be text',
      type: invalidRequest,
      param: 'messages[0].content',
      code: null,
    })
    expect(getError(openai.render(invalid).body)['details']).toEqual({
      issues: [
        { field: 'messages[0].content', issue: 'must be text' },
        { field: 'seed', issue: 'is too small', code: 'too_small' },
      ],
    })
  })

  test('sends the error event of a chat completion without a name', () => {
    expect(openai.errorEvents(new Overloaded())).toBe(
      'data: {"error":{"message":"Service is overloaded","type":"service_unavailable_error","param":null,"code":"server_is_overloaded"}}\n\n',
    )
  })

  describe('ends a stream of the Responses API', () => {
    const responses = envelopes['openai-responses']
    const parse = (events: string): unknown[] => parseEvents(events).map(({ data }) => JSON.parse(data))
    const members = { code: 'server_is_overloaded', message: 'Service is overloaded', param: null }
    const sent: SentStream = {
      format: 'events',
      first: {
        type: 'response.created',
        sequence_number: 0,
        response: { id: 'resp_1', object: 'response', model: 'm', status: 'in_progress', error: null },
      },
      last: { type: 'response.output_text.delta', sequence_number: 7, delta: 'a' },
    }

    test('with an error that has flat and nested members, and response.failed with the response', () => {
      const events = responses.errorEvents(new Overloaded(), { stream: sent })
      expect(events).toMatch(/^event: error\ndata: .+\n\nevent: response\.failed\ndata: .+\n\n$/)
      expect(parse(events)).toEqual([
        {
          type: 'error',
          ...members,
          sequence_number: 8,
          error: { ...members, type: 'service_unavailable_error' },
        },
        {
          type: 'response.failed',
          sequence_number: 9,
          response: {
            id: 'resp_1',
            object: 'response',
            model: 'm',
            status: 'failed',
            error: { code: 'server_is_overloaded', message: 'Service is overloaded' },
            incomplete_details: null,
          },
        },
      ])
    })

    test('with the sequence numbers 0 and 1 and no id if the events of the stream are not known', () => {
      expect(parse(responses.errorEvents(new NotFound()))).toMatchObject([
        { sequence_number: 0 },
        { sequence_number: 1, response: { object: 'response', error: { code: 'invalid_prompt' } } },
      ])
    })

    test('in every envelope of OpenAI’s dialects', () => {
      for (const envelope of [openai, envelopes.universal])
        expect(parse(envelope.errorEvents(new Overloaded(), { stream: sent }))).toMatchObject([
          { type: 'error', sequence_number: 8 },
          { type: 'response.failed', sequence_number: 9 },
        ])
    })
  })

  test.each<[object, number | undefined, object]>([
    [
      { error: { message: 'm', type: 'tokens', param: null, code: 'rate_limit_exceeded' } },
      429,
      { code: 'rate_limit_exceeded', retryable: true },
    ],
    [
      { error: { message: 'm', type: 'insufficient_quota', param: null, code: 'credit_balance_exhausted' } },
      429,
      { code: 'credit_balance_exhausted', retryable: false },
    ],
    [
      { error: { message: 'm', type: 'insufficient_quota', param: null, code: null } },
      undefined,
      { code: 'quota_exceeded', status: 429 },
    ],
    [
      { error: { message: 'm', type: invalidRequest, param: 'seed', code: 'decimal_above_max_value' } },
      400,
      { code: 'decimal_above_max_value', field: 'seed', retryable: false },
    ],
    // vLLM sends the status as `code`.
    [
      { error: { message: 'm', type: 'NotFoundError', param: null, code: 404 } },
      undefined,
      { code: 'not_found' },
    ],
    [
      { error: { message: 'm', type: 'x', param: null, code: '429' } },
      undefined,
      { code: 'rate_limit_exceeded', status: 429 },
    ],
    [
      { type: 'error', code: 'server_error', message: 'm', param: null, sequence_number: 3 },
      undefined,
      { code: 'internal_error', status: 500, message: 'm' },
    ],
    [
      { error: { message: 'm', type: 'service_unavailable_error', param: null, code: null } },
      undefined,
      { code: 'service_unavailable', status: 503 },
    ],
  ])('parses %j with status %s', (body, status, expected) => {
    expect(openai.parse({ status, body })).toMatchObject(expected)
  })
})

describe('Anthropic', () => {
  const { anthropic } = envelopes

  test('has a closed list of types, each with its status', () => {
    expect(
      Object.fromEntries(Object.entries(anthropic.codes).map(([type, { status }]) => [type, status])),
    ).toEqual({
      invalid_request_error: 400,
      authentication_error: 401,
      billing_error: 402,
      permission_error: 403,
      not_found_error: 404,
      conflict_error: 409,
      request_too_large: 413,
      rate_limit_error: 429,
      api_error: 500,
      timeout_error: 504,
      overloaded_error: 529,
    })
    for (const row of taxonomy) {
      for (const envelope of [anthropic, anthropic.strict])
        expect(Object.keys(anthropic.codes)).toContain(
          getError(envelope.render(createSample(row)).body)['type'],
        )
    }
  })

  test('sends only the statuses of its types in strict mode', () => {
    const statuses = [408, ...Object.values(anthropic.codes).map(({ status }) => status)]
    for (const row of taxonomy) expect(statuses).toContain(anthropic.strict.render(createSample(row)).status)
  })

  test('renders the documented shape', () => {
    expect(anthropic.render(new NotFound(), context).body).toEqual({
      type: 'error',
      error: { type: 'not_found_error', message: 'Not found' },
      request_id: 'req_1',
    })
    expect(anthropic.render(new NotFound()).body).toMatchObject({ request_id: null })
  })

  test('sends invalid_request_error for any other 4xx and api_error for any other 5xx', () => {
    expect(renderSummary(anthropic, new MethodNotAllowed({ allow: [] }))).toEqual([
      405,
      invalidRequest,
      undefined,
    ])
    expect(renderSummary(anthropic, new UpstreamError())).toEqual([502, 'api_error', undefined])
  })

  test('sends a code that is more specific than the type in details.error_code, except in strict mode', () => {
    const { body } = anthropic.render(new ModelNotFound({ model: 'm' }))
    expect(getError(body)).toEqual({
      type: 'not_found_error',
      message: "Model 'm' not found",
      details: { error_code: 'model_not_found' },
    })
    expect(anthropic.parse({ status: 404, body })).toBeInstanceOf(ModelNotFound)
    expect(getError(anthropic.strict.render(new ModelNotFound({ model: 'm' })).body)).not.toHaveProperty(
      'details',
    )
  })

  test('names the field in the message', () => {
    expect(getError(anthropic.strict.render(new PromptTooLong()).body)['message']).toBe(
      'prompt: Prompt exceeds maximum length',
    )
  })

  test('sends an error event with the name `error`', () => {
    expect(anthropic.strict.errorEvents(new ModelOverloaded(), context)).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"The model is overloaded"},"request_id":"req_1"}\n\n',
    )
  })

  test('parses a spend limit as not retryable', () => {
    const error = {
      type: 'rate_limit_error',
      message: 'm',
      details: { error_code: 'enforced_spend_limit_reached' },
    }
    expect(anthropic.parse({ status: 429, body: { type: 'error', error } })).toMatchObject({
      code: 'enforced_spend_limit_reached',
      retryable: false,
    })
  })
})

describe('Google', () => {
  const { google } = envelopes
  const statuses: Record<number, string> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    409: 'ALREADY_EXISTS',
    429: 'RESOURCE_EXHAUSTED',
    500: 'INTERNAL',
    501: 'UNIMPLEMENTED',
    503: 'UNAVAILABLE',
    504: 'DEADLINE_EXCEEDED',
  }

  test('sends the status as code and a name of google.rpc.Code', () => {
    for (const row of taxonomy) {
      for (const envelope of [google, google.strict]) {
        const { status, body } = envelope.render(createSample(row))
        expect(getError(body)['code']).toBe(status)
        expect(Object.keys(google.codes)).toContain(getError(body)['status'])
        if (envelope === google && !(status in statuses)) continue
        const precondition = row.code === 'precondition_failed' ? 'FAILED_PRECONDITION' : undefined
        expect(getError(body)['status'], row.code).toBe(precondition ?? statuses[status])
      }
    }
  })

  test('sends ErrorInfo, RetryInfo, BadRequest and RequestInfo', () => {
    const error = new ValidationFailed({ issues, retryAfter: 7, origin: 'Acme' })
    expect(google.strict.render(error, context).body).toEqual({
      error: {
        code: 400,
        message: 'The request failed validation: messages[0].content: must be text',
        status: 'INVALID_ARGUMENT',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'VALIDATION_FAILED',
            domain: 'Acme',
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [
              { field: 'messages[0].content', description: 'must be text' },
              { field: 'seed', description: 'is too small', reason: 'too_small' },
            ],
          },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'req_1' },
        ],
      },
    })
  })

  test('meets the requirements of @google/genai: a JSON content type, unnamed events, a status as code', () => {
    expect(google.contentType).toContain('application/json')
    const event = google.errorEvents(new ServiceUnavailable({ retryAfter: 1 }))
    expect(event).toMatch(/^data: /)
    expect(parseData(event)).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } })
  })

  test('parses RetryInfo with fractions of a second, unless there is a Retry-After header', () => {
    const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '47.88s' }
    const error = { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details: [retry] }
    expect(google.parse({ body: { error } })).toMatchObject({
      code: 'rate_limit_exceeded',
      status: 429,
      retryAfter: 47.88,
    })
    expect(google.parse({ body: { error }, headers: { 'retry-after': '9' } })).toMatchObject({
      retryAfter: 9,
    })
  })
})

describe('Azure OpenAI', () => {
  const azure = envelopes['azure-openai']

  test('sends codes of the Azure gateway, codes of OpenAI, and other codes in PascalCase', () => {
    expect(renderSummary(azure, limited)[2]).toBe('429')
    expect(renderSummary(azure, new NotFound())[2]).toBe('404')
    expect(renderSummary(azure, new InvalidApiKey())[2]).toBe('401')
    expect(renderSummary(azure, new ModelNotFound({ model: 'm' }))[2]).toBe('DeploymentNotFound')
    expect(renderSummary(azure, new PromptTooLong())[2]).toBe('context_length_exceeded')
    expect(renderSummary(azure, new MethodNotAllowed({ allow: [] }))[2]).toBe('MethodNotAllowed')
  })

  test('sends the filter results in their documented place, and no other details in strict mode', () => {
    const hate = { filtered: true, severity: 'high' }
    const jailbreak = { filtered: false, detected: false }
    const error = new PromptViolation({
      details: { content_filter_result: { hate: { ...hate, score: 1 }, jailbreak, odd: 7 }, sku: 'x' },
    })
    const rendered = azure.render(error)
    expect(rendered.body).toEqual({
      error: {
        message: 'Prompt violates content policy',
        type: null,
        param: 'prompt',
        code: 'content_filter',
        details: { sku: 'x' },
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { hate, jailbreak },
        },
      },
    })
    expect(azure.render(azure.parse(rendered)!)).toEqual(rendered)
    const strictError = getError(azure.strict.render(error).body)
    expect(strictError).not.toHaveProperty('details')
    expect(strictError['innererror']).toMatchObject({ content_filter_result: { hate, jailbreak } })
    expect(getError(azure.render(new PromptViolation()).body)['innererror']).toEqual({
      code: 'ResponsibleAIPolicyViolation',
    })
    for (const details of [
      null,
      7,
      { content_filter_result: null },
      { content_filter_result: { hate: null } },
    ]) {
      const { body } = azure.render(new PromptViolation({ details }))
      expect(getError(body)['innererror']).toEqual({ code: 'ResponsibleAIPolicyViolation' })
    }
  })

  test('parses the short form', () => {
    const body = { error: { code: 'DeploymentNotFound', message: 'm' } }
    expect(azure.parse({ status: 404, body })).toBeInstanceOf(ModelNotFound)
    expect(azure.parse({ body: { error: { code: '429', message: 'm' } } })).toBeInstanceOf(RateLimitExceeded)
  })
})

describe('problem details (RFC 9457)', () => {
  const problem = envelopes['problem-details']

  test('have their media type, a type for each code, and the status of the response', () => {
    expect(problem.contentType).toBe('application/problem+json')
    const titles = new Map<string, string>()
    for (const row of taxonomy) {
      const { status, body } = problem.render(createSample(row, { message: 'Own message' }))
      const { type, title, ...rest } = body as { type: string; title: string; status: number }
      expect(rest.status).toBe(status)
      expect(type).toBe(`urn:faultline:error:${row.code}`)
      titles.set(type, title)
      // A title does not depend on the occurrence (RFC 9457, section 3.1.3).
      expect(problem.render(createSample(row)).body).toMatchObject({ type, title })
    }
    expect(titles.get('urn:faultline:error:invalid_api_key')).toBe('Invalid API key')
  })

  test('identify the field by a URI fragment', () => {
    const paths = [['a', 0, 'b/c~d'], ['ä %'], []]
    const error = new ValidationFailed({ issues: paths.map((path) => ({ message: 'No.', path })) })
    const rendered = problem.strict.render(error, context)
    expect(rendered.body).toMatchObject({
      errors: [
        { detail: 'No.', pointer: '#/a/0/b~1c~0d' },
        { detail: 'No.', pointer: '#/%C3%A4%20%25' },
        { detail: 'No.' },
      ],
      request_id: 'req_1',
    })
    const parsedIssues = problem.parse(rendered)!.issues!
    expect(parsedIssues.map(({ path }) => path)).toEqual([['a', 0, 'b/c~d'], ['ä %'], undefined])
  })

  test('are parsed from any server, ignoring members of another type', () => {
    const title = 'You do not have enough credit.'
    const odd = {
      type: 'https://example.com/probs/out-of-credit',
      title,
      status: '402',
      detail: 7,
      errors: [null],
    }
    expect(problem.parse({ status: 403, body: odd })).toMatchObject({
      code: 'permission_denied',
      status: 403,
      message: title,
    })
    expect(problem.parse({ body: { title: 'Gone', status: 410 } })).toMatchObject({
      code: 'gone',
      status: 410,
    })
  })
})

describe('JSON:API 1.1', () => {
  const { 'json-api': jsonApi } = envelopes

  test('has its media type without a charset, and statuses as strings', () => {
    expect(jsonApi.contentType).toBe('application/vnd.api+json')
    expect(jsonApi.render(new NotFound(), context).body).toEqual({
      errors: [{ id: 'req_1', status: '404', code: 'not_found', title: 'Not found', detail: 'Not found' }],
    })
  })

  test('has one entry with a unique id for each issue', () => {
    const entry = { status: '422', code: 'validation_failed', title: 'Validation failed' }
    const rendered = jsonApi.render(invalid, context)
    expect(rendered.body).toEqual({
      errors: [
        { ...entry, id: 'req_1.1', detail: 'must be text', source: { pointer: '/messages/0/content' } },
        {
          ...entry,
          id: 'req_1.2',
          detail: 'is too small',
          source: { pointer: '/seed' },
          meta: { code: 'too_small' },
        },
      ],
      meta: { message: 'The request failed validation' },
    })
    expect(jsonApi.parse(rendered)).toMatchObject({ requestId: 'req_1', issues })
  })

  test('is parsed from any server', () => {
    expect(jsonApi.parse({ body: { errors: [{ status: '409', title: 'Taken' }] } })).toMatchObject({
      code: 'conflict',
      message: 'Taken',
    })
    expect(jsonApi.parse({ status: 500, body: { errors: [] } })).toBeUndefined()
    expect(jsonApi.parse({ status: 500, body: { errors: [{ message: 'GraphQL' }] } })).toBeUndefined()
  })
})

describe('the universal body', () => {
  const { universal, anthropic } = envelopes
  const string = { type: 'string' }
  const nullable = { anyOf: [string, { type: 'null' }] }
  // The members that each SDK requires. It ignores others.
  const requiredMembers: Record<string, object> = {
    'the openai SDK': { error: { type: 'object', required: ['message'], properties: { message: string } } },
    'the AI SDK’s OpenAI providers': {
      error: {
        type: 'object',
        required: ['message'],
        properties: { message: string, type: nullable, code: nullable },
      },
    },
    'the AI SDK’s Anthropic provider': {
      type: { const: 'error' },
      error: { type: 'object', required: ['type', 'message'], properties: { type: string, message: string } },
    },
  }

  test.each(Object.entries(requiredMembers))(
    'has the members that %s requires, also in its event',
    (_, properties) => {
      const isValid = new Ajv2020({ strict: false }).compile({
        required: Object.keys(properties),
        properties,
      })
      for (const row of taxonomy) {
        for (const envelope of [universal, universal.strict]) {
          expect(isValid(envelope.render(createSample(row)).body)).toBe(true)
          expect(isValid(parseData(envelope.errorEvents(createSample(row))))).toBe(true)
        }
      }
    },
  )

  test('has a named event with flat and nested members, which every SDK raises', () => {
    const event = universal.errorEvents(new Overloaded(), context)
    expect(event).toMatch(/^event: error\ndata: [^\n]+\n\n$/)
    const members = { code: 'server_is_overloaded', message: 'Service is overloaded', param: null }
    expect(parseData(event)).toEqual({
      type: 'error',
      ...members,
      sequence_number: 0,
      error: { ...members, type: 'overloaded_error' },
      request_id: 'req_1',
    })
    expect(parseData(event)).not.toHaveProperty('choices')
  })

  test('has types of Anthropic and codes of OpenAI', () => {
    expect(renderSummary(universal, limited)).toEqual([429, 'rate_limit_error', 'rate_limit_exceeded'])
    expect(renderSummary(universal, new InternalError())).toEqual([500, 'api_error', 'server_error'])
    for (const row of taxonomy)
      expect(Object.keys(anthropic.codes)).toContain(renderSummary(universal.strict, createSample(row))[1])
  })

  test('sends an exceeded quota with a status that no SDK retries', () => {
    expect(renderSummary(universal, new QuotaExceeded())).toEqual([
      402,
      'billing_error',
      'insufficient_quota',
    ])
  })
})

describe('no other envelope parses a body of', () => {
  // These groups have the same members. Only the server determines the envelope.
  const sameShape: readonly (readonly string[])[] = [
    ['openai', 'openai-responses', 'azure-openai', 'a15t', 'compactifai'],
    ['ai-api', 'compresr'],
  ]

  test.each(modes)('$name, $mode', ({ name, envelope }) => {
    for (const other of Object.keys(envelopes) as EnvelopeId[]) {
      if (other === name || sameShape.some((ids) => ids.includes(name) && ids.includes(other))) continue
      for (const row of taxonomy) {
        const { status, body } = envelope.render(createSample(row), context)
        expect(
          resolveEnvelope(other).parse({ status, body }),
          `${other} parsed ${JSON.stringify(body)}`,
        ).toBeUndefined()
      }
    }
  })
})

test('the data of an event determines the error without a status', () => {
  const ids: EnvelopeId[] = ['universal', 'problem-details', 'json-api', 'google']
  for (const id of ids) {
    const envelope = resolveEnvelope(id)
    for (const row of taxonomy) {
      const parsed = envelope.parse({ body: parseData(envelope.errorEvents(createSample(row), context)) })
      expect(parsed?.status, `${id} ${row.code}`).toBe(envelope.lookup(createSample(row)).status)
      expect(envelope.lookup(parsed!).code).toBe(envelope.lookup(createSample(row)).code)
    }
  }
})

test('every envelope without a document in the specification belongs to a provider or a standard', () => {
  const others = Object.keys(envelopes).filter((id) => !Object.hasOwn(documented, id))
  expect(others).toEqual([
    'openai',
    'openai-responses',
    'anthropic',
    'google',
    'azure-openai',
    'ai-sdk-ui',
    'ag-ui',
    'ollama',
    'problem-details',
    'json-api',
    'universal',
  ])
})
