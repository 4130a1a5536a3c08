import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { BODY_LIMITS } from '../fixture.ts'
import { formatRequest } from '../raw-client.ts'
import { answered, OK, PLANTED, type Scenario } from '../scenario.ts'

/** A part of an upload: what its Content-Disposition says, its content, and more headers. */
type Part = readonly [disposition: string, content: string, more?: string]

const BOUNDARY = 'xxBOUNDARYxx'

function multipart(...parts: readonly Part[]): string {
  const written = parts.map(
    ([disposition, content, more = '']) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data${disposition}\r\n${more}\r\n${content}\r\n`,
  )
  return `${written.join('')}--${BOUNDARY}--\r\n`
}

const upload = (body: string, type = `multipart/form-data; boundary=${BOUNDARY}`): Buffer =>
  formatRequest('POST /upload', { 'content-type': type }, body)
const file: Part = ['; name="file"; filename="a.txt"', 'content', 'Content-Type: text/plain\r\n']
const field = (name: string, value = 'value'): Part => [`; name="${name}"`, value]

/** What one parser calls too much, another calls wrong, or takes: what it refuses is told in one way. */
const REFUSED = [OK, 'invalid_request', 'malformed_body', 'payload_too_large', 'file_too_large']
const BROKEN = [OK, 'malformed_body']

/** Uploads, and what can be wrong with them. */
export const uploads: readonly Scenario[] = [
  answered('upload-ok', upload(multipart(file)), OK),
  answered(
    'upload-too-large',
    upload(multipart(['; name="file"; filename="a.txt"', 'a'.repeat(2 * BODY_LIMITS.file)])),
    ['file_too_large', 'payload_too_large'],
  ),
  answered('upload-wrong-field', upload(multipart(field('other'))), REFUSED),
  answered(
    'upload-unexpected-field',
    upload(multipart(['; name="other"; filename="a.txt"', PLANTED])),
    REFUSED,
  ),
  answered('upload-two-files', upload(multipart(file, file)), REFUSED),
  answered('upload-fieldname-too-long', upload(multipart(field('a'.repeat(100)))), REFUSED),
  answered('upload-nested-field', upload(multipart(field(`a${'[b]'.repeat(20)}`))), REFUSED),
  answered(
    'upload-many-fields',
    upload(multipart(...['a', 'b', 'c', 'd', 'e'].map((name) => field(name)))),
    REFUSED,
  ),
  answered('upload-field-too-long', upload(multipart(field('a', PLANTED.repeat(50)))), REFUSED),
  answered('upload-no-fieldname', upload(multipart(['', PLANTED])), REFUSED),
  answered('upload-proto-field', upload(multipart(field('__proto__'), field('constructor'))), REFUSED),
  answered('upload-no-boundary', upload(multipart(file), 'multipart/form-data'), 'malformed_body'),
  answered(
    'upload-bad-boundary',
    upload(multipart(file), `multipart/form-data; boundary=${PLANTED}`),
    'malformed_body',
  ),
  answered('upload-truncated', upload(multipart(file).slice(0, -30)), 'malformed_body'),
  answered(
    'upload-truncated-header',
    upload(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="fi`),
    'malformed_body',
  ),
  answered(
    'upload-empty',
    formatRequest('POST /upload', {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': '0',
    }),
    BROKEN,
  ),
  answered(
    'upload-malformed-header',
    upload(`--${BOUNDARY}\r\n${PLANTED}\r\n\r\ncontent\r\n--${BOUNDARY}--\r\n`),
    BROKEN,
  ),
  answered('upload-not-multipart', upload('{}', 'application/json'), [OK, 'unsupported_media_type']),
  answered('upload-mixed-type', upload(multipart(file), `multipart/mixed; boundary=${BOUNDARY}`), [
    OK,
    'unsupported_media_type',
  ]),
  answered(
    'upload-bad-cte',
    upload(multipart(['; name="a"', 'a', `Content-Transfer-Encoding: ${PLANTED}\r\n`])),
    BROKEN,
  ),
  answered(
    'upload-filename-traversal',
    upload(multipart(['; name="file"; filename="../../etc/passwd\0"', 'a'])),
    BROKEN,
  ),
  {
    name: 'upload-abort',
    async run(stage) {
      const client = await stage.client()
      client.send(
        formatRequest(
          'POST /upload',
          { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': '900' },
          multipart(file).slice(0, 80),
        ),
      )
      await sleep(20)
      client.socket.end()
      await client.closed()
      await stage.expectErrors(['client_closed_request', 'invalid_request', 'malformed_body'])
      stage.expect(await stage.request(formatRequest('GET /ok')), OK)
      assert.ok(!client.rest.includes(PLANTED))
    },
  },
]
