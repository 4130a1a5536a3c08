import { envelopes, type ApiError } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse } from '../src/index.ts'

const PROMPT = 'Tell me what the fourteenth blue elephant whispered to the mayor'

/** Where an id or a name of a field is looked for, only what looks like a key can be told from one. */
const KEY = 'sk-live-9f8e7d6c5b4a'

/** What must not get out, each in a sentence as a provider might say it. */
const planted: Readonly<Record<string, readonly [secret: string, sentence: string]>> = {
  'an OpenAI key': ['sk-proj-Abc123Def456', 'Incorrect API key provided: sk-proj-Abc123Def456. Check it.'],
  'a masked key': ['sk-pr***456', 'Incorrect API key provided: sk-pr***456.'],
  'an Anthropic key': ['sk-ant-api03-xyz', 'The key sk-ant-api03-xyz was refused'],
  'a Google key': ['AIzaSyA1234567890abcdef', 'API key AIzaSyA1234567890abcdef not allowed here'],
  'a Groq key': ['gsk_abcdef123456', 'Denied for gsk_abcdef123456'],
  'an AWS key': ['AKIAIOSFODNN7EXAMPLE', 'Credential AKIAIOSFODNN7EXAMPLE was refused'],
  'a bearer token': ['abc.def-ghi', 'authorization denied for bearer abc.def-ghi'],
  'a header': ['hunter2secret', 'Got Authorization: Basic hunter2secret from you'],
  'a key by its name': ['verysecretvalue', 'x-api-key=verysecretvalue was refused'],
  'a JSON Web Token': ['eyJhbGciOi.eyJzdWIi.c2ln', 'The token eyJhbGciOi.eyJzdWIi.c2ln has expired'],
  'a cookie': ['sid=0f9a8b7c', 'Sent Cookie: sid=0f9a8b7c; theme=dark'],
  'a URL with credentials': ['hunter2', 'Could not reach postgres://admin:hunter2@db.example/x'],
  'a URL with a key': ['s3cr3t', 'GET https://api.example.com/v1?key=s3cr3t failed'],
  'an e-mail address': ['jane.doe@corp.example', 'The user jane.doe@corp.example may not'],
  'an internal address': ['10.0.0.5', 'No answer from 10.0.0.5:8443 in time'],
  'an IPv6 address': ['fd00:1:2::7', 'No answer from fd00:1:2::7 in time'],
  'an internal name': ['gpu-7.models.internal', 'No answer from gpu-7.models.internal in time'],
  'a name in a cluster': ['vllm.prod.svc', 'No answer from vllm.prod.svc.cluster.local:8000'],
  localhost: ['localhost:8080', 'No answer from localhost:8080'],
  'an organisation': ['org-a1b2c3d4e5', 'Not for organization org-a1b2c3d4e5 today'],
  'a resource of AWS': ['123456789012', 'No arn:aws:bedrock:eu-west-1:123456789012:model/x here'],
  'a private key': [
    'MIIEvQIBADANBg',
    'Bad -----BEGIN PRIVATE KEY-----MIIEvQIBADANBg-----END PRIVATE KEY-----',
  ],
  'a long quotation': [PROMPT, `Invalid content: "${PROMPT} and then left"`],
}

/** All that a caller could see of an error, in every envelope, both modes, as a body and as an event. */
function shown(error: ApiError): string {
  const texts = [JSON.stringify(error), JSON.stringify(error.headers ?? {})]
  for (const envelope of Object.values(envelopes))
    for (const mode of [envelope, envelope.strict])
      texts.push(
        JSON.stringify(mode.render(error, { requestId: 'req_1' })),
        mode.errorEvent(error, { requestId: 'req_1' }),
      )
  return texts.join('\n')
}

const statuses = [400, 401, 402, 403, 404, 409, 413, 422, 429, 498, 500, 503, 529]

describe.each(Object.entries(planted))('%s', (_, [secret, sentence]) => {
  test.each(['service', 'caller'] as const)(
    'is nowhere in what a caller sees, with the %s’s key',
    async (credentials) => {
      const hidden = new RegExp(
        [secret, KEY].map((text) => text.replaceAll(/[.*+?^$()|[\]]/g, '\\$&')).join('|'),
      )
      for (const status of statuses) {
        const error = { message: sentence, type: sentence, code: KEY, param: KEY, status: sentence }
        const body = {
          type: 'error',
          error: {
            ...error,
            details: [
              { '@type': 'x', reason: KEY, fieldViolations: [{ field: KEY, description: sentence }] },
            ],
          },
          detail: [{ loc: ['body', KEY], msg: sentence, input: secret }],
          request_id: KEY,
        }
        const headers = {
          'x-request-id': KEY,
          'x-ratelimit-limit-requests': KEY,
          'set-cookie': `sid=${secret}`,
          'www-authenticate': `Basic realm="${secret}"`,
          'x-internal': secret,
          'retry-after': secret,
        }
        const cause = Object.assign(new Error(sentence), {
          config: { headers: { authorization: secret } },
          address: secret,
        })
        const text = JSON.stringify(body)
        const told = {
          status,
          statusCode: status,
          headers,
          responseHeaders: headers,
          body: text,
          responseBody: text,
          rawResponse: { headers },
          contentType: 'x',
        }
        const shapes: object[] = [
          { error, requestID: KEY },
          { error: body },
          {
            response: { status, statusCode: status, headers, data: body, body },
            isAxiosError: true,
            config: { data: secret },
          },
          {
            response: { statusCode: status, headers, body: text },
            code: 'ERR_NON_2XX_3XX_RESPONSE',
            options: { json: secret },
          },
          { code: 'UND_ERR_RESPONSE' },
          { name: 'ApiError', message: text },
          { [Symbol.for('vercel.ai.error.AI_APICallError')]: true, requestBodyValues: secret, url: sentence },
          {
            [Symbol.for('vercel.ai.error.AI_StreamProviderError')]: true,
            data: body,
            type: sentence,
            code: secret,
          },
          { $fault: 'client', $metadata: { httpStatusCode: status, requestId: KEY }, name: sentence },
          { code: 8, details: sentence, metadata: {} },
        ]
        for (const shape of shapes) {
          const error2 = fromUpstream(Object.assign(new Error(sentence), told, { cause }, shape), {
            credentials,
          })
          expect(shown(error2), String(error2.code)).not.toMatch(hidden)
        }
        for (const thrown of [
          body,
          text,
          `event: error\ndata: ${text}\n\n`,
          sentence,
          { message: sentence, type: 'x', code: KEY },
          cause,
        ])
          expect(shown(fromUpstream(thrown, { credentials }))).not.toMatch(hidden)
        const response = new Response(text, {
          status,
          headers: { 'x-request-id': KEY },
        })
        expect(shown(await fromUpstreamResponse(response, { credentials }))).not.toMatch(hidden)
      }
    },
  )
})

