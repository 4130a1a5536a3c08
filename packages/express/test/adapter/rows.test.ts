import { readdirSync, readFileSync } from 'node:fs'
import { envelopes } from '@faultline/core'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { gaps, rows, type Section } from './master-table.ts'
import { RawClient, requestText } from './raw-client.ts'
import { majors, serve, type Served } from './serve.ts'
import { falsy, SECRET, values } from './values.ts'

interface Case {
  readonly row: string
  readonly text: string
  readonly status: number
  /** Whether newer versions of Node.js refuse it below, with a 431. */
  readonly or431?: boolean
  /** The code in ai-api; left out for what is no failure. */
  readonly code?: string
  /** What is read after the answer, on the same connection. @default another request is served */
  readonly after?: 'closed' | 'open'
  /** Only in this major. */
  readonly only?: string
}

const NOT_FOUND = { status: 404, code: 'ENDPOINT_NOT_FOUND' }
const NOT_ALLOWED = { status: 405, code: 'METHOD_NOT_ALLOWED' }
const INVALID = { status: 400, code: 'INVALID_REQUEST' }
const MALFORMED = { ...INVALID, after: 'closed' } as const
const INTERNAL = { status: 500, code: 'INTERNAL_ERROR' }
const FINE = { status: 200 }

const get = (path: string, headers?: Record<string, string>): string => requestText('GET', path, headers)
const post = (path: string, type: string, body: string, headers: Record<string, string> = {}): string =>
  requestText(
    'POST',
    path,
    { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(body)), ...headers },
    body,
  )
const json = (path: string, body: string, headers?: Record<string, string>): string =>
  post(path, 'application/json', body, headers)
const form = (body: string): string => post('/form', 'application/x-www-form-urlencoded', body)
const part = (head: string, content: string): string => `--b\r\n${head}\r\n\r\n${content}\r\n`
const upload = (...parts: string[]): string =>
  post('/upload', 'multipart/form-data; boundary=b', `${parts.join('')}--b--\r\n`)
const named = (name: string, filename?: string): string =>
  `Content-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`

