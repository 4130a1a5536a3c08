import fc from 'fast-check'
import { envelopes, redact, type ApiError } from '@faultline/core'
import { serve } from '@faultline/test-kit'
import ky from 'ky'
import { describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse } from '../src/index.ts'
import { genericCodes, specificCodes } from '../src/provider-codes.ts'
import { hasSecret } from '../src/has-secret.ts'

const PROMPT = 'Tell me what the fourteenth blue elephant whispered to the mayor'

/** A secret in an id, a code or a field name. There, only the form of a key identifies one. */
const KEY = 'sk-live-9f8e7d6c5b4a'

/** Secrets that must not be sent, each in a message as a provider might write it. */
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
  'an organization': ['org-a1b2c3d4e5', 'Not for organization org-a1b2c3d4e5 today'],
  'an AWS resource name': ['123456789012', 'No arn:aws:bedrock:eu-west-1:123456789012:model/x here'],
  'a private key': [
    'MIIEvQIBADANBg',
    'Bad -----BEGIN PRIVATE KEY-----MIIEvQIBADANBg-----END PRIVATE KEY-----',
  ],
  'a long quotation': [PROMPT, `Invalid content: "${PROMPT} and then left"`],
}

/** Returns everything that is sent of an error: in every envelope, both modes, as a body and as an event. */
function renderAll(error: ApiError): string {
  const texts = [JSON.stringify(error), JSON.stringify(error.headers ?? {})]
  for (const envelope of Object.values(envelopes))
    for (const mode of [envelope, envelope.strict])
      texts.push(
        JSON.stringify(mode.render(error, { requestId: 'req_1' })),
        mode.errorEvents(error, { requestId: 'req_1' }),
      )
  return texts.join('\n')
}

const statuses = [400, 401, 402, 403, 404, 409, 413, 422, 429, 498, 500, 503, 529]

describe.each(Object.entries(planted))('%s', (_, [secret, sentence]) => {
  test.each(['service', 'caller'] as const)('is not sent with the key of the %s', async (credentials) => {
    const hidden = new RegExp(
      [secret, KEY].map((text) => text.replaceAll(/[.*+?^$()|[\]]/g, '\\$&')).join('|'),
    )
    for (const status of statuses) {
      const error = { message: sentence, type: sentence, code: KEY, param: KEY, status: sentence }
      const body = {
        type: 'error',
        error: {
          ...error,
          details: [{ '@type': 'x', reason: KEY, fieldViolations: [{ field: KEY, description: sentence }] }],
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
      const responseParts = {
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
        const error2 = fromUpstream(Object.assign(new Error(sentence), responseParts, { cause }, shape), {
          credentials,
        })
        expect(renderAll(error2), String(error2.code)).not.toMatch(hidden)
      }
      for (const thrown of [
        body,
        text,
        `event: error\ndata: ${text}\n\n`,
        sentence,
        { message: sentence, type: 'x', code: KEY },
        cause,
      ])
        expect(renderAll(fromUpstream(thrown, { credentials }))).not.toMatch(hidden)
      const response = new Response(text, {
        status,
        headers: { 'x-request-id': KEY },
      })
      expect(renderAll(await fromUpstreamResponse(response, { credentials }))).not.toMatch(hidden)
    }
  })
})

describe('the content of the request', () => {
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
  ])('is not sent back if %s error contains it', (_, properties) => {
    const error = fromUpstream(Object.assign(new Error('x'), properties))
    expect(error).toMatchObject({ code: 'invalid_request', message: 'The request was invalid' })
    expect(renderAll(error)).not.toContain('elephant')
  })

  test('is not sent back if the request that ky sent contains it', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(quoting))
    })
    for (const request of [{ json: sent }, { body: JSON.stringify(sent) }]) {
      const thrown: unknown = await ky.post(url, { ...request, retry: 0 }).catch((error: unknown) => error)
      const error = fromUpstream(thrown)
      expect(error).toMatchObject({ code: 'invalid_request', message: 'The request was invalid' })
      expect(renderAll(error)).not.toContain('elephant')
    }
  })

  test('is not sent back if an option contains it', () => {
    const thrown = { status: 400, headers: {}, error: quoting.error }
    expect(fromUpstream(thrown, { requestContent: PROMPT }).message).toBe('The request was invalid')
    expect(fromUpstream(thrown, { requestContent: ['Something else'] }).message).toContain('elephant')
  })

  test('may be quoted for the name of the model', () => {
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

describe('an error for the caller', () => {
  test('contains the provider’s message about the request, in one line of limited length', () => {
    const toMessage = (message: string) =>
      fromUpstream({ status: 400, headers: {}, error: { message, type: 'invalid_request_error' } }).message
    expect(
      toMessage(
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      ),
    ).toBe(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    )
    expect(
      toMessage("Unsupported value: 'temperature' does not support 0.2 with this model.\nOnly 1 is."),
    ).toBe("Unsupported value: 'temperature' does not support 0.2 with this model. Only 1 is.")
    expect(toMessage('word '.repeat(1000))).toHaveLength(1024)
    expect(toMessage('<html>Not for you</html>')).toBe('The request was invalid')
  })

  test('contains the rate limits of the caller’s key, and not those of the service’s', () => {
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

  test('contains nothing about a rejected key of the service', () => {
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
    expect(renderAll(error)).not.toMatch(/req_up|invalid_api_key|401/)
  })
})

test('the known codes of providers contain no secret, so they are not examined', () => {
  for (const name of [...specificCodes.keys(), ...genericCodes.keys()]) {
    expect(name).toMatch(/^\w{1,64}$/)
    expect(redact(name, 'wire')).toBe(name)
  }
})

test('an id of the form that is not searched for secrets contains none', () => {
  fc.assert(fc.property(fc.stringMatching(/^req_[A-Za-z\d]{1,32}$/), (id) => !hasSecret(id)))
})
