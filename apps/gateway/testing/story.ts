import { gzipSync } from 'node:zlib'
import { envelopes, errorClasses } from '@faultline/core'
import { formatRequest, RawClient, type RawResponse } from '@faultline/testing'
import { models } from '@faultline/app-upstream'

/** What is asked of every app, in this order: a title, and the bytes. */
type Chapter = readonly [title: string, bytes: Buffer | string]

const DEMO = { authorization: 'Bearer sk-demo' }
const surfaces = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

const kinds =
  `error string null undefined number object rejection frozen proxy getter circular huge aggregate http-errors
  boom abort econnrefused bigint nested nope`
    .trim()
    .split(/\s+/)

function asked(line: string, headers: Record<string, string> = DEMO, body?: string | Buffer): Chapter {
  const { authorization, ...rest } = headers
  const told = { key: authorization?.replace('Bearer ', ''), ...rest }
  return [
    `${line} ${JSON.stringify(told)} ${String(body ?? '').slice(0, 120)}`,
    formatRequest(line, headers, body),
  ]
}

function posted(path: string, body: unknown, headers: Record<string, string> = {}): Chapter {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  return asked(`POST ${path}`, { ...DEMO, 'content-type': 'application/json', ...headers }, text)
}

const messages = [{ role: 'user', content: 'Hello there' }]

/** What a caller keeps to itself; the upstream may quote it. */
const PRIVATE = [{ role: 'user', content: 'my private prompt' }]
const chat = (change: object, headers?: Record<string, string>): Chapter =>
  posted('/v1/chat/completions', { model: 'echo', messages, ...change }, headers)
const image = (body: unknown): Chapter => posted('/v1/images/generations', body)

function uploaded(name: string, content: string, more: { field?: string; type?: string } = {}): Chapter {
  const { field = 'file', type = 'multipart/form-data; boundary=b' } = more
  const disposition = `Content-Disposition: form-data; name="${field}"; filename="${name}"`
  const body = `--b\r\n${disposition}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--b--\r\n`
  return asked('POST /v1/files', { ...DEMO, 'content-type': type }, body)
}

