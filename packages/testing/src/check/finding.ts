/** What an answer is held to: the name of each rule, and where it is from. */
export const rules = {
  answer: 'Every request is answered, in time (RFC 9110, 3.7)',
  whole: 'An answer comes to its end, or is seen not to (RFC 9112, 8)',
  once: 'A request is answered once (RFC 9112, 9.3)',
  status: 'The status is the one that the envelope documents (RFC 9110, 15)',
  reason: 'A reason phrase is that of its status (RFC 9112, 4)',
  'content-type': 'Content-Type is the envelope’s (RFC 9110, 8.3)',
  json: 'The body is JSON (RFC 8259)',
  envelope: 'The body is of the envelope’s schema',
  body: 'The body says what the envelope says of this error, and nothing else',
  code: 'The code is that of what went wrong',
  message: 'The message is the documented one',
  field: 'The field at fault is named',
  'content-length': 'Content-Length is the body’s (RFC 9110, 8.6)',
  'cache-control': 'No failure is stored: Cache-Control has no-store (RFC 9111, 5.2.2.5)',
  nosniff: 'X-Content-Type-Options is nosniff (Fetch, 2.2.6)',
  'request-id':
    'Every answer has an id of its own, the same in header and body; a request’s own is echoed if it is one',
  'www-authenticate': 'A 401 says how to authenticate (RFC 9110, 15.5.2)',
  allow: 'A 405 says which methods the path takes (RFC 9110, 15.5.6)',
  'retry-after': 'Retry-After is there where the document promises it, in whole seconds (RFC 9110, 10.2.3)',
  'should-retry': 'x-should-retry is false where no retry helps and the envelope’s SDKs would make one',
  'abandoned-header': 'Headers of the body that was not sent are not sent (RFC 9110, 8.8)',
  leak: 'Nothing secret is answered, nor anything of the server’s inside, nor what the client had sent',
  head: 'HEAD is answered as GET is, without the body (RFC 9110, 9.3.2)',
  connection: 'A connection goes on after a failure, or says that it does not (RFC 9112, 9.3)',
  stream: 'A stream that fails says so, by the envelope’s event, and ends',
  openapi: 'The OpenAPI document tells of every answer',
} as const

/** The name of a rule. */
export type RuleName = keyof typeof rules

/** One thing that is wrong with an answer. */
export interface Finding {
  readonly rule: RuleName
  /** What was seen, and what should be. */
  readonly message: string
}
