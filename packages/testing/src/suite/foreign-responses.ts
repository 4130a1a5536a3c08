import { CANARY } from './canary.ts'
import type { HandlerContext, HandlerResult } from './fixture.ts'
import { pick, toMap } from './query.ts'

/** A response that code other than the adapter writes. */
export interface ForeignResponse {
  readonly status: number
  readonly text: string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

const TEXT = 'text/plain'
const HTML_PAGE = `<!doctype html>\n<html lang="en"><title>Not found</title><p>Nothing here</p></html>\n`

/** Headers that describe the replaced body. */
const bodyHeaders = {
  etag: '"1"',
  'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  'content-language': 'de',
}

const responses = toMap<ForeignResponse>({
  empty: { status: 403, text: '' },
  'reason-phrase': { status: 403, text: 'Forbidden', contentType: TEXT },
  'rate-limit': {
    status: 429,
    text: 'Too many requests for this project',
    contentType: TEXT,
    headers: { ...bodyHeaders, 'retry-after': '7', 'x-ratelimit-remaining': '0', 'set-cookie': 'a=1' },
  },
  challenge: {
    status: 401,
    text: 'Unauthorized',
    contentType: TEXT,
    headers: { 'www-authenticate': 'Bearer realm="a", error="invalid_token"' },
  },
  'server-error-text': { status: 503, text: `connect ECONNREFUSED ${CANARY}`, contentType: TEXT },
  'two-lines': { status: 409, text: `Conflict\n    at ${CANARY}`, contentType: TEXT },
  'too-long-for-a-message': { status: 409, text: `${'long '.repeat(45)}${CANARY}`, contentType: TEXT },
  'text-as-html': {
    status: 429,
    text: 'Too many requests, please try again later.',
    contentType: 'text/html',
  },
  'key-in-text': { status: 409, text: 'In use by Bearer c2VjcmV0LXRva2VuLTEyMzQ1Njc4', contentType: TEXT },
  json: {
    status: 400,
    text: '{"success":false,"error":{"name":"ZodError"}}',
    contentType: 'application/json',
  },
  'json-as-text': { status: 400, text: '{"mine":true}', contentType: TEXT },
  'html-page': { status: 404, text: HTML_PAGE, contentType: 'text/html' },
  csv: { status: 400, text: 'a,b\n1,2\n', contentType: 'text/csv' },
  xml: { status: 400, text: '<error/>', contentType: 'application/xml' },
  problem: { status: 400, text: '{"title":"Mine","status":400}', contentType: 'application/problem+json' },
  'long-text': { status: 400, text: 'x'.repeat(2000), contentType: TEXT },
  // 1,024 bytes, in half as many characters.
  'text-at-the-limit': { status: 400, text: 'ü'.repeat(512), contentType: TEXT },
  'text-above-the-limit': { status: 400, text: `${'ü'.repeat(512)}a`, contentType: TEXT },
  events: { status: 429, text: 'data: {"n":1}\n\n', contentType: 'text/event-stream' },
  success: { status: 200, text: 'Forbidden', contentType: TEXT },
  'own-envelope': {
    status: 409,
    text: '{"success":false,"error":{"code":"CONFLICT","message":"Mine"},"meta":{"request_id":"req_1234567890","timestamp":"2024-01-01T00:00:00Z"}}',
    contentType: 'application/json',
  },
})

/** Returns a foreign response by its name. */
export function getForeignResponse(name: string): ForeignResponse {
  const response = responses.get(name)
  if (response === undefined) throw new TypeError(`getForeignResponse: unknown name ${JSON.stringify(name)}`)
  return response
}

/** Writes the response that the query names. */
export function sendForeignResponse(context: HandlerContext): HandlerResult {
  const { headers = {}, ...result } = pick(responses, context, 'response')
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
  return result
}
