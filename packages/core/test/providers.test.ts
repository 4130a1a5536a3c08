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
} from '../src/index.ts'
import { documented, errorOfKind, modes, taxonomy } from './spec.ts'

// What providers' documents and SDKs were found to say, as far as a server can keep to it.

interface ErrorBody {
  readonly error: Readonly<Record<string, unknown>>
}

const context = { requestId: 'req_1' }
const errorIn = (body: object): ErrorBody['error'] => (body as ErrorBody).error
const answerOf = (envelope: Envelope, error: ApiError): unknown[] => {
  const { status, body } = envelope.render(error, context)
  const { type, code } = errorIn(body)
  return [status, type, code]
}
const dataOf = (frame: string): Record<string, unknown> =>
  JSON.parse(/^data: (.*)$/m.exec(frame)![1]!) as Record<string, unknown>

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
  ])('answers $code with %i %s %s in both modes', (error, ...expected) => {
    for (const id of ['openai', 'openai-responses'] as const) {
      expect(answerOf(envelopes[id], error)).toEqual(expected)
      expect(answerOf(envelopes[id].strict, error)).toEqual(expected)
    }
  })

  test('says what OpenAI has no code for in a code of its own, strictly in none', () => {
    expect(answerOf(openai, new EndpointNotFound())).toEqual([404, invalidRequest, 'endpoint_not_found'])
    expect(answerOf(openai.strict, new EndpointNotFound())).toEqual([404, invalidRequest, null])
    expect(answerOf(openai, new UpstreamError())).toEqual([502, 'server_error', 'upstream_error'])
    expect(answerOf(openai.strict, new UpstreamError())).toEqual([500, 'server_error', 'server_error'])
    expect(answerOf(openai, new PaymentRequired())).toEqual([402, 'insufficient_quota', 'payment_required'])
  })

  test('has every member of its error object, the first field as param', () => {
    for (const row of taxonomy) {
      const error = errorIn(openai.render(errorOfKind(row)).body)
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
      expect(error['param']).toBe(
        errorOfKind(row).field ?? (row.code === 'validation_failed' ? 'seed' : null),
      )
    }
    expect(errorIn(openai.strict.render(invalid).body)).toEqual({
      message: 'The request failed validation: messages[0].content: must be text',
      type: invalidRequest,
      param: 'messages[0].content',
      code: null,
    })
    expect(errorIn(openai.render(invalid).body)['details']).toEqual({
      issues: [
        { field: 'messages[0].content', issue: 'must be text' },
        { field: 'seed', issue: 'is too small', code: 'too_small' },
      ],
    })
  })

  test('tells a chat completion’s stream in unnamed data with an error in it', () => {
    expect(openai.errorEvent(new Overloaded())).toBe(
      'data: {"error":{"message":"Service is overloaded","type":"service_unavailable_error","param":null,"code":"server_is_overloaded"}}\n\n',
    )
  })

  test('tells a Responses stream in an event whose members are both flat and nested', () => {
    const frame = envelopes['openai-responses'].errorEvent(new Overloaded())
    expect(frame).toMatch(/^event: error\ndata: [^\n]+\n\n$/)
    const told = { code: 'server_is_overloaded', message: 'Service is overloaded', param: null }
    expect(dataOf(frame)).toEqual({
      type: 'error',
      ...told,
      sequence_number: 0,
      error: { ...told, type: 'service_unavailable_error' },
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
    // vLLM puts the status in the place of a code.
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
  ])('reads %j with status %s', (body, status, expected) => {
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
          errorIn(envelope.render(errorOfKind(row)).body)['type'],
        )
    }
  })

  test('sends in strict mode no status that no type has', () => {
    const statuses = [408, ...Object.values(anthropic.codes).map(({ status }) => status)]
    for (const row of taxonomy) expect(statuses).toContain(anthropic.strict.render(errorOfKind(row)).status)
  })

  test('answers in its documented shape', () => {
    expect(anthropic.render(new NotFound(), context).body).toEqual({
      type: 'error',
      error: { type: 'not_found_error', message: 'Not found' },
      request_id: 'req_1',
    })
    expect(anthropic.render(new NotFound()).body).toMatchObject({ request_id: null })
  })

  test('calls every other 4xx an invalid_request_error and every other 5xx an api_error', () => {
    expect(answerOf(anthropic, new MethodNotAllowed({ allow: [] }))).toEqual([405, invalidRequest, undefined])
    expect(answerOf(anthropic, new UpstreamError())).toEqual([502, 'api_error', undefined])
  })

  test('tells what a type does not in details.error_code, strictly not at all', () => {
    const { body } = anthropic.render(new ModelNotFound({ model: 'm' }))
    expect(errorIn(body)).toEqual({
      type: 'not_found_error',
      message: "Model 'm' not found",
      details: { error_code: 'model_not_found' },
    })
    expect(anthropic.parse({ status: 404, body })).toBeInstanceOf(ModelNotFound)
    expect(errorIn(anthropic.strict.render(new ModelNotFound({ model: 'm' })).body)).not.toHaveProperty(
      'details',
    )
  })

  test('names the field in its message', () => {
    expect(errorIn(anthropic.strict.render(new PromptTooLong()).body)['message']).toBe(
      'prompt: Prompt exceeds maximum length',
    )
  })

  test('tells a stream in an event named error', () => {
    expect(anthropic.strict.errorEvent(new ModelOverloaded(), context)).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"The model is overloaded"},"request_id":"req_1"}\n\n',
    )
  })

  test('reads a spend limit as what no retry mends', () => {
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

  test('has a name for each status, and the status as its code', () => {
    for (const row of taxonomy) {
      for (const envelope of [google, google.strict]) {
        const { status, body } = envelope.render(errorOfKind(row))
        expect(errorIn(body)['code']).toBe(status)
        expect(Object.keys(google.codes)).toContain(errorIn(body)['status'])
        if (envelope === google && !(status in statuses)) continue
        const precondition = row.code === 'precondition_failed' ? 'FAILED_PRECONDITION' : undefined
        expect(errorIn(body)['status'], row.code).toBe(precondition ?? statuses[status])
      }
    }
  })

  test('tells what happened, when to come back, what is wrong and which request it was', () => {
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

  test('is read by @google/genai: JSON in its content type, unnamed data, a number from 400 to 599 as code', () => {
    expect(google.contentType).toContain('application/json')
    const frame = google.errorEvent(new ServiceUnavailable({ retryAfter: 1 }))
    expect(frame).toMatch(/^data: /)
    expect(dataOf(frame)).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } })
  })

  test('reads when to come back from the body of an event, and fractions of seconds', () => {
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

  test('has the codes of Azure’s front, OpenAI’s, and else PascalCase', () => {
    expect(answerOf(azure, limited)[2]).toBe('429')
    expect(answerOf(azure, new NotFound())[2]).toBe('404')
    expect(answerOf(azure, new InvalidApiKey())[2]).toBe('401')
    expect(answerOf(azure, new ModelNotFound({ model: 'm' }))[2]).toBe('DeploymentNotFound')
    expect(answerOf(azure, new PromptTooLong())[2]).toBe('context_length_exceeded')
    expect(answerOf(azure, new MethodNotAllowed({ allow: [] }))[2]).toBe('MethodNotAllowed')
  })

  test('tells what its filter found, and no other of the thrower’s details', () => {
    const hate = { filtered: true, severity: 'high' }
    const jailbreak = { filtered: false, detected: false }
    const error = new PromptViolation({
      details: { content_filter_result: { hate: { ...hate, score: 1 }, jailbreak, odd: 7 }, secret: 'x' },
    })
    const rendered = azure.render(error)
    expect(rendered.body).toEqual({
      error: {
        message: 'Prompt violates content policy',
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { hate, jailbreak },
        },
      },
    })
    expect(azure.render(azure.parse(rendered)!)).toEqual(rendered)
    expect(errorIn(azure.render(new PromptViolation()).body)['innererror']).toEqual({
      code: 'ResponsibleAIPolicyViolation',
    })
    for (const details of [
      null,
      7,
      { content_filter_result: null },
      { content_filter_result: { hate: null } },
    ]) {
      const { body } = azure.render(new PromptViolation({ details }))
      expect(errorIn(body)['innererror']).toEqual({ code: 'ResponsibleAIPolicyViolation' })
    }
  })

  test('reads the short form', () => {
    const body = { error: { code: 'DeploymentNotFound', message: 'm' } }
    expect(azure.parse({ status: 404, body })).toBeInstanceOf(ModelNotFound)
    expect(azure.parse({ body: { error: { code: '429', message: 'm' } } })).toBeInstanceOf(RateLimitExceeded)
  })
})

