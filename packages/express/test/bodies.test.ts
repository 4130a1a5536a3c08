import { once } from 'node:events'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { RequestHandler } from 'express'
import multer from 'multer'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { InvalidFieldValue, ValidationFailed, type Issue } from '../src/index.ts'
import { ask, bytesOf, RawClient } from './raw-client.ts'
import { majors, serve, type Express, type Served } from './serve.ts'
import { expectError } from './spec.ts'

/** Stands in what is sent, and may stand in no answer. */
const PLANTED = 'sk-planted'

const LIMIT = 10_000

type Case = readonly [name: string, bytes: Buffer, code: string]

const ok: RequestHandler = (_request, response) => {
  response.json({ ok: true })
}

const validate: RequestHandler = ({ body }, response) => {
  const { name, tags } = (body ?? {}) as { name?: unknown; tags?: unknown }
  const issues: Issue[] = []
  if (typeof name !== 'string') issues.push({ message: 'must be a string', path: ['name'] })
  if (tags !== undefined && !Array.isArray(tags)) issues.push({ message: 'must be a list', path: ['tags'] })
  if (issues.length > 0) throw new ValidationFailed({ issues })
  response.json({ ok: true })
}

function serveBodies(express: Express): Promise<Served> {
  const upload = multer({
    limits: { fileSize: 1000, fields: 3, fieldSize: 100, fieldNameSize: 50, fieldNestingDepth: 3, files: 1 },
  })
  return serve(express, (app) => {
    app.get('/ok', ok)
    app.get('/unread', () => {
      throw new Error(PLANTED)
    })
    app.post('/unread', () => {
      throw new Error(PLANTED)
    })
    app.post('/half', async (request) => {
      await once(request, 'data')
      request.pause()
      throw new Error(PLANTED)
    })
    app.all('/json', express.json({ limit: LIMIT }), ok)
    app.post('/only', express.json({ limit: LIMIT }), ok)
    app.post('/form', express.urlencoded({ extended: true, limit: LIMIT, parameterLimit: 10 }), ok)
    app.post('/upload', upload.single('file'), ok)
    app.post('/validate', express.json(), validate)
    app.get('/param/:param', ok)
    app.get('/int/:int', ({ params: { int } }, response) => {
      if (!/^\d+$/.test(int)) throw new InvalidFieldValue({ field: 'int', issue: 'must be an integer' })
      response.json({ ok: true })
    })
  })
}

const json = (body: string | Buffer, headers: Record<string, string> = {}, path = '/json'): Buffer =>
  bytesOf(`POST ${path}`, { 'content-type': 'application/json', ...headers }, body)
const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
const form = (body: string, type = 'application/x-www-form-urlencoded'): Buffer =>
  bytesOf('POST /form', { 'content-type': type }, body)

/** A part of an upload: what its Content-Disposition says, and its content. */
type Part = readonly [disposition: string, content: string, more?: string]