describe('what was sent', () => {
  const quoting = {
    error: { message: `I will not: ${PROMPT}`, type: 'invalid_request_error', param: null, code: null },
  }
  const sent = { model: 'echo', messages: [{ role: 'user', content: `Please. ${PROMPT}!` }] }

  test.each([
    [
      'the AI SDK’s',
      {
        [Symbol.for('vercel.ai.error.AI_APICallError')]: true,
        statusCode: 400,
        responseBody: JSON.stringify(quoting),
        requestBodyValues: sent,
      },
    ],
    [
      'axios’s',
      {
        isAxiosError: true,
        response: { status: 400, data: quoting },
        config: { data: JSON.stringify(sent) },
      },
    ],
    [
      'got’s',
      {
        code: 'ERR_NON_2XX_3XX_RESPONSE',
        response: { statusCode: 400, body: JSON.stringify(quoting) },
        options: { json: sent },
      },
    ],
  ])('is not quoted where %s error has it', (_, properties) => {
    const error = fromUpstream(Object.assign(new Error('x'), properties))
    expect(error).toMatchObject({ code: 'invalid_request', message: 'The request was invalid' })
    expect(shown(error)).not.toContain('elephant')
  })

  test('is not quoted where the service says what it sent', () => {
    const thrown = { status: 400, headers: {}, error: quoting.error }
    expect(fromUpstream(thrown, { requestContent: PROMPT }).message).toBe('The request was invalid')
    expect(fromUpstream(thrown, { requestContent: ['Something else'] }).message).toContain('elephant')
  })

  test('may have its model named', () => {
    const body = {
      error: {
        message: "The model 'gpt-9-turbo-2027-01-01-preview' does not exist",
        code: 'model_not_found',
      },
    }
    const thrown = {
      isAxiosError: true,
      response: { status: 404, data: body },
      config: { data: '{"model":"gpt-9-turbo-2027-01-01-preview"}' },
    }
    expect(fromUpstream(thrown).message).toBe(body.error.message)
  })
})

describe('what passes', () => {
  test('a provider’s sentence about the caller’s request, in one line and not too long', () => {
    const of = (message: string) =>
      fromUpstream({ status: 400, headers: {}, error: { message, type: 'invalid_request_error' } }).message
    expect(
      of(
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      ),
    ).toBe(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    )
    expect(of("Unsupported value: 'temperature' does not support 0.2 with this model.\nOnly 1 is.")).toBe(
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only 1 is.",
    )
    expect(of('word '.repeat(1000))).toHaveLength(1024)
    expect(of('<html>Not for you</html>')).toBe('The request was invalid')
  })

  test('the limits of the caller’s own key, and none of the service’s', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-tokens': '6m0s',
      'anthropic-ratelimit-tokens-reset': '2026-11-24T10:00:00Z',
      'x-ratelimit-limit-requests': 'sk-live-1',
      'openai-organization': 'acme',
      'retry-after': '7',
      'x-request-id': 'req_up',
    }
    const thrown = { status: 429, headers, error: { message: 'Slow', code: 'rate_limit_exceeded' } }
    expect(fromUpstream(thrown, { credentials: 'caller' })).toMatchObject({
      message: 'Slow',
      retryAfter: 7,
      headers: {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-tokens': '6m0s',
        'anthropic-ratelimit-tokens-reset': '2026-11-24T10:00:00Z',
        'x-upstream-request-id': 'req_up',
      },
    })
    expect(Object.keys(fromUpstream(thrown, { credentials: 'caller' }).headers!)).toHaveLength(4)
    expect(fromUpstream(thrown)).toMatchObject({ message: 'Rate limit exceeded', retryAfter: 7 })
    expect(fromUpstream(thrown).headers).toEqual({ 'x-upstream-request-id': 'req_up' })
  })

  test('nothing of a refusal of the service’s own key', () => {
    const thrown = {
      status: 401,
      headers: { 'x-request-id': 'req_up' },
      error: { message: 'No', code: 'invalid_api_key' },
    }
    const error = fromUpstream(thrown, { origin: 'openai' })
    expect(error).toMatchObject({ code: 'failed_request', status: 500, expose: false, origin: 'openai' })
    expect(error.details).toEqual({ status: 401, code: 'invalid_api_key', requestId: 'req_up' })
    expect(error.cause).toBe(thrown)
    expect(error.headers).toBeUndefined()
    expect(shown(error)).not.toMatch(/req_up|invalid_api_key|401/)
  })
})
