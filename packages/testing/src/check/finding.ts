/** The rules that responses are checked against, with their sources. */
export const rules = {
  answer: 'Every request gets a response in time (RFC 9110, section 3.7)',
  whole: 'A response is complete or detectably truncated (RFC 9112, section 8)',
  once: 'A request gets exactly one response (RFC 9112, section 9.3)',
  status: 'The status is the one that the envelope documents (RFC 9110, section 15)',
  reason: 'The reason phrase matches the status (RFC 9112, section 4)',
  'content-type': 'Content-Type is the envelope’s (RFC 9110, section 8.3)',
  json: 'The body is JSON (RFC 8259)',
  envelope: "The body matches the envelope's JSON Schema",
  body: 'The body equals what the envelope renders for this error',
  code: 'The code matches the failure',
  message: 'The message is the documented one',
  field: 'The field that caused the error is named',
  'content-length': 'Content-Length is the size of the body (RFC 9110, section 8.6)',
  'cache-control':
    'Error responses are not cached: Cache-Control contains no-store (RFC 9111, section 5.2.2.5)',
  nosniff: 'X-Content-Type-Options is nosniff (Fetch, section 2.2.6)',
  'request-id':
    'Every response has a unique request id, equal in header and body; an id that a client sends may be adopted',
  'www-authenticate': 'A 401 names an authentication scheme (RFC 9110, section 15.5.2)',
  allow: 'A 405 lists the methods of the path (RFC 9110, section 15.5.6)',
  'retry-after':
    'Retry-After is present where the document promises it, in whole seconds (RFC 9110, section 10.2.3)',
  'should-retry': "x-should-retry is false on non-retryable errors that the envelope's SDKs would retry",
  'abandoned-header': 'Headers describing the discarded body are removed (RFC 9110, section 8.8)',
  leak: 'The response contains no secrets, no server internals and no request data',
  head: 'The response to HEAD equals the one to GET, without the body (RFC 9110, section 9.3.2)',
  connection:
    'The connection stays usable after an error, or the response says Connection: close (RFC 9112, section 9.3)',
  stream: "A failed stream sends the envelope's error event and then ends",
  openapi: 'Every response is described in the OpenAPI document',
} as const

/** The name of a rule. */
export type RuleName = keyof typeof rules

/** One violation of a rule. */
export interface Finding {
  readonly rule: RuleName
  /** The actual and the expected value. */
  readonly message: string
}

/** Creates a finding. */
export function createFinding(rule: RuleName, message: string): Finding {
  return { rule, message }
}
