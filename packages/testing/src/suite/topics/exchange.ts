import assert from 'node:assert/strict'
import { formatRequest } from '../raw-client.ts'
import { expectCode, type Scenario } from '../scenario.ts'

/** Failures after the handler has set a status or headers, or has passed the same error on twice. */
export const exchangeScenarios: readonly Scenario[] = [
  {
    name: 'challenge-is-kept',
    async run(context) {
      const response = await context.request(formatRequest('GET /challenge'))
      context.expect(response, 'unauthenticated')
      assert.equal(response.headers['www-authenticate'], 'Bearer resource_metadata="https://a.example/m"')
      await context.expectErrors('unauthenticated')
    },
  },
  {
    name: 'request-id-of-the-client-is-not-adopted',
    server: 'replace-all',
    async run(context) {
      const bytes = formatRequest('GET /conflict', { 'x-request-id': 'id-1' })
      const ids = [await context.request(bytes), await context.request(bytes)].map((response) => {
        context.expect(response, 'conflict')
        return response.headers['x-request-id']
      })
      assert.match(ids.join(), /^req_[a-z0-9]{24},req_[a-z0-9]{24}$/)
      assert.notEqual(ids[0], ids[1])
      await context.expectErrors('conflict', 'conflict')
    },
  },
  {
    name: 'generated-request-id',
    async run(context) {
      const id = '0af7651916cd43dd8448eb211c80319c'
      const headers = { traceparent: `00-${id}-b7ad6b7169203331-01` }
      for (const line of ['GET /conflict', 'GET /nope']) {
        const response = await context.request(formatRequest(line, headers))
        context.expect(response, line.endsWith('nope') ? 'endpoint_not_found' : 'conflict')
        assert.equal(response.headers['x-request-id'], id)
      }
      await context.expectErrors('conflict', 'endpoint_not_found')
      assert.deepEqual(
        context.hookCalls.map(({ request }) => request.id),
        [id, id],
      )
    },
  },
  expectCode(
    'preset-status-of-an-unknown-error',
    formatRequest('GET /preset?thrown=error'),
    'permission_denied',
  ),
  expectCode('preset-status-of-a-typed-error', formatRequest('GET /preset?thrown=conflict'), 'conflict'),
  expectCode(
    'preset-status-of-an-error-with-a-status',
    formatRequest('GET /preset?thrown=status'),
    'conflict',
  ),
  expectCode('passed-on-and-thrown', formatRequest('GET /twice'), 'conflict'),
  expectCode('thrown-method-not-allowed', formatRequest('GET /pets-405'), 'method_not_allowed'),
]
