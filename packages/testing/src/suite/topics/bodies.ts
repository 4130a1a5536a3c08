import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { BODY_LIMITS } from '../fixture.ts'
import { formatRequest } from '../raw-client.ts'
import { answered, asked, OK, PLANTED, type Scenario, type ScenarioContext } from '../scenario.ts'
import type { WireRequest } from '../wire-request.ts'

/** Parsers differ in what they take; what they refuse is told in one way. */
const MALFORMED = [OK, 'malformed_body']
const SKIPPED = [OK, 'malformed_body', 'unsupported_media_type']
const PACKED = ['malformed_body', 'unsupported_media_type']

const json = (body: string | Buffer, headers: Record<string, string> = {}, path = '/json'): Buffer =>
  formatRequest(`POST ${path}`, { 'content-type': 'application/json', ...headers }, body)
const typed = (type: string, body = '{}'): Buffer => json(body, { 'content-type': type })
const encoded = (encoding: string, body: string | Buffer = PLANTED): Buffer =>
  json(body, { 'content-encoding': encoding })
const form = (body: string, type = 'application/x-www-form-urlencoded'): Buffer =>
  formatRequest('POST /form', { 'content-type': type }, body)
const chunked = (body: string): Buffer =>
  json(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, { 'transfer-encoding': 'chunked' })
const large = JSON.stringify('a'.repeat(BODY_LIMITS.body))

/** What is told of a body that does not come to its end: of a client that left, or of a parser's own words for it. */
const CUT = ['client_closed_request', 'invalid_request', 'malformed_body']

/** A client that stops in the middle of its body. */
function cutOff(name: string, bytes: Buffer, leave: 'end' | 'reset'): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      client.send(bytes)
      // What was sent is to arrive before the connection ends.
      await sleep(20)
      if (leave === 'end') client.socket.end()
      else client.socket.resetAndDestroy()
      await client.closed()
      await stage.expectErrors(CUT)
      stage.expect(await stage.request(formatRequest('GET /ok')), OK)
      // Node itself answers a half-closed one.
      if (client.rest !== '') assert.match(client.rest, /^HTTP\/1\.1 (?:400|499) /)
      assert.ok(!client.rest.includes(PLANTED))
    },
  }
}

/** Requests one behind the other, each answered in its turn. */
function pipelined(name: string, bytes: Buffer, codes: string | readonly string[]): Scenario {
  return {
    name,
    async run(stage: ScenarioContext) {
      const client = await stage.client()
      client.send(Buffer.concat([bytes, formatRequest('GET /ok'), bytes, formatRequest('GET /ok')]))
      for (let round = 0; round < 2; round++) {
        stage.expect(await client.response(), codes)
        stage.expect(await client.response(), OK)
      }
      assert.equal(client.rest, '')
    },
  }
}

const unread = (
  name: string,
  codes: readonly string[],
  body: string | Buffer,
  headers: Record<string, string> = {},
): WireRequest => ({
  name,
  make: ({ json: path, request }) =>
    request(`POST ${path}`, { 'content-type': 'application/json', ...headers }, body),
  codes,
})

/** JSON bodies that nothing can be made of, and so nothing done with. */
export const unreadable: readonly WireRequest[] = [
  unread('json-malformed', ['malformed_body'], `{"a": ${PLANTED}}`),
  unread('json-truncated', ['malformed_body'], `{"a": "${PLANTED}`),
  unread('json-whitespace', ['malformed_body'], '   '),
  unread('json-nul', ['malformed_body'], '{"a": "\0"'),
  unread('json-too-large-2mb', ['payload_too_large'], `"${'a'.repeat(2_000_000)}`),
  unread('ct-text', SKIPPED, '{', { 'content-type': 'text/plain' }),
  unread('ct-problem-json', SKIPPED, '{', { 'content-type': 'application/problem+json' }),
  unread('encoding-gzip-garbage', PACKED, PLANTED, { 'content-encoding': 'gzip' }),
  unread('encoding-br-garbage', PACKED, PLANTED, { 'content-encoding': 'br' }),
  unread('encoding-deflate-garbage', PACKED, PLANTED, { 'content-encoding': 'deflate' }),
  unread('encoding-gzip-truncated', PACKED, gzipSync(`{"a": "${PLANTED}"}`).subarray(0, -9), {
    'content-encoding': 'gzip',
  }),
]