const cases: readonly Case[] = [
  { row: 'unknown-route', text: get('/nope'), ...NOT_FOUND },
  { row: 'unknown-route-html-accept', text: get('/nope', { Accept: 'text/html' }), ...NOT_FOUND },
  { row: 'unknown-route-reflect', text: get(`/${SECRET}<script>`), ...NOT_FOUND },
  { row: 'unknown-route-long', text: get(`/${'x'.repeat(8000)}`), ...NOT_FOUND },
  { row: 'unknown-post-json', text: json('/nope', '{}'), ...NOT_FOUND },
  { row: 'unknown-post-badjson', text: json('/nope', '{'), ...NOT_FOUND },
  { row: 'OPTIONS-unknown', text: requestText('OPTIONS', '/nope'), ...NOT_FOUND },
  { row: 'absolute-form', text: get('http://x/nope'), ...NOT_FOUND },
  { row: 'absolute-form-bad', text: get('http://[/nope'), ...NOT_FOUND },
  { row: 'double-slash-host', text: get('//x/nope'), ...NOT_FOUND },
  { row: 'double-slash', text: get('//pets//7'), ...NOT_FOUND },
  { row: 'backslash', text: get('/a\\b'), ...NOT_FOUND },
  { row: 'empty-query', text: get('/nope?'), ...NOT_FOUND },
  { row: 'wrong-method', text: json('/pets/7', '{}'), ...NOT_ALLOWED },
  { row: 'wrong-method-DELETE', text: requestText('DELETE', '/pets/7'), ...NOT_ALLOWED },
  {
    row: 'DELETE-json-ct-empty',
    text: requestText('DELETE', '/pets/7', { 'Content-Type': 'application/json' }),
    ...NOT_ALLOWED,
  },
  { row: 'method-PURGE', text: requestText('PURGE', '/pets/7'), ...NOT_ALLOWED },
  { row: 'method-TRACE', text: requestText('TRACE', '/pets/7'), ...NOT_ALLOWED },
  { row: 'method-QUERY', text: requestText('QUERY', '/pets/7'), ...NOT_ALLOWED },
  { row: 'method-lowercase', text: requestText('get', '/pets/7'), ...MALFORMED },
  { row: 'OPTIONS-known', text: requestText('OPTIONS', '/pets/7'), ...FINE },
  { row: 'OPTIONS-star', text: requestText('OPTIONS', '*'), ...NOT_FOUND },
  {
    row: 'OPTIONS-preflight-failing',
    text: requestText('OPTIONS', '/missing', { Origin: 'http://x', 'Access-Control-Request-Method': 'GET' }),
    ...FINE,
  },
  { row: 'HEAD-failing', text: requestText('HEAD', '/missing'), status: 404 },
  { row: 'HEAD-failing-500', text: requestText('HEAD', '/throw'), status: 500 },
  { row: 'HEAD-unknown', text: requestText('HEAD', '/nope'), status: 404 },
  { row: 'HEAD-then-GET-keepalive', text: requestText('HEAD', '/throw'), status: 500 },
  {
    row: 'upgrade-h2c',
    text: get('/pets/7', {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAAQAAP__',
    }),
    ...FINE,
  },
  { row: 'semicolon', text: get('/pets/7;a=b'), ...FINE },

  { row: 'bad-pct-path', text: get('/%zz/nope'), ...NOT_FOUND },
  { row: 'bad-pct-param', text: get(`/pets/%zz${SECRET}`), ...INVALID },
  { row: 'bad-pct-param-lone', text: get('/pets/%'), ...INVALID },
  { row: 'bad-pct-query', text: get('/pets/7?a=%zz'), ...FINE },
  { row: 'nul-param', text: get('/pets/%00'), ...FINE },
  { row: 'crlf-param', text: get('/pets/%0d%0aset-cookie:%20a=b'), ...FINE },
  { row: 'proto-param', text: get('/pets/__proto__'), ...FINE },
  { row: 'proto-query', text: get('/pets/7?__proto__[a]=b'), ...FINE },
  { row: 'deep-query', text: get(`/pets/7?a${'[b]'.repeat(100)}=c`), ...FINE },
  { row: 'many-query', text: get(`/pets/7?${'a=1&'.repeat(2000)}`), ...FINE },
  { row: 'long-param-101', text: get(`/pets/${'x'.repeat(101)}`), ...FINE },
  { row: 'long-param-5000', text: get(`/pets/${'x'.repeat(5000)}`), ...FINE },
  { row: 'raw-utf8-path', text: get('/pets/ü'), ...MALFORMED },
  { row: 'fragment', text: get('/nope#x'), ...NOT_FOUND },
  { row: 'int-bad', text: get('/int/abc'), ...INVALID },
  { row: 'int-bad-pct', text: get('/int/%zz'), ...INVALID },
  { row: 'int-huge', text: get(`/int/${'9'.repeat(50)}`), ...FINE },

  { row: 'json-empty', text: json('/json', ''), ...FINE },
  {
    row: 'json-empty-chunked',
    text: requestText(
      'POST',
      '/json',
      { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      '0\r\n\r\n',
    ),
    ...FINE,
  },
  { row: 'json-bom', text: json('/json', '\uFEFF{}'), ...FINE },
  { row: 'json-bad-utf8', text: json('/json', '{"a":"\uFFFD"}'), ...FINE },
  { row: 'json-deep', text: json('/json', `${'['.repeat(2000)}${']'.repeat(2000)}`), ...FINE },
  { row: 'json-proto', text: json('/json', '{"__proto__":{"a":1}}'), ...FINE },
  { row: 'json-constructor-proto', text: json('/json', '{"constructor":{"prototype":{"a":1}}}'), ...FINE },
  {
    row: 'json-too-large-chunked',
    text: requestText(
      'POST',
      '/json',
      { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      `5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n`,
    ),
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    row: 'json-too-large-then-get',
    text: json('/json', 'x'.repeat(20_000)),
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  { row: 'malformed-then-get', text: json('/json', '{'), ...INVALID },
  { row: 'ct-missing', text: requestText('POST', '/json', { 'Content-Length': '2' }, '{}'), ...FINE },
  { row: 'ct-malformed', text: post('/json', 'application/', '{}'), ...FINE },
  { row: 'ct-garbage', text: post('/json', ';;;', '{}'), ...FINE },
  { row: 'ct-empty', text: post('/json', '', '{}'), ...FINE },
  { row: 'ct-xml', text: post('/json', 'application/xml', '<a/>'), ...FINE },
  { row: 'ct-problem-json', text: post('/json', 'application/problem+json', '{}'), ...FINE },
  { row: 'ct-text', text: post('/json', 'text/plain', 'x'), ...FINE },
  {
    row: 'ct-dup',
    text: requestText(
      'POST',
      '/json',
      { 'Content-Type': 'application/json\r\nContent-Type: text/plain', 'Content-Length': '2' },
      '{}',
    ),
    ...FINE,
  },
  {
    row: 'charset-utf16',
    text: json('/json', '', { 'Content-Type': 'application/json; charset=utf-16' }),
    ...FINE,
  },
  {
    row: 'chunk-bad-after-ok',
    text: requestText(
      'POST',
      '/json',
      { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' },
      '2\r\n{}\r\n0\r\n\r\n',
    ),
    ...FINE,
  },
  {
    row: 'GET-with-body-badjson',
    text: requestText('GET', '/json-get', { 'Content-Type': 'application/json', 'Content-Length': '1' }, '{'),
    ...INVALID,
  },
  { row: 'form-ok', text: form('a=1&b=2'), ...FINE },
  { row: 'form-bad-pct', text: form('a=%zz'), ...FINE },
  { row: 'form-proto', text: form('__proto__[a]=1'), ...FINE },

  { row: 'validate-missing', text: json('/validate', '{}'), ...INVALID },
  { row: 'validate-type', text: json('/validate', '{"name":7}'), ...INVALID },
  { row: 'validate-array', text: json('/validate', '[]'), ...INVALID },
  { row: 'validate-nobody', text: requestText('POST', '/validate'), ...INVALID },
  { row: 'validate-extra', text: json('/validate', '{"name":"x","more":1}'), ...FINE },
  { row: 'validate-ok', text: json('/validate', '{"name":"x"}'), ...FINE },

  { row: 'upload-wrong-field', text: upload(part(named('other'), 'x')), ...FINE },
  { row: 'upload-nested-field', text: upload(part(named(`a${'[b]'.repeat(1000)}`), 'x')), ...INVALID },
  { row: 'upload-proto-field', text: upload(part(named('__proto__'), 'x')), ...FINE },
  { row: 'upload-bad-boundary', text: post('/upload', 'multipart/form-data; boundary=""', 'x'), ...INVALID },
  { row: 'upload-not-multipart', text: json('/upload', '{}'), ...FINE },
  {
    row: 'upload-mixed-type',
    text: post('/upload', 'multipart/mixed; boundary=b', part(named('file', 'a.txt'), 'x')),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    row: 'upload-bad-cte',
    text: upload(part(`${named('file', 'a.txt')}\r\nContent-Transfer-Encoding: nonsense`, 'x')),
    ...FINE,
  },
  { row: 'upload-filename-traversal', text: upload(part(named('file', '../../etc/passwd'), 'x')), ...FINE },

  { row: 'bad-header-char', text: 'GET /pets/7 HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', ...MALFORMED },
  { row: 'header-bare-lf', text: 'GET /pets/7 HTTP/1.1\r\nHost: x\r\nX-A: a\nX-B: b\r\n\r\n', ...MALFORMED },
  { row: 'header-obs-fold', text: 'GET /pets/7 HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n', ...MALFORMED },
  {
    row: 'cl-dup',
    text: 'POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    ...MALFORMED,
  },
  { row: 'http-1.0', text: 'GET /nope HTTP/1.0\r\n\r\n', ...NOT_FOUND, after: 'closed' },
  { row: 'http-1.0-throw', text: 'GET /throw HTTP/1.0\r\n\r\n', ...INTERNAL, after: 'closed' },
  { row: 'http-0.9', text: 'GET /nope HTTP/0.9\r\n\r\n', ...NOT_FOUND, after: 'closed' },
  { row: 'two-hosts', text: 'GET /nope HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', ...NOT_FOUND },
  { row: 'bad-host', text: 'GET /nope HTTP/1.1\r\nHost: a b[\r\n\r\n', ...NOT_FOUND },
  {
    row: 'many-headers-1500',
    text: `GET /nope HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(1500)}\r\n`,
    ...NOT_FOUND,
    or431: true,
  },
  {
    row: 'many-headers-2100-short',
    text: `GET /nope HTTP/1.1\r\nHost: x\r\n${'a:b\r\n'.repeat(2100)}\r\n`,
    ...NOT_FOUND,
    or431: true,
  },
  { row: 'keepalive-after-404-post', text: post('/nope', 'text/plain', 'x'.repeat(1000)), ...NOT_FOUND },
  { row: 'keepalive-after-error', text: get('/throw'), ...INTERNAL },
  {
    row: 'keepalive-throw-unread-body',
    text: post('/throw', 'text/plain', 'x'.repeat(100_000)),
    ...INTERNAL,
  },
  {
    row: 'unfinished-body-error',
    text: requestText('POST', '/throw', { 'Content-Length': '1000' }, 'x'),
    ...INTERNAL,
    after: 'open',
  },
  { row: 'pipelined-error-then-ok', text: get('/throw'), ...INTERNAL },
  { row: 'pipelined-404-then-ok', text: get('/nope'), ...NOT_FOUND },

  { row: 'bad-status', text: get('/bad-status'), ...INTERNAL, only: 'Express 5' },
  { row: 'error-in-handler', text: get('/error-in-handler'), ...INTERNAL },
  { row: 'undefined-body', text: get('/undefined-body'), ...FINE },
  { row: 'redirect-utf8', text: get('/redirect?to=/ü'.replace('ü', '%C3%BC')), status: 302 },
  { row: 'redirect-bad', text: get('/redirect?to=http://['), status: 302 },
  { row: 'request-id-reflect', text: get('/throw', { 'X-Request-Id': '<script>' }), ...INTERNAL },
  { row: 'request-id-long', text: get('/throw', { 'X-Request-Id': 'a'.repeat(5000) }), ...INTERNAL },
  {
    row: 'accept-encoding-gzip',
    text: get('/missing', { 'Accept-Encoding': 'gzip' }),
    status: 404,
    code: 'RESOURCE_NOT_FOUND',
  },
]

describe.each(majors)('$major: the rows of the master table', ({ express, major }) => {
  let served: Served

  beforeAll(async () => {
    const { default: multer } = await import('multer')
    const { default: createError } = await import('http-errors')
    served = await serve(
      express,
      (app) => {
        app.get('/pets/:id', ({ params }, response) => response.json(params))
        app.all('/throw', () => {
          throw new Error(SECRET)
        })
        app.get('/missing', () => {
          throw createError(404, 'gone')
        })
        app.get('/int/:id', ({ params: { id } }, response) => {
          if (!/^\d+$/.test(id)) throw createError(400, 'The id must be a number')
          response.json({ id })
        })
        app.post('/json', express.json({ limit: 10_000 }), (_request, response) => response.json({}))
        app.get('/json-get', express.json(), (_request, response) => response.json({}))
        app.post('/form', express.urlencoded({ extended: true }), (_request, response) => response.json({}))
        app.post('/validate', express.json(), ({ body }, response) =>
          response.json(z.object({ name: z.string() }).parse(body)),
        )
        app.post(
          '/upload',
          multer({ limits: { fileSize: 1000, fieldNestingDepth: 5 } }).single('file'),
          (_request, response) => response.json({}),
        )
        app.get('/bad-status', (_request, response) => response.status(1000).json({}))
        app.get('/undefined-body', (_request, response) => response.send())
        app.get('/redirect', ({ query }, response) => response.redirect(query['to'] as string))
        app.get('/error-in-handler', () => {
          throw new RangeError('first')
        })
        app.use(((error, _request, _response, next) => {
          if (error instanceof RangeError) throw new Error(SECRET)
          next(error)
        }) as Parameters<typeof app.use>[0] &
          ((error: unknown, request: unknown, response: unknown, next: (error: unknown) => void) => void))
      },
      { attach: true },
    )
  })

  test.each(cases)('$row', async ({ row, text, status, code, after, only, or431 }) => {
    if (only !== undefined && only !== major) return
    const client = new RawClient(served.port)
    const answer = await client.write(text).response(text.startsWith('HEAD') ? 'HEAD' : 'GET')
    if (or431 && answer?.status === 431) return
    expect(answer?.status, `${row}: ${answer?.body}`).toBe(
      code === 'INVALID_REQUEST' && row.startsWith('validate') ? 400 : status,
    )
    if (code !== undefined) {
      const error = envelopes['ai-api'].parse({ status, body: answer!.body })
      expect(error && envelopes['ai-api'].lookup(error).code, answer!.body).toBe(code)
      expect(answer!.body).not.toContain(SECRET)
      expect(answer!.headers['x-request-id']).toMatch(/^req_[a-z0-9]{24}$/)
    }
    if (after === 'closed') {
      expect(await client.rest()).toBe('')
    } else if (after === undefined) {
      client.write(get('/pets/again'))
      expect(await client.response(), 'the next request').toMatchObject({
        status: 200,
        body: '{"id":"again"}',
      })
    }
  })
})

describe('every row of the master table', () => {
  const folder = new URL('.', import.meta.url)
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')
  const thrown = new Set([...values, ...falsy].map(({ row }) => row))
  const tested = new Set(cases.map(({ row }) => row))

  test.each(Object.keys(rows) as Section[])('%s: is a test, or a gap with a reason', (section) => {
    for (const row of rows[section]) {
      const isThrown = ['throw', 'reject', 'mw'].includes(section)
      const isTested = isThrown
        ? thrown.has(row)
        : tested.has(row) || new RegExp(`\\b${row.replaceAll('.', '\\.')}\\b`).test(sources)
      expect(isTested || (gaps[row]?.length ?? 0) > 20, `${section}: ${row}`).toBe(true)
    }
  })

  test('gaps are few, and all are rows', () => {
    const all = new Set(Object.values(rows).flat())
    for (const row of Object.keys(gaps)) expect(all, row).toContain(row)
    expect(Object.keys(gaps).length).toBeLessThan(30)
  })
})
