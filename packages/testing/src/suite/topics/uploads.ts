import { CANARY } from '../canary.ts'
import { BODY_LIMITS } from '../fixture.ts'
import { formatRequest } from '../raw-client.ts'
import { expectCode, OK, type Scenario } from '../scenario.ts'
import { disconnectAfter } from './bodies.ts'

/** A part of an upload: parameters of its Content-Disposition, its content, and other header lines. */
type Part = readonly [disposition: string, content: string, headerLines?: string]

const BOUNDARY = 'xxBOUNDARYxx'

function formatMultipart(...parts: readonly Part[]): string {
  const formatted = parts.map(
    ([disposition, content, headerLines = '']) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data${disposition}\r\n${headerLines}\r\n${content}\r\n`,
  )
  return `${formatted.join('')}--${BOUNDARY}--\r\n`
}

const formatUpload = (body: string, type = `multipart/form-data; boundary=${BOUNDARY}`): Buffer =>
  formatRequest('POST /upload', { 'content-type': type }, body)
const file: Part = ['; name="file"; filename="a.txt"', 'content', 'Content-Type: text/plain\r\n']
const field = (name: string, value = 'value'): Part => [`; name="${name}"`, value]

/** Parsers differ in what they accept and in the reason for a rejection. */
const REJECTED_OR_OK = [OK, 'invalid_request', 'malformed_body', 'payload_too_large', 'file_too_large']
const MALFORMED_OR_OK = [OK, 'malformed_body']

/** Uploads: limits, malformed parts, and disconnects. */
export const uploadScenarios: readonly Scenario[] = [
  expectCode('upload-ok', formatUpload(formatMultipart(file)), OK),
  expectCode(
    'upload-too-large',
    formatUpload(formatMultipart(['; name="file"; filename="a.txt"', 'a'.repeat(2 * BODY_LIMITS.file)])),
    ['file_too_large', 'payload_too_large'],
  ),
  expectCode('upload-wrong-field', formatUpload(formatMultipart(field('other'))), REJECTED_OR_OK),
  expectCode(
    'upload-unexpected-field',
    formatUpload(formatMultipart(['; name="other"; filename="a.txt"', CANARY])),
    REJECTED_OR_OK,
  ),
  expectCode('upload-two-files', formatUpload(formatMultipart(file, file)), REJECTED_OR_OK),
  expectCode(
    'upload-fieldname-too-long',
    formatUpload(formatMultipart(field('a'.repeat(100)))),
    REJECTED_OR_OK,
  ),
  expectCode(
    'upload-nested-field',
    formatUpload(formatMultipart(field(`a${'[b]'.repeat(20)}`))),
    REJECTED_OR_OK,
  ),
  expectCode(
    'upload-many-fields',
    formatUpload(formatMultipart(...['a', 'b', 'c', 'd', 'e'].map((name) => field(name)))),
    REJECTED_OR_OK,
  ),
  expectCode(
    'upload-field-too-long',
    formatUpload(formatMultipart(field('a', CANARY.repeat(50)))),
    REJECTED_OR_OK,
  ),
  expectCode('upload-no-fieldname', formatUpload(formatMultipart(['', CANARY])), REJECTED_OR_OK),
  expectCode(
    'upload-proto-field',
    formatUpload(formatMultipart(field('__proto__'), field('constructor'))),
    REJECTED_OR_OK,
  ),
  expectCode(
    'upload-no-boundary',
    formatUpload(formatMultipart(file), 'multipart/form-data'),
    'malformed_body',
  ),
  expectCode(
    'upload-bad-boundary',
    formatUpload(formatMultipart(file), `multipart/form-data; boundary=${CANARY}`),
    'malformed_body',
  ),
  expectCode('upload-truncated', formatUpload(formatMultipart(file).slice(0, -30)), 'malformed_body'),
  expectCode(
    'upload-truncated-header',
    formatUpload(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="fi`),
    'malformed_body',
  ),
  expectCode(
    'upload-empty',
    formatRequest('POST /upload', {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': '0',
    }),
    MALFORMED_OR_OK,
  ),
  expectCode(
    'upload-malformed-header',
    formatUpload(`--${BOUNDARY}\r\n${CANARY}\r\n\r\ncontent\r\n--${BOUNDARY}--\r\n`),
    MALFORMED_OR_OK,
  ),
  expectCode('upload-not-multipart', formatUpload('{}', 'application/json'), [OK, 'unsupported_media_type']),
  expectCode(
    'upload-mixed-type',
    formatUpload(formatMultipart(file), `multipart/mixed; boundary=${BOUNDARY}`),
    [OK, 'unsupported_media_type'],
  ),
  expectCode(
    'upload-bad-transfer-encoding',
    formatUpload(formatMultipart(['; name="a"', 'a', `Content-Transfer-Encoding: ${CANARY}\r\n`])),
    MALFORMED_OR_OK,
  ),
  expectCode(
    'upload-filename-traversal',
    formatUpload(formatMultipart(['; name="file"; filename="../../etc/passwd\0"', 'a'])),
    MALFORMED_OR_OK,
  ),
  disconnectAfter(
    'upload-abort',
    formatRequest(
      'POST /upload',
      { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': '900' },
      formatMultipart(file).slice(0, 80),
    ),
    'end',
  ),
]