const story: readonly Chapter[] = [
  // What is asked before anything else is judged.
  asked('GET /nope'),
  asked('GET /nope', {}),
  asked('POST /nope', DEMO, 'x'),
  asked('GET /v1'),
  asked('GET /v1/nope', {}),
  asked('GET //'),
  asked('GET /v1/models/%zz', {}),
  asked('GET /nope/%zz', {}),
  asked('GET /compat/nope/v1/models'),
  asked('DELETE /compat/nope/v1/models'),
  ...['DELETE', 'PUT', 'PATCH', 'POST', 'PROPFIND'].map((method) => asked(`${method} /v1/models`, {})),
  ...['GET', 'DELETE'].map((method) => asked(`${method} /v1/chat/completions`, {})),
  asked('PUT /health', {}),
  asked('PATCH /compat/a15t/v1/files', {}),
  asked('GET /openapi.json', {}),

  // Who asks.
  asked('GET /v1/models', {}),
  ...['demo', 'expired', 'revoked', 'suspended', 'readonly', 'quota', 'nope'].flatMap((key) => [
    asked('GET /v1/models', { authorization: `Bearer sk-${key}` }),
    asked('GET /v1/models', { 'x-api-key': `sk-${key}` }),
    asked(`POST /v1/resources/of-${key}`, { authorization: `Bearer sk-${key}` }),
  ]),
  ...['Basic abc', 'Bearer', 'Bearer a b', 'sk-demo', ''].map((authorization) =>
    asked('GET /v1/models', { authorization }),
  ),
  ...[1, 2, 3].map(() => asked('GET /v1/models', { authorization: 'Bearer sk-limited' })),

  // What is done.
  asked('GET /v1/models/echo'),
  asked('GET /v1/models/gpt-9'),
  asked('GET /v1/models/a%2Fb'),
  asked('GET /v1/models', { ...DEMO, 'x-request-id': 'mine-1' }),
  asked('GET /v1/models', { ...DEMO, 'x-request-id': 'not mine' }),
  asked('GET /v1/models/gpt-9', { ...DEMO, 'x-request-id': 'mine-2' }),
  asked('POST /v1/resources/once'),
  asked('POST /v1/resources/once'),
  chat({}),
  chat({ temperature: 2, max_tokens: 1 }),
  chat({ stream: true }),
  image({ prompt: 'a cat', size: '512x512', quality: 'hd' }),
  uploaded('notes.JSONL', 'content'),

  // What is wrong with what is asked.
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
  chat({ messages: [{ role: 'user', content: 7 }, 7, null] }),
  chat({ messages: [{ role: 'user', content: 'x'.repeat(8001) }] }),
  ...[2.1, -0.1, '1', null, [1]].map((temperature) => chat({ temperature })),
  ...[0, 1.5, '1', -1, null].map((max_tokens) => chat({ max_tokens })),
  chat({ stream: 'yes' }),
  chat({ extra: true }),
  chat({ max_tokens: 0, temperature: 9, model: undefined, messages: [{ role: 'cat' }, 7] }),
  chat({ model: 'server-error', temperature: 9 }),
  ...[{}, [], '"x"', 'null', '7', 'true'].map((body) => posted('/v1/chat/completions', body)),
  image({}),
  image({ prompt: 7 }),
  image({ prompt: 'a forbidden thing' }),
  image({ prompt: 'x', size: '1x1' }),
  image({ prompt: 'x', quality: 'best' }),
  image({ prompt: 'x', size: '1x1', quality: 'best' }),
  uploaded('a.exe', 'content'),
  uploaded('a.txt', 'content', { field: 'avatar' }),
  uploaded('a.txt', 'x'.repeat(1024 * 1024 + 1)),
  uploaded('a.txt', 'content', { type: 'multipart/form-data' }),
  uploaded('a.txt', 'content', { type: 'multipart/mixed; boundary=b' }),
  asked('POST /v1/files', { ...DEMO, 'content-type': 'application/json' }, '{}'),
  asked('POST /v1/files', { ...DEMO, 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\nx'),
  posted('/v1/chat/completions', '{"model": "sk-secret'),
  posted('/v1/chat/completions', '{', { authorization: 'Bearer sk-readonly' }),
  posted('/v1/chat/completions', '{', { authorization: 'Bearer sk-quota' }),
  asked('POST /v1/chat/completions', { ...DEMO, 'content-type': 'application/json', 'content-length': '0' }),
  posted('/v1/chat/completions', `"${'x'.repeat(1024 * 1024)}"`),
  posted('/v1/chat/completions', '{}', { 'content-type': 'text/plain' }),
  posted('/v1/chat/completions', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  posted('/v1/chat/completions', '{}', { 'content-type': 'application/json; charset=klingon' }),
  posted('/v1/chat/completions', '{}', { 'content-type': 'application/problem+json' }),
  posted('/v1/chat/completions', 'not packed', { 'content-encoding': 'gzip' }),
  posted('/v1/chat/completions', '{}', { 'content-encoding': 'zstd' }),
  posted('/v1/chat/completions', gzipSync(JSON.stringify({ model: 'gpt-9', messages })), {
    'content-encoding': 'gzip',
  }),

  // What the upstream does.
  ...Object.keys(models)
    .filter((model) => !['slow-stream', 'stream-error', 'stream-cut'].includes(model))
    .map((model) => chat({ model, ...(model === 'echo' ? {} : { messages: PRIVATE }) })),
  ...['echo', 'overloaded', 'context-length', 'stream-error', 'stream-cut'].map((model) =>
    chat({ model, stream: true, ...(model === 'echo' ? {} : { messages: PRIVATE }) }),
  ),
  ...[1, 2, 3, 4, 5, 6].map(() => chat({ model: 'server-error' })),

  // Whatever can be thrown, in every envelope.
  ...kinds.map((kind) => asked(`GET /v1/throw/${kind}`)),
  asked('GET /v1/errors/nope'),
  asked('GET /v1/errors/rate_limit_exceeded?message=Own%20words&retry_after=17'),
  asked('GET /v1/errors/invalid_field_value?field=a[0].b&issue=too%20odd'),
  asked('GET /v1/errors/validation_failed?field=seed&issue=odd'),
  asked('GET /compat/humanloop/v1/errors/overloaded?origin=OpenAI&message=m'),
  asked('GET /compat/a15t/v1/errors/model_not_found?model=m-1'),
  ...surfaces.flatMap((id) => [
    ...Object.keys(errorClasses).map((code) => asked(`GET /compat/${id}/v1/errors/${code}`)),
    asked(`GET /compat/${id}/v1/throw/error`),
    asked(`GET /compat/${id}/v1/nope`),
    asked(`PUT /compat/${id}/v1/models`),
    asked(`GET /compat/${id}/v1/errors/rate_limit_exceeded?stream=1`),
    posted(`/compat/${id}/v1/chat/completions`, '{'),
    posted(`/compat/${id}/v1/chat/completions`, { model: 'context-length', messages: PRIVATE }),
    posted(`/compat/${id}/v1/chat/completions`, { model: 'stream-error', stream: true, messages: PRIVATE }),
    ...kinds.map((kind) => asked(`GET /compat/${id}/v1/throw/${kind}`)),
  ]),

  // What is no HTTP.
  ['no HTTP', 'planted\r\n\r\n'],
  ['another version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
  ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\na: ${'a'.repeat(20_000)}\r\n\r\n`],
  asked('GET /v1/models', { ...DEMO, expect: 'planted' }),
  ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
]

/**
 * Asks an app everything, and gives what it answered: the status line, every header and every byte of the body, but
 * for what is new in each answer.
 */
export async function tellStory(url: string): Promise<Map<string, string>> {
  const told = new Map<string, string>()
  const { port, hostname } = new URL(url)
  for (const [at, [title, bytes]] of story.entries()) {
    const client = await RawClient.open(Number(port), { host: hostname })
    try {
      told.set(`${at} ${title}`, picture(await client.send(bytes).response(title.split(' ', 1)[0])))
    } finally {
      client.close()
    }
  }
  return told
}

/** The time, and what is between an app's server and its client alone (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])

const COUNTED = /\b(?:chatcmpl|file)-[\w-]+/

/** Headers in the order of their names: on the wire they are in the order in which they were set. */
function picture({ statusLine, headers, body, complete }: RawResponse): string {
  // Ids are counted, and one that is longer makes a longer body.
  const isCounted = COUNTED.test(body)
  const lines = Object.entries(headers)
    .filter(([name]) => !HOP_BY_HOP.has(name))
    .map(([name, value]) => `${name}: ${isCounted && name === 'content-length' ? '*' : value}\n`)
    .toSorted()
  return `${statusLine}\n${lines.join('')}\n${body}${complete ? '' : ' (cut off)'}`
    .replaceAll(/\breq_[a-z0-9]{24}\b/g, 'req_*')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')
    .replaceAll(new RegExp(COUNTED, 'g'), '*')
    .replaceAll(/"created":\d+/g, '"created":*')
    .replaceAll(/^retry-after: (?:5\d|60|[345])$/gm, 'retry-after: *')
    .replaceAll(/^x-ratelimit-reset-requests: .*$/gm, 'x-ratelimit-reset-requests: *')
}
