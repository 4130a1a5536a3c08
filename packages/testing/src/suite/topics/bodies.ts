import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { CANARY } from '../canary.ts'
import { BODY_LIMITS } from '../fixture.ts'
import { formatRequest } from '../raw-client.ts'
import { expectCode, OK, SETTLE_MS, toScenario, type Scenario } from '../scenario.ts'
import type { WireRequest } from '../wire-request.ts'

/** Parsers differ in what they accept. All rejections of malformed bodies have one code. */
const MALFORMED_OR_OK = [OK, 'malformed_body']
const UNSUPPORTED_OR_OK = [OK, 'malformed_body', 'unsupported_media_type']
const UNDECODABLE = ['malformed_body', 'unsupported_media_type']

const formatJson = (body: string | Buffer, headers: Record<string, string> = {}, path = '/json'): Buffer =>
  formatRequest(`POST ${path}`, { 'content-type': 'application/json', ...headers }, body)
const formatWithType = (type: string, body = '{}'): Buffer => formatJson(body, { 'content-type': type })
const formatEncoded = (encoding: string, body: string | Buffer = CANARY): Buffer =>
  formatJson(body, { 'content-encoding': encoding })
const formatForm = (body: string, type = 'application/x-www-form-urlencoded'): Buffer =>
  formatRequest('POST /form', { 'content-type': type }, body)
const formatChunked = (body: string): Buffer =>
  formatJson(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, { 'transfer-encoding': 'chunked' })
const tooLarge = JSON.stringify('a'.repeat(BODY_LIMITS.body))

/** Creates a scenario of a client that disconnects within its body: it is reported once, and nothing is sent. */
export function disconnectAfter(name: string, bytes: Buffer, how: 'end' | 'reset'): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      client.send(bytes)
      // A reset discards bytes that have not arrived.
      await sleep(SETTLE_MS)
      if (how === 'end') client.socket.end()
      else client.socket.resetAndDestroy()
      await client.closed()
      context.expect(await context.request(formatRequest('GET /ok')), OK)
      await context.expectErrors('client_closed_request')
      assert.equal(client.rest, '', 'A response was sent')
    },
  }
}

/** Creates a scenario of pipelined requests: the responses come in the order of the requests. */
function expectPipelined(name: string, bytes: Buffer, codes: string | readonly string[]): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      client.send(Buffer.concat([bytes, formatRequest('GET /ok'), bytes, formatRequest('GET /ok')]))
      for (let round = 0; round < 2; round++) {
        context.expect(await client.response(), codes)
        context.expect(await client.response(), OK)
      }
      assert.equal(client.rest, '')
    },
  }
}

const unreadable = (
  name: string,
  codes: readonly string[],
  body: string | Buffer,
  headers: Record<string, string> = {},
): WireRequest => ({
  name,
  build: ({ jsonPath, format }) =>
    format(`POST ${jsonPath}`, { 'content-type': 'application/json', ...headers }, body),
  codes,
})

/** JSON bodies that no server can parse. A server does nothing with them. */
export const unreadableBodies: readonly WireRequest[] = [
  unreadable('json-malformed', ['malformed_body'], `{"a": ${CANARY}}`),
  unreadable('json-truncated', ['malformed_body'], `{"a": "${CANARY}`),
  unreadable('json-whitespace', ['malformed_body'], '   '),
  unreadable('json-nul', ['malformed_body'], '{"a": "\0"'),
  unreadable('json-too-large-2mb', ['payload_too_large'], `"${'a'.repeat(2_000_000)}`),
  unreadable('content-type-text', UNSUPPORTED_OR_OK, '{', { 'content-type': 'text/plain' }),
  unreadable('content-type-problem-json', UNSUPPORTED_OR_OK, '{', {
    'content-type': 'application/problem+json',
  }),
  unreadable('encoding-gzip-garbage', UNDECODABLE, CANARY, { 'content-encoding': 'gzip' }),
  unreadable('encoding-br-garbage', UNDECODABLE, CANARY, { 'content-encoding': 'br' }),
  unreadable('encoding-deflate-garbage', UNDECODABLE, CANARY, { 'content-encoding': 'deflate' }),
  unreadable('encoding-gzip-truncated', UNDECODABLE, gzipSync(`{"a": "${CANARY}"}`).subarray(0, -9), {
    'content-encoding': 'gzip',
  }),
]