describe('problem details (RFC 9457)', () => {
  const problem = envelopes['problem-details']

  test('have their media type, a type that names the kind, and the status of the answer', () => {
    expect(problem.contentType).toBe('application/problem+json')
    const titles = new Map<string, string>()
    for (const row of taxonomy) {
      const { status, body } = problem.render(errorOfKind(row, { message: 'Own words' }))
      const { type, title, ...rest } = body as { type: string; title: string; status: number }
      expect(rest.status).toBe(status)
      expect(type).toBe(`urn:faultline:error:${row.code}`)
      titles.set(type, title)
      // A title is the same each time (3.1.3).
      expect(problem.render(errorOfKind(row)).body).toMatchObject({ type, title })
    }
    expect(titles.get('urn:faultline:error:invalid_api_key')).toBe('Invalid API key')
  })

  test('point into the request, as a fragment', () => {
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
    const read = problem.parse(rendered)!.issues!
    expect(read.map(({ path }) => path)).toEqual([['a', 0, 'b/c~d'], ['ä %'], undefined])
  })

  test('are read from any server; a member of another type is passed over', () => {
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

  test('has its media type without a charset, and statuses as texts', () => {
    expect(jsonApi.contentType).toBe('application/vnd.api+json')
    expect(jsonApi.render(new NotFound(), context).body).toEqual({
      errors: [{ id: 'req_1', status: '404', code: 'not_found', title: 'Not found', detail: 'Not found' }],
    })
  })

  test('has an entry for each issue, each with an id of its own', () => {
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

  test('is read from any server', () => {
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
  // What each reader asks of a body; members beside these it passes over.
  const readers: Record<string, object> = {
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

  test.each(Object.entries(readers))('is read by %s, and so is its event', (_, properties) => {
    const isRead = new Ajv2020({ strict: false }).compile({ required: Object.keys(properties), properties })
    for (const row of taxonomy) {
      for (const envelope of [universal, universal.strict]) {
        expect(isRead(envelope.render(errorOfKind(row)).body)).toBe(true)
        expect(isRead(dataOf(envelope.errorEvent(errorOfKind(row))))).toBe(true)
      }
    }
  })

  test('has an event that every SDK raises: named, the error nested, its members flat beside it', () => {
    const frame = universal.errorEvent(new Overloaded(), context)
    expect(frame).toMatch(/^event: error\ndata: [^\n]+\n\n$/)
    const told = { code: 'server_is_overloaded', message: 'Service is overloaded', param: null }
    expect(dataOf(frame)).toEqual({
      type: 'error',
      ...told,
      sequence_number: 0,
      error: { ...told, type: 'overloaded_error' },
      request_id: 'req_1',
    })
    expect(dataOf(frame)).not.toHaveProperty('choices')
  })

  test('has Anthropic’s types and OpenAI’s codes', () => {
    expect(answerOf(universal, limited)).toEqual([429, 'rate_limit_error', 'rate_limit_exceeded'])
    expect(answerOf(universal, new InternalError())).toEqual([500, 'api_error', 'server_error'])
    for (const row of taxonomy)
      expect(Object.keys(anthropic.codes)).toContain(answerOf(universal.strict, errorOfKind(row))[1])
  })

  test('answers a spent quota with a status that no SDK retries', () => {
    expect(answerOf(universal, new QuotaExceeded())).toEqual([402, 'billing_error', 'insufficient_quota'])
  })
})

describe('no envelope takes another’s body for its own', () => {
  // These read the same members; which of them a body was, only its server knows.
  const alike: readonly (readonly string[])[] = [
    ['openai', 'openai-responses', 'azure-openai', 'a15t', 'compactifai'],
    ['ai-api', 'compresr'],
  ]

  test.each(modes)('$name, $mode', ({ name, envelope }) => {
    for (const other of Object.keys(envelopes) as EnvelopeId[]) {
      if (other === name || alike.some((ids) => ids.includes(name) && ids.includes(other))) continue
      for (const row of taxonomy) {
        const { status, body } = envelope.render(errorOfKind(row), context)
        expect(
          resolveEnvelope(other).parse({ status, body }),
          `${other} read ${JSON.stringify(body)}`,
        ).toBeUndefined()
      }
    }
  })
})

test('an event tells as much as a body: its kind is found without a status', () => {
  const told: EnvelopeId[] = ['universal', 'problem-details', 'json-api', 'google']
  for (const id of told) {
    const envelope = resolveEnvelope(id)
    for (const row of taxonomy) {
      const parsed = envelope.parse({ body: dataOf(envelope.errorEvent(errorOfKind(row), context)) })
      expect(parsed?.status, `${id} ${row.code}`).toBe(envelope.lookup(errorOfKind(row)).status)
      expect(envelope.lookup(parsed!).code).toBe(envelope.lookup(errorOfKind(row)).code)
    }
  }
})

test('every envelope without a document here is one of a provider or a standard', () => {
  const others = Object.keys(envelopes).filter((id) => !Object.hasOwn(documented, id))
  expect(others).toEqual([
    'openai',
    'openai-responses',
    'anthropic',
    'google',
    'azure-openai',
    'problem-details',
    'json-api',
    'universal',
  ])
})
