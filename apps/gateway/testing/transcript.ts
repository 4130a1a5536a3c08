import { envelopes, errorClasses } from '@faultline/core'
import { formatRequest, RawClient, type RawResponse } from '@faultline/testing'
import { models } from '@faultline/app-upstream'

/** A request to every app: its title and its bytes. */
type Step = readonly [title: string, bytes: Buffer | string]

const DEMO = { authorization: 'Bearer sk-demo' }
const envelopeIds = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

const kinds =
  `error string null undefined number object rejection frozen proxy getter circular huge aggregate http-errors
  boom abort econnrefused bigint nested nope`
    .trim()
    .split(/\s+/)

function step(line: string, headers: Record<string, string> = DEMO, body?: string | Buffer): Step {
  const { authorization, ...rest } = headers
  const described = { key: authorization?.replace('Bearer ', ''), ...rest }
  return [
    `${line} ${JSON.stringify(described)} ${String(body ?? '').slice(0, 120)}`,
    formatRequest(line, headers, body),
  ]
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Step {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  return step(`POST ${path}`, { ...DEMO, 'content-type': 'application/json', ...headers }, text)
}

const messages = [{ role: 'user', content: 'Hello there' }]

/** A prompt that must not appear in a response, although the upstream may quote it. */
const PRIVATE = [{ role: 'user', content: 'my private prompt' }]
const chat = (change: object, headers?: Record<string, string>): Step =>
  post('/v1/chat/completions', { model: 'echo', messages, ...change }, headers)
const image = (body: unknown): Step => post('/v1/images/generations', body)

function upload(name: string, content: string, more: { field?: string; type?: string } = {}): Step {
  const { field = 'file', type = 'multipart/form-data; boundary=b' } = more
  const disposition = `Content-Disposition: form-data; name="${field}"; filename="${name}"`
  const body = `--b\r\n${disposition}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--b--\r\n`
  return step('POST /v1/files', { ...DEMO, 'content-type': type }, body)
}

const steps: readonly Step[] = [
  // Path and method.
  step('GET /nope'),
  step('GET /nope', {}),
  step('POST /nope', DEMO, 'x'),
  step('GET /v1'),
  step('GET /v1/nope', {}),
  step('GET //'),
  step('GET /v1/models/%zz', {}),
  step('GET /nope/%zz', {}),
  step('GET /compat/nope/v1/models'),
  step('DELETE /compat/nope/v1/models'),
  ...['DELETE', 'PUT', 'PATCH', 'POST', 'PROPFIND'].map((method) => step(`${method} /v1/models`, {})),
  ...['GET', 'DELETE'].map((method) => step(`${method} /v1/chat/completions`, {})),
  step('PUT /health', {}),
  step('PATCH /compat/a15t/v1/files', {}),
  step('GET /openapi.json', {}),

  // Keys.
  step('GET /v1/models', {}),
  ...['demo', 'expired', 'revoked', 'suspended', 'readonly', 'quota', 'broke', 'nope'].flatMap((key) => [
    step('GET /v1/models', { authorization: `Bearer sk-${key}` }),
    step('GET /v1/models', { 'x-api-key': `sk-${key}` }),
    step(`POST /v1/resources/of-${key}`, { authorization: `Bearer sk-${key}` }),
  ]),
  ...['Basic abc', 'Bearer', 'Bearer a b', 'sk-demo', ''].map((authorization) =>
    step('GET /v1/models', { authorization }),
  ),
  ...[1, 2, 3].map(() => step('GET /v1/models', { authorization: 'Bearer sk-limited' })),

  // Successful requests and missing resources.
  step('GET /v1/models/echo'),
  step('GET /v1/models/gpt-9'),
  step('GET /v1/models/a%2Fb'),
  step('GET /v1/models', { ...DEMO, 'x-request-id': 'mine-1' }),
  step('GET /v1/models', { ...DEMO, 'x-request-id': 'not mine' }),
  step('GET /v1/models/gpt-9', { ...DEMO, 'x-request-id': 'mine-2' }),
  step('POST /v1/resources/once'),
  step('POST /v1/resources/once'),
  chat({}),
  chat({ temperature: 2, max_tokens: 1 }),
  chat({ stream: true }),
  image({ prompt: 'a cat', size: '512x512', quality: 'hd' }),
  upload('notes.JSONL', 'content'),

  // Invalid bodies.
  chat({ model: undefined }),
  chat({ messages: undefined }),
  chat({ model: 7 }),
  chat({ model: null }),
  chat({ model: 'gpt-9' }),
  chat({ messages: [] }),
  chat({ messages: Array(101).fill(messages[0]) }),
  chat({ messages: 'x' }),
  chat({ messages: ['x'] }),
  chat({ messages: [...messages, { role: 'cat', content: 'x' }] }),
  chat({ messages: [{ role: 'user' }] }),
  chat({ messages: [{ content: 'x' }] }),
  chat({ messages: [[]] }),
  chat({ messages: [{ role: 'cat' }] }),
  chat({ messages: undefined, model: 7 }),
  chat({ messages: [{ role: 'user', content: 7 }, 7, null] }),
  chat({ messages: [{ role: 'user', content: 'x'.repeat(8001) }] }),
  ...[2.1, -0.1, '1', null, [1]].map((temperature) => chat({ temperature })),
  ...[0, 1.5, '1', -1, null].map((max_tokens) => chat({ max_tokens })),
  chat({ stream: 'yes' }),
  chat({ extra: true }),
  chat({ max_tokens: 0, temperature: 9, model: undefined, messages: [{ role: 'cat' }, 7] }),
  chat({ model: 'server-error', temperature: 9 }),
  ...[{}, [], '"x"', 'null', '7', 'true'].map((body) => post('/v1/chat/completions', body)),
  image({}),
  image({ prompt: 7 }),
  image({ prompt: 'a forbidden thing' }),
  image({ prompt: 'x', size: '1x1' }),
  image({ prompt: 'x', quality: 'best' }),
  image({ prompt: 'x', size: '1x1', quality: 'best' }),
  upload('a.exe', 'content'),
  upload('a.txt', 'content', { field: 'avatar' }),
  upload('a.txt', 'x'.repeat(1024 * 1024 + 1)),
  upload('a.txt', 'content', { type: 'multipart/form-data' }),
  upload('a.txt', 'content', { type: 'multipart/mixed; boundary=b' }),
  step('POST /v1/files', { ...DEMO, 'content-type': 'application/json' }, '{}'),
  step('POST /v1/files', { ...DEMO, 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\nx'),
  post('/v1/chat/completions', '{"model": "sk-secret'),
  step('POST /v1/chat/completions', { ...DEMO, 'content-type': 'application/json', 'content-length': '0' }),
  post('/v1/chat/completions', `"${'x'.repeat(1024 * 1024)}"`),
  post('/v1/chat/completions', '{}', { 'content-type': 'text/plain' }),
  post('/v1/chat/completions', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  post('/v1/chat/completions', '{}', { 'content-type': 'application/problem+json' }),
  step(
    'POST /v1/chat/completions',
    { 'x-api-key': 'sk-broke', 'content-type': 'application/json' },
    JSON.stringify({ model: 'echo', messages }),
  ),

  // Upstream failures.
  ...Object.keys(models)
    .filter((model) => !['slow-stream', 'stream-error', 'stream-cut'].includes(model))
    .map((model) => chat({ model, ...(model === 'echo' ? {} : { messages: PRIVATE }) })),
  ...['echo', 'overloaded', 'context-length', 'stream-error', 'stream-cut'].map((model) =>
    chat({ model, stream: true, ...(model === 'echo' ? {} : { messages: PRIVATE }) }),
  ),
  ...[1, 2, 3, 4, 5, 6].map(() => chat({ model: 'server-error' })),

  // All errors and thrown values, in every envelope.
  ...kinds.map((kind) => step(`GET /v1/throw/${kind}`)),
  step('GET /v1/errors/nope'),
  step('GET /v1/errors/rate_limit_exceeded?message=Own%20words&retry_after=17'),
  step('GET /v1/errors/invalid_field_value?field=a[0].b&issue=too%20odd'),
  step('GET /v1/errors/validation_failed?field=seed&issue=odd'),
  step('GET /compat/humanloop/v1/errors/overloaded?origin=OpenAI&message=m'),
  step('GET /compat/a15t/v1/errors/model_not_found?model=m-1'),
  ...envelopeIds.flatMap((id) => [
    ...Object.keys(errorClasses).map((code) => step(`GET /compat/${id}/v1/errors/${code}`)),
    step(`GET /compat/${id}/v1/throw/error`),
    step(`GET /compat/${id}/v1/nope`),
    step(`PUT /compat/${id}/v1/models`),
    step(`GET /compat/${id}/v1/errors/rate_limit_exceeded?stream=1`),
    post(`/compat/${id}/v1/chat/completions`, '{'),
    post(`/compat/${id}/v1/chat/completions`, { model: 'context-length', messages: PRIVATE }),
    post(`/compat/${id}/v1/chat/completions`, { model: 'stream-error', stream: true, messages: PRIVATE }),
    ...kinds.map((kind) => step(`GET /compat/${id}/v1/throw/${kind}`)),
  ]),

  // Invalid HTTP.
  ['invalid HTTP', 'planted\r\n\r\n'],
  ['another version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
  ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\na: ${'a'.repeat(20_000)}\r\n\r\n`],
  step('GET /v1/models', { ...DEMO, expect: 'planted' }),
  ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
]

/**
 * Sends all requests to an app, in order.
 *
 * @returns The responses by request title: status line, headers and body, with ids and times masked.
 */
export async function recordTranscript(url: string): Promise<Map<string, string>> {
  const transcript = new Map<string, string>()
  const { port, hostname } = new URL(url)
  for (const [index, [title, bytes]] of steps.entries()) {
    const client = await RawClient.open(Number(port), { host: hostname })
    try {
      transcript.set(
        `${index} ${title}`,
        formatResponse(title, await client.send(bytes).response(title.split(' ', 1)[0])),
      )
    } finally {
      client.close()
    }
  }
  return transcript
}

/** Date, and the headers of a single connection (RFC 9110, section 7.6.1). */
const IGNORED_HEADERS = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])

/** Ids made from a counter. */
const COUNTER_ID = /\b(?:chatcmpl|file)-[\w-]+/

/**
 * The description of a problem in the words of a validator, and its name for the problem. A problem of the whole body is
 * described in the message.
 */
const ISSUE_WORDS = /"issue":"(?:[^"\\]|\\.)*"(?:,"code":"\w+")?|(?<=The request was invalid: )[^"]*/g

/** Paths of requests that a validator of the framework validates. */
const VALIDATED = / \/v1\/(?:chat|images)\//

/** Formats a response. Headers are sorted, because their order depends on the framework. */
function formatResponse(title: string, { status, statusLine, headers, body, complete }: RawResponse): string {
  const isInvalid = status === 400 && VALIDATED.test(title)
  // A longer id, and other words, make a longer body.
  const hasAnyLength = COUNTER_ID.test(body) || isInvalid
  const lines = Object.entries(headers)
    .filter(([name]) => !IGNORED_HEADERS.has(name))
    .map(([name, value]) => `${name}: ${hasAnyLength && name === 'content-length' ? '*' : value}\n`)
    // Frameworks send JSON with or without a charset. Errors have it everywhere.
    .map((line) => (status < 400 ? line.replace('json; charset=utf-8', 'json') : line))
    .toSorted()
  const text = isInvalid ? body.replaceAll(ISSUE_WORDS, '*') : body
  return `${statusLine}\n${lines.join('')}\n${text}${complete ? '' : ' (truncated)'}`
    .replaceAll(/\breq_[a-z0-9]{24}\b/g, 'req_*')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')
    .replaceAll(new RegExp(COUNTER_ID, 'g'), '*')
    .replaceAll(/"created":\d+/g, '"created":*')
    .replaceAll(/^retry-after: (?:5\d|60|[345])$/gm, 'retry-after: *')
    .replaceAll(/^x-ratelimit-reset-requests: .*$/gm, 'x-ratelimit-reset-requests: *')
}
