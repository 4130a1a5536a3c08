import { formatRequest } from '../raw-client.ts'
import { answered, OK, PLANTED, type Scenario } from '../scenario.ts'

/** Some frameworks decode parameters, and can't; some leave alone what they can't decode. */
const BAD = ['invalid_request', OK]

/** Odd paths and queries. */
export const urls: readonly Scenario[] = [
  answered('bad-pct-path', formatRequest('GET /nope/%E0%A4%A'), ['endpoint_not_found', 'invalid_request']),
  answered('bad-pct-param', formatRequest(`GET /param/${PLANTED}%E0%A4%A`), BAD),
  answered('bad-pct-param-lone', formatRequest('GET /param/%'), BAD),
  answered('bad-pct-query', formatRequest('GET /param/a?a=%E0%A4%A'), OK),
  answered('nul-param', formatRequest('GET /param/%00'), OK),
  answered('crlf-param', formatRequest('GET /param/%0d%0aset-cookie:a=1'), OK),
  answered('proto-param', formatRequest('GET /param/__proto__'), OK),
  answered('proto-query', formatRequest('GET /param/a?__proto__[a]=1'), OK),
  answered('deep-query', formatRequest(`GET /param/a?a${'[a]'.repeat(50)}=1`), OK),
  answered('many-query', formatRequest(`GET /param/a?${'a=1&'.repeat(2000)}`), OK),
  answered('long-param-101', formatRequest(`GET /param/${'a'.repeat(101)}`), [OK, 'uri_too_long']),
  answered('long-param-5000', formatRequest(`GET /param/${'a'.repeat(5000)}`), [OK, 'uri_too_long']),
  answered('fragment', formatRequest(`GET /nope#${PLANTED}`), 'endpoint_not_found'),
  answered('int-bad', formatRequest('GET /int/abc'), 'invalid_field_value'),
  answered('int-bad-pct', formatRequest('GET /int/%E0'), ['invalid_request', 'invalid_field_value']),
  answered('int-huge', formatRequest('GET /int/99999999999999999999'), OK),
]