/** JSON bodies and forms, and what can be wrong with them. */
export const bodies: readonly Scenario[] = [
  ...unreadable.map(asked),
  answered('json-empty', json('', { 'content-length': '0' }), MALFORMED),
  answered('json-empty-chunked', json('0\r\n\r\n', { 'transfer-encoding': 'chunked' }), MALFORMED),
  answered('json-primitive', json('5'), MALFORMED),
  answered('json-null', json('null'), MALFORMED),
  answered('json-string', json(`"${PLANTED}"`), MALFORMED),
  answered('json-bom', json('\ufeff{"a": 1}'), MALFORMED),
  answered('json-bad-utf8', json(Buffer.from('{"a": "\xff\xfe"}', 'latin1')), MALFORMED),
  answered('json-deep', json(`{"a": ${'['.repeat(2000)}${']'.repeat(2000)}}`), MALFORMED),
  answered('json-proto', json('{"__proto__": {"a": 1}}'), MALFORMED),
  answered('json-constructor-proto', json('{"constructor": {"prototype": {"a": 1}}}'), MALFORMED),
  answered('json-too-large', json(large), 'payload_too_large'),
  answered('json-too-large-chunked', chunked(large), 'payload_too_large'),
  answered('json-too-large-then-get', json(JSON.stringify('a'.repeat(300_000))), 'payload_too_large'),
  answered('malformed-then-get', json(`{${PLANTED}`), 'malformed_body'),
  answered('ct-missing', formatRequest('POST /json', {}, '{}'), SKIPPED),
  answered('ct-malformed', typed('application'), SKIPPED),
  answered('ct-garbage', typed('/;=;'), SKIPPED),
  answered('ct-empty', typed(''), SKIPPED),
  answered('ct-xml', typed('application/xml', '<a/>'), SKIPPED),
  answered('ct-dup', typed('application/json\r\ncontent-type: text/plain'), SKIPPED),
  answered('charset-unsupported', typed(`application/json; charset=${PLANTED}`), SKIPPED),
  answered(
    'charset-utf16',
    json(Buffer.from('{"a": 1}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }),
    SKIPPED,
  ),
  answered('charset-utf-bogus', typed('application/json; charset=utf-bogus'), SKIPPED),
  answered('encoding-unsupported', json('{}', { 'content-encoding': PLANTED }), SKIPPED),
  answered('encoding-gzip-ok', encoded('gzip', gzipSync('{"a": 1}')), SKIPPED),
  answered('encoding-gzip-bomb', encoded('gzip', gzipSync(JSON.stringify('a'.repeat(5_000_000)))), [
    'payload_too_large',
    'malformed_body',
    'unsupported_media_type',
  ]),
  answered(
    'GET-with-body-badjson',
    formatRequest('GET /json', { 'content-type': 'application/json' }, `{${PLANTED}`),
    MALFORMED,
  ),
  answered('DELETE-json-ct-empty', formatRequest('DELETE /only', { 'content-type': 'application/json' }), [
    'method_not_allowed',
    'malformed_body',
  ]),
  answered('form-ok', form('a=1&b=2'), OK),
  answered('form-bad-pct', form('a=%E0%A4%A'), OK),
  answered('form-proto', form('__proto__[a]=1&constructor[prototype][a]=1'), OK),
  answered('form-too-many', form(`${'a=1&'.repeat(11)}b=${PLANTED}`), [OK, 'payload_too_large']),
  answered('form-too-large', form(`a=${'a'.repeat(BODY_LIMITS.body)}`), 'payload_too_large'),
  answered('form-deep', form(`a${'[a]'.repeat(50)}=${PLANTED}`), [OK, 'invalid_request']),
  answered('form-charset', form('a=1', `application/x-www-form-urlencoded; charset=${PLANTED}`), [
    OK,
    'unsupported_media_type',
  ]),

  cutOff('length-short-then-fin', json('{"a": 1}', { 'content-length': '100' }), 'end'),
  cutOff('abort-mid-upload', json('{"a": 1', { 'transfer-encoding': 'chunked' }), 'end'),
  cutOff('reset-mid-upload', json('{"a": 1}', { 'content-length': '100' }), 'reset'),
]

/** What the fixture's own validation finds. */
export const validations: readonly Scenario[] = [
  answered('validate-missing', json('{}', {}, '/validate'), 'validation_failed'),
  answered('validate-type', json('{"name": 5}', {}, '/validate'), 'validation_failed'),
  answered('validate-array', json('{"name": "a", "tags": 5}', {}, '/validate'), 'validation_failed'),
  answered('validate-nobody', formatRequest('POST /validate'), [
    'validation_failed',
    'malformed_body',
    'unsupported_media_type',
  ]),
  answered('validate-extra', json('{"name": "a", "__proto__": 5}', {}, '/validate'), MALFORMED),
  answered('validate-ok', json('{"name": "a"}', {}, '/validate'), OK),
]

/** What is sent behind a failure on the same connection, and bodies that nobody reads. */
export const keepAlive: readonly Scenario[] = [
  pipelined('pipelined-error-then-ok', formatRequest('GET /broken'), 'internal_error'),
  pipelined('pipelined-404-then-ok', formatRequest('GET /nope'), 'endpoint_not_found'),
  pipelined('keepalive-after-error', formatRequest('GET /conflict'), 'conflict'),
  pipelined('keepalive-after-404-post', formatRequest('POST /nope', {}, 'a'.repeat(300_000)), [
    'endpoint_not_found',
    'unsupported_media_type',
  ]),
  pipelined('keepalive-throw-unread-body', formatRequest('POST /unread', {}, 'a'.repeat(300_000)), [
    'internal_error',
    'unsupported_media_type',
  ]),
  {
    name: 'unfinished-body-error',
    async run(stage) {
      const bytes = formatRequest(
        'POST /unread',
        { 'content-length': '1000', 'content-type': 'application/x-unread' },
        'only this',
      )
      stage.expect(await stage.request(bytes), ['internal_error', 'unsupported_media_type'])
    },
  },
  {
    name: 'answered, and then a chunk that is none',
    async run(stage) {
      const client = await stage.client()
      const headers = { 'transfer-encoding': 'chunked', 'content-type': 'application/x-unread' }
      const codes = ['internal_error', 'unsupported_media_type']
      const code = stage.expect(await client.send(formatRequest('POST /unread', headers)).response(), codes)
      client.send(`${PLANTED}\r\n`)
      await client.closed()
      assert.equal(client.rest, '', 'It is answered twice')
      await stage.expectErrors(code)
    },
  },
  {
    name: 'expect-100-ok',
    async run(stage) {
      const client = await stage.client()
      client.send(json('', { expect: '100-continue', 'content-length': '2' }))
      assert.equal((await client.response()).status, 100)
      stage.expect(await client.send('{}').response(), OK)
    },
  },
]