/** JSON bodies and forms: malformed, too large, mislabeled, truncated. */
export const bodyScenarios: readonly Scenario[] = [
  ...unreadableBodies.map(toScenario),
  expectCode('json-empty', formatJson('', { 'content-length': '0' }), MALFORMED_OR_OK),
  expectCode(
    'json-empty-chunked',
    formatJson('0\r\n\r\n', { 'transfer-encoding': 'chunked' }),
    MALFORMED_OR_OK,
  ),
  expectCode('json-primitive', formatJson('5'), MALFORMED_OR_OK),
  expectCode('json-null', formatJson('null'), MALFORMED_OR_OK),
  expectCode('json-string', formatJson(`"${CANARY}"`), MALFORMED_OR_OK),
  expectCode('json-bom', formatJson('\ufeff{"a": 1}'), MALFORMED_OR_OK),
  expectCode('json-bad-utf8', formatJson(Buffer.from('{"a": "\xff\xfe"}', 'latin1')), MALFORMED_OR_OK),
  expectCode('json-deep', formatJson(`{"a": ${'['.repeat(2000)}${']'.repeat(2000)}}`), MALFORMED_OR_OK),
  expectCode('json-proto', formatJson('{"__proto__": {"a": 1}}'), MALFORMED_OR_OK),
  expectCode(
    'json-constructor-proto',
    formatJson('{"constructor": {"prototype": {"a": 1}}}'),
    MALFORMED_OR_OK,
  ),
  expectCode('json-too-large', formatJson(tooLarge), 'payload_too_large'),
  expectCode('json-too-large-chunked', formatChunked(tooLarge), 'payload_too_large'),
  expectCode('json-too-large-then-get', formatJson(JSON.stringify('a'.repeat(300_000))), 'payload_too_large'),
  expectCode('malformed-then-get', formatJson(`{${CANARY}`), 'malformed_body'),
  expectCode('content-type-missing', formatRequest('POST /json', {}, '{}'), UNSUPPORTED_OR_OK),
  expectCode('content-type-malformed', formatWithType('application'), UNSUPPORTED_OR_OK),
  expectCode('content-type-garbage', formatWithType('/;=;'), UNSUPPORTED_OR_OK),
  expectCode('content-type-empty', formatWithType(''), UNSUPPORTED_OR_OK),
  expectCode('content-type-xml', formatWithType('application/xml', '<a/>'), UNSUPPORTED_OR_OK),
  expectCode(
    'content-type-duplicate',
    formatWithType('application/json\r\ncontent-type: text/plain'),
    UNSUPPORTED_OR_OK,
  ),
  expectCode('charset-unsupported', formatWithType(`application/json; charset=${CANARY}`), UNSUPPORTED_OR_OK),
  expectCode(
    'charset-utf16',
    formatJson(Buffer.from('{"a": 1}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }),
    UNSUPPORTED_OR_OK,
  ),
  expectCode('charset-utf-bogus', formatWithType('application/json; charset=utf-bogus'), UNSUPPORTED_OR_OK),
  expectCode('encoding-unsupported', formatJson('{}', { 'content-encoding': CANARY }), UNSUPPORTED_OR_OK),
  expectCode('encoding-gzip-ok', formatEncoded('gzip', gzipSync('{"a": 1}')), UNSUPPORTED_OR_OK),
  expectCode('encoding-gzip-bomb', formatEncoded('gzip', gzipSync(JSON.stringify('a'.repeat(5_000_000)))), [
    'payload_too_large',
    'malformed_body',
    'unsupported_media_type',
  ]),
  expectCode(
    'GET-with-malformed-json',
    formatRequest('GET /json', { 'content-type': 'application/json' }, `{${CANARY}`),
    MALFORMED_OR_OK,
  ),
  expectCode('DELETE-json-empty', formatRequest('DELETE /only', { 'content-type': 'application/json' }), [
    'method_not_allowed',
    'malformed_body',
  ]),
  expectCode('form-ok', formatForm('a=1&b=2'), OK),
  expectCode('form-bad-percent-encoding', formatForm('a=%E0%A4%A'), OK),
  expectCode('form-proto', formatForm('__proto__[a]=1&constructor[prototype][a]=1'), OK),
  expectCode('form-too-many', formatForm(`${'a=1&'.repeat(11)}b=${CANARY}`), [OK, 'payload_too_large']),
  expectCode('form-too-large', formatForm(`a=${'a'.repeat(BODY_LIMITS.body)}`), 'payload_too_large'),
  expectCode('form-deep', formatForm(`a${'[a]'.repeat(50)}=${CANARY}`), [OK, 'invalid_request']),
  expectCode('form-charset', formatForm('a=1', `application/x-www-form-urlencoded; charset=${CANARY}`), [
    OK,
    'unsupported_media_type',
  ]),

  disconnectAfter(
    'content-length-too-large-then-end',
    formatJson('{"a": 1}', { 'content-length': '100' }),
    'end',
  ),
  disconnectAfter(
    'abort-mid-upload',
    formatJson('7\r\n{"a": 1\r\n', { 'transfer-encoding': 'chunked' }),
    'end',
  ),
  disconnectAfter('reset-mid-upload', formatJson('{"a": 1}', { 'content-length': '100' }), 'reset'),
]

/** Bodies that the fixture validates. */
export const validationScenarios: readonly Scenario[] = [
  expectCode('validate-missing', formatJson('{}', {}, '/validate'), 'validation_failed'),
  expectCode('validate-type', formatJson('{"name": 5}', {}, '/validate'), 'validation_failed'),
  expectCode('validate-array', formatJson('{"name": "a", "tags": 5}', {}, '/validate'), 'validation_failed'),
  expectCode('validate-no-body', formatRequest('POST /validate'), [
    'validation_failed',
    'malformed_body',
    'unsupported_media_type',
  ]),
  expectCode('validate-extra', formatJson('{"name": "a", "__proto__": 5}', {}, '/validate'), MALFORMED_OR_OK),
  expectCode('validate-ok', formatJson('{"name": "a"}', {}, '/validate'), OK),
]

/** Requests after a failure on the same connection, and bodies that no handler reads. */
export const keepAliveScenarios: readonly Scenario[] = [
  expectPipelined('pipelined-error-then-ok', formatRequest('GET /broken'), 'internal_error'),
  expectPipelined('pipelined-404-then-ok', formatRequest('GET /nope'), 'endpoint_not_found'),
  expectPipelined('keepalive-after-error', formatRequest('GET /conflict'), 'conflict'),
  expectPipelined('keepalive-after-404-post', formatRequest('POST /nope', {}, 'a'.repeat(300_000)), [
    'endpoint_not_found',
    'unsupported_media_type',
  ]),
  expectPipelined('keepalive-throw-unread-body', formatRequest('POST /unread', {}, 'a'.repeat(300_000)), [
    'internal_error',
    'unsupported_media_type',
  ]),
  {
    name: 'unfinished-body-error',
    async run(context) {
      const bytes = formatRequest(
        'POST /unread',
        { 'content-length': '1000', 'content-type': 'application/x-unread' },
        'only this',
      )
      context.expect(await context.request(bytes), ['internal_error', 'unsupported_media_type'])
    },
  },
  {
    name: 'bad-chunk-after-response',
    async run(context) {
      const client = await context.client()
      const headers = { 'transfer-encoding': 'chunked', 'content-type': 'application/x-unread' }
      const codes = ['internal_error', 'unsupported_media_type']
      const code = context.expect(await client.send(formatRequest('POST /unread', headers)).response(), codes)
      client.send(`${CANARY}\r\n`)
      await client.closed()
      assert.equal(client.rest, '', 'A second response was sent')
      await context.expectErrors(code)
    },
  },
  {
    name: 'expect-100-ok',
    async run(context) {
      const client = await context.client()
      client.send(formatJson('', { expect: '100-continue', 'content-length': '2' }))
      assert.equal((await client.response()).status, 100)
      context.expect(await client.send('{}').response(), OK)
    },
  },
]