const BOUNDARY = 'xxBOUNDARYxx'
const multipart = (...parts: readonly Part[]): string =>
  `${parts
    .map(
      ([disposition, content, more = '']) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data${disposition}\r\n${more}\r\n${content}\r\n`,
    )
    .join('')}--${BOUNDARY}--\r\n`
const upload = (body: string, type = `multipart/form-data; boundary=${BOUNDARY}`): Buffer =>
  bytesOf('POST /upload', { 'content-type': type }, body)
const file: Part = ['; name="file"; filename="a.txt"', 'content', 'Content-Type: text/plain\r\n']
const field = (name: string, value = 'value'): Part => [`; name="${name}"`, value]

const OK = 'no error'
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

const bodies: readonly Case[] = [
  ['json-malformed', json(`{"a": ${PLANTED}}`), 'malformed_body'],
  ['json-truncated', json(`{"a": "${PLANTED}`), 'malformed_body'],
  ['json-whitespace', json('   '), 'malformed_body'],
  ['json-nul', json('{"a": "\0"}'), 'malformed_body'],
  ['json-empty', json('', { 'content-length': '0' }), OK],
  ['json-empty-chunked', json('0\r\n\r\n', { 'transfer-encoding': 'chunked' }), OK],
  ['json-primitive', json('5'), 'malformed_body'],
  ['json-null', json('null'), 'malformed_body'],
  ['json-string', json(`"${PLANTED}"`), 'malformed_body'],
  ['json-bom', json('\ufeff{"a": 1}'), OK],
  ['json-bad-utf8', json(Buffer.from('{"a": "\xff\xfe"}', 'latin1')), OK],
  ['json-deep', json(`{"a": ${deep(2000)}}`), OK],
  ['json-proto', json('{"__proto__": {"a": 1}}'), OK],
  ['json-constructor-proto', json('{"constructor": {"prototype": {"a": 1}}}'), OK],
  ['json-too-large', json(JSON.stringify('a'.repeat(LIMIT))), 'payload_too_large'],
  [
    'json-too-large-chunked',
    json(chunked(JSON.stringify('a'.repeat(LIMIT))), { 'transfer-encoding': 'chunked' }),
    'payload_too_large',
  ],
  ['json-too-large-2mb', json(JSON.stringify('a'.repeat(2_000_000))), 'payload_too_large'],
  ['ct-missing', bytesOf('POST /json', {}, '{}'), OK],
  ['ct-malformed', json('{}', { 'content-type': 'application' }), OK],
  ['ct-garbage', json('{}', { 'content-type': '/;=;' }), OK],
  ['ct-empty', json('{}', { 'content-type': '' }), OK],
  ['ct-xml', json('<a/>', { 'content-type': 'application/xml' }), OK],
  ['ct-problem-json', json('{', { 'content-type': 'application/problem+json' }), OK],
  ['ct-text', json('{', { 'content-type': 'text/plain' }), OK],
  ['ct-dup', json('{}', { 'content-type': 'application/json\r\ncontent-type: text/plain' }), OK],
  [
    'charset-unsupported',
    json('{}', { 'content-type': `application/json; charset=${PLANTED}` }),
    'unsupported_media_type',
  ],
  [
    'charset-utf16',
    json(Buffer.from('{"a": 1}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }),
    OK,
  ],
  [
    'charset-utf-bogus',
    json('{}', { 'content-type': 'application/json; charset=utf-bogus' }),
    'unsupported_media_type',
  ],
  ['encoding-unsupported', json('{}', { 'content-encoding': PLANTED }), 'unsupported_media_type'],
  ['encoding-gzip-garbage', json(PLANTED, { 'content-encoding': 'gzip' }), 'malformed_body'],
  ['encoding-deflate-garbage', json(PLANTED, { 'content-encoding': 'deflate' }), 'malformed_body'],
  [
    'encoding-gzip-truncated',
    json(gzipSync(`{"a": "${PLANTED}"}`).subarray(0, -9), { 'content-encoding': 'gzip' }),
    'malformed_body',
  ],
  ['encoding-gzip-ok', json(gzipSync('{"a": 1}'), { 'content-encoding': 'gzip' }), OK],
  ['encoding-deflate-ok', json(deflateSync('{"a": 1}'), { 'content-encoding': 'deflate' }), OK],
  [
    'encoding-gzip-bomb',
    json(gzipSync(JSON.stringify('a'.repeat(5_000_000))), { 'content-encoding': 'gzip' }),
    'payload_too_large',
  ],
  [
    'GET-with-body-badjson',
    bytesOf('GET /json', { 'content-type': 'application/json' }, `{${PLANTED}`),
    'malformed_body',
  ],
  [
    'DELETE-json-ct-empty',
    bytesOf('DELETE /only', { 'content-type': 'application/json' }),
    'method_not_allowed',
  ],
  ['form-ok', form('a=1&b=2'), OK],
  ['form-bad-pct', form('a=%E0%A4%A'), OK],
  ['form-proto', form('__proto__[a]=1&constructor[prototype][a]=1'), OK],
  ['form-too-many', form(`${'a=1&'.repeat(11)}b=${PLANTED}`), 'payload_too_large'],
  ['form-too-large', form(`a=${'a'.repeat(LIMIT)}`), 'payload_too_large'],
  ['form-deep', form(`a${'[a]'.repeat(50)}=${PLANTED}`), 'invalid_request'],
  [
    'form-charset',
    form('a=1', `application/x-www-form-urlencoded; charset=${PLANTED}`),
    'unsupported_media_type',
  ],
]

const validations: readonly Case[] = [
  ['validate-missing', json('{}', {}, '/validate'), 'validation_failed'],
  ['validate-type', json('{"name": 5}', {}, '/validate'), 'validation_failed'],
  ['validate-array', json('{"name": "a", "tags": 5}', {}, '/validate'), 'validation_failed'],
  ['validate-nobody', bytesOf('POST /validate'), 'validation_failed'],
  ['validate-extra', json('{"name": "a", "__proto__": 5}', {}, '/validate'), OK],
  ['validate-ok', json('{"name": "a"}', {}, '/validate'), OK],
]

const uploads: readonly Case[] = [
  ['upload-ok', upload(multipart(file)), OK],
  [
    'upload-too-large',
    upload(multipart(['; name="file"; filename="a.txt"', 'a'.repeat(2000)])),
    'file_too_large',
  ],
  ['upload-wrong-field', upload(multipart(field('other'))), OK],
  [
    'upload-unexpected-field',
    upload(multipart(['; name="other"; filename="a.txt"', PLANTED])),
    'invalid_request',
  ],
  ['upload-two-files', upload(multipart(file, file)), 'invalid_request'],
  ['upload-fieldname-too-long', upload(multipart(field('a'.repeat(100)))), 'invalid_request'],
  ['upload-nested-field', upload(multipart(field(`a${'[b]'.repeat(20)}`))), 'invalid_request'],
  [
    'upload-many-fields',
    upload(multipart(...['a', 'b', 'c', 'd', 'e'].map((name) => field(name)))),
    'invalid_request',
  ],
  ['upload-field-too-long', upload(multipart(field('a', PLANTED.repeat(50)))), 'invalid_request'],
  ['upload-no-fieldname', upload(multipart(['', PLANTED])), 'invalid_request'],
  ['upload-proto-field', upload(multipart(field('__proto__'), field('constructor'))), OK],
  ['upload-no-boundary', upload(multipart(file), 'multipart/form-data'), 'malformed_body'],
  [
    'upload-bad-boundary',
    upload(multipart(file), `multipart/form-data; boundary=${PLANTED}`),
    'malformed_body',
  ],
  ['upload-truncated', upload(multipart(file).slice(0, -30)), 'malformed_body'],
  [
    'upload-truncated-header',
    upload(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="fi`),
    'malformed_body',
  ],
  [
    'upload-empty',
    bytesOf('POST /upload', {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': '0',
    }),
    'malformed_body',
  ],
  [
    'upload-malformed-header',
    upload(`--${BOUNDARY}\r\n${PLANTED}\r\n\r\ncontent\r\n--${BOUNDARY}--\r\n`),
    'malformed_body',
  ],
  ['upload-not-multipart', upload('{}', 'application/json'), OK],
  [
    'upload-mixed-type',
    upload(multipart(file), `multipart/mixed; boundary=${BOUNDARY}`),
    'unsupported_media_type',
  ],
  ['upload-bad-cte', upload(multipart(['; name="a"', 'a', `Content-Transfer-Encoding: ${PLANTED}\r\n`])), OK],
  [
    'upload-filename-traversal',
    upload(multipart(['; name="file"; filename="../../etc/passwd\0"', 'a'])),
    'malformed_body',
  ],
]

const urls: readonly Case[] = [
  ['bad-pct-param', bytesOf(`GET /param/${PLANTED}%E0%A4%A`), 'invalid_request'],
  ['bad-pct-param-lone', bytesOf('GET /param/%'), 'invalid_request'],
  ['bad-pct-query', bytesOf('GET /param/a?a=%E0%A4%A'), OK],
  ['nul-param', bytesOf('GET /param/%00'), OK],
  ['crlf-param', bytesOf('GET /param/%0d%0aset-cookie:a=1'), OK],
  ['proto-param', bytesOf('GET /param/__proto__'), OK],
  ['proto-query', bytesOf('GET /param/a?__proto__[a]=1'), OK],
  ['deep-query', bytesOf(`GET /param/a?a${'[a]'.repeat(50)}=1`), OK],
  ['many-query', bytesOf(`GET /param/a?${'a=1&'.repeat(2000)}`), OK],
  ['long-param-101', bytesOf(`GET /param/${'a'.repeat(101)}`), OK],
  ['long-param-5000', bytesOf(`GET /param/${'a'.repeat(5000)}`), OK],
  ['int-bad', bytesOf('GET /int/abc'), 'invalid_field_value'],
  ['int-bad-pct', bytesOf('GET /int/%E0'), 'invalid_request'],
  ['int-huge', bytesOf('GET /int/99999999999999999999'), OK],
]

describe.each(majors)('$major', ({ major, express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serveBodies(express)
  })

  describe.each([
    ['body', bodies],
    ['validation', validations],
    ['upload', uploads],
    ['URL', urls],
  ] as const)('%s', (_section, cases) => {
    test.each(cases)('%s', async (_name, bytes, code) => {
      served.heard.length = 0
      const client = await RawClient.open(served.port)
      const response = await client.send(bytes).response()
      if (code === OK) expect(response).toMatchObject({ status: 200, body: '{"ok":true}' })
      else {
        expectError(response, code)
        expect(JSON.stringify(response)).not.toContain(PLANTED)
      }
      expect(served.heard).toHaveLength(code === OK ? 0 : 1)
      // The connection goes on, whatever was left unread.
      expect(await client.send(bytesOf('GET /ok')).response()).toMatchObject({ status: 200 })
    })
  })

  test('encoding-br-garbage: Express 4 does not take brotli, Express 5 can’t decode it', async () => {
    const code = major === 'Express 4' ? 'unsupported_media_type' : 'malformed_body'
    expectError(await ask(served.port, json(PLANTED, { 'content-encoding': 'br' })), code)
    const whole = await ask(served.port, json(brotliCompressSync('{}'), { 'content-encoding': 'br' }))
    expect(whole.status).toBe(major === 'Express 4' ? 415 : 200)
  })

  describe('a body that does not come to its end', () => {
    test.each([
      ['length-short-then-fin', json('{"a": 1}', { 'content-length': '100' })],
      [
        'upload-abort',
        upload(multipart(file).slice(0, 80))
          .toString()
          .replace(/(content-length: )\d+/, '$1900'),
      ],
      ['abort-mid-upload', json('{"a": 1', { 'transfer-encoding': 'chunked' }, '/json')],
    ])('%s is told to the hook once', async (_name, bytes) => {
      served.heard.length = 0
      const client = await RawClient.open(served.port)
      client.send(bytes).socket.end()
      await client.closed()
      await vi.waitFor(() => expect(served.heard).toHaveLength(1))
      expect((await ask(served.port, bytesOf('GET /ok'))).status).toBe(200)
      expect(served.heard.map(({ error }) => error.status)).toEqual([expect.toBeOneOf([400, 499])])
      if (client.rest !== '') expect(client.rest).toMatch(/^HTTP\/1\.1 400 /)
    })

    test('reset-mid-upload is told to the hook once, as the client’s leaving', async () => {
      served.heard.length = 0
      const client = await RawClient.open(served.port)
      const begun = once(served.server, 'request')
      client.send(json('{"a": 1}', { 'content-length': '100' }))
      await begun
      client.socket.resetAndDestroy()
      await vi.waitFor(() => expect(served.heard).toHaveLength(1))
      expect((await ask(served.port, bytesOf('GET /ok'))).status).toBe(200)
      expect(served.heard.map(({ error }) => error.code)).toEqual(['client_closed_request'])
    })

    test('unfinished-body-error: a handler that does not read it is answered at once', async () => {
      const client = await RawClient.open(served.port)
      client.send(bytesOf('POST /unread', { 'content-length': '1000' }, 'only this'))
      expectError(await client.response(), 'internal_error')
    })
  })

  describe('keep-alive', () => {
    test.each([
      ['json-too-large-then-get', json(JSON.stringify('a'.repeat(300_000))), 'payload_too_large'],
      ['malformed-then-get', json(`{${PLANTED}`), 'malformed_body'],
      ['keepalive-throw-unread-body', bytesOf('POST /unread', {}, 'a'.repeat(300_000)), 'internal_error'],
      ['a body that was half read', bytesOf('POST /half', {}, 'a'.repeat(300_000)), 'internal_error'],
      ['keepalive-after-error', bytesOf('GET /unread'), 'internal_error'],
      ['keepalive-after-404-post', bytesOf('POST /nope', {}, 'a'.repeat(300_000)), 'endpoint_not_found'],
      ['pipelined-error-then-ok', bytesOf('GET /unread'), 'internal_error'],
      ['pipelined-404-then-ok', bytesOf('GET /nope'), 'endpoint_not_found'],
    ])('%s: what is sent behind it is answered next', async (_name, bytes, code) => {
      const client = await RawClient.open(served.port)
      client.send(Buffer.concat([bytes, bytesOf('GET /ok'), bytes, bytesOf('GET /ok')]))
      for (let round = 0; round < 2; round++) {
        expectError(await client.response(), code)
        expect(await client.response()).toMatchObject({ status: 200, body: '{"ok":true}' })
      }
      expect(client.rest).toBe('')
    })

    test('expect-100-ok: a client that asks first is told to go on', async () => {
      const client = await RawClient.open(served.port)
      client.send(json('', { expect: '100-continue', 'content-length': '2' }))
      expect((await client.response()).status).toBe(100)
      expect((await client.send('{}').response()).status).toBe(200)
    })
  })
})
