import { CANARY } from '../canary.ts'
import { formatRequest } from '../raw-client.ts'
import { expectCode, OK, type Scenario } from '../scenario.ts'

/** Some frameworks reject a parameter that they cannot decode, others pass it on unchanged. */
const INVALID_OR_OK = ['invalid_request', OK]

/** Unusual paths and queries. */
export const urlScenarios: readonly Scenario[] = [
  expectCode('bad-percent-encoding-in-path', formatRequest('GET /nope/%E0%A4%A'), [
    'endpoint_not_found',
    'invalid_request',
  ]),
  expectCode('bad-percent-encoding-in-param', formatRequest(`GET /param/${CANARY}%E0%A4%A`), INVALID_OR_OK),
  expectCode('lone-percent-in-param', formatRequest('GET /param/%'), INVALID_OR_OK),
  expectCode('bad-percent-encoding-in-query', formatRequest('GET /param/a?a=%E0%A4%A'), OK),
  expectCode('nul-param', formatRequest('GET /param/%00'), OK),
  expectCode('crlf-param', formatRequest('GET /param/%0d%0aset-cookie:a=1'), OK),
  expectCode('proto-param', formatRequest('GET /param/__proto__'), OK),
  expectCode('proto-query', formatRequest('GET /param/a?__proto__[a]=1'), OK),
  expectCode('deep-query', formatRequest(`GET /param/a?a${'[a]'.repeat(50)}=1`), OK),
  expectCode('many-query-params', formatRequest(`GET /param/a?${'a=1&'.repeat(2000)}`), OK),
  expectCode('long-param-101', formatRequest(`GET /param/${'a'.repeat(101)}`), [OK, 'uri_too_long']),
  expectCode('long-param-5000', formatRequest(`GET /param/${'a'.repeat(5000)}`), [OK, 'uri_too_long']),
  expectCode('fragment', formatRequest(`GET /nope#${CANARY}`), 'endpoint_not_found'),
  expectCode('integer-param-invalid', formatRequest('GET /int/abc'), 'invalid_field_value'),
  expectCode('integer-param-bad-percent-encoding', formatRequest('GET /int/%E0'), [
    'invalid_request',
    'invalid_field_value',
  ]),
  expectCode('integer-param-huge', formatRequest('GET /int/99999999999999999999'), OK),
]
