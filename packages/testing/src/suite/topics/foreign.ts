import assert from 'node:assert/strict'
import { getForeignResponse } from '../foreign-responses.ts'
import { formatRequest } from '../raw-client.ts'
import { expectReusable, type Scenario, type ScenarioContext } from '../scenario.ts'

interface Replaced {
  readonly code: string
  /** The message of the error in the response. */
  readonly message?: string
  /** Headers that must stay. */
  readonly headers?: Readonly<Record<string, string>>
}

type Server = 'default' | 'replace-all'

function requestForeign(context: ScenarioContext, response: string, accept?: string) {
  return context.request(
    formatRequest(`GET /foreign?response=${response}`, accept === undefined ? {} : { accept }),
  )
}

/** Creates a scenario of a response of other code that the envelope replaces. */
function expectReplaced(
  name: string,
  response: string,
  { code, message, headers = {} }: Replaced,
  { server = 'default', accept }: { server?: Server; accept?: string } = {},
): Scenario {
  return {
    name,
    server,
    async run(context) {
      const actual = await requestForeign(context, response, accept)
      context.expect(actual, code)
      for (const [header, value] of Object.entries(headers))
        assert.equal(actual.headers[header], value, `${header} was lost`)
      if (message !== undefined) {
        const { error } = JSON.parse(actual.body) as { error: { message: string } }
        assert.equal(error.message, message)
      }
      await context.expectErrors(code)
      assert.equal(context.hookCalls[0]?.request.foreign, true, 'request.foreign is not true in onError')
    },
  }
}

/** Creates a scenario of a response of other code that must be sent byte for byte. */
function expectPassed(
  name: string,
  response: string,
  { server = 'default', accept }: { server?: Server; accept?: string } = {},
): Scenario {
  return {
    name,
    server,
    async run(context) {
      const { status, headers, body, complete } = await requestForeign(context, response, accept)
      const expected = getForeignResponse(response)
      assert.deepEqual([status, body, complete], [expected.status, expected.text, true])
      if (expected.contentType !== undefined)
        assert.ok(headers['content-type']?.startsWith(expected.contentType), headers['content-type'])
      await context.expectErrors()
    },
  }
}

const all = { server: 'replace-all' } as const

/** Error responses that middleware or a handler writes itself. */
export const foreignScenarios: readonly Scenario[] = [
  expectReplaced('empty', 'empty', { code: 'permission_denied' }),
  expectReplaced('reason-phrase', 'reason-phrase', {
    code: 'permission_denied',
    message: 'Insufficient permissions for this operation',
  }),
  expectReplaced('rate-limit', 'rate-limit', {
    code: 'rate_limit_exceeded',
    message: 'Too many requests for this project',
    headers: { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'set-cookie': 'a=1' },
  }),
  expectReplaced('challenge', 'challenge', {
    code: 'unauthenticated',
    headers: { 'www-authenticate': 'Bearer realm="a", error="invalid_token"' },
  }),
  expectReplaced('server-error-text', 'server-error-text', { code: 'service_unavailable' }),
  expectReplaced('two-lines', 'two-lines', { code: 'conflict', message: 'The resource already exists' }),
  expectReplaced('too-long-for-a-message', 'too-long-for-a-message', {
    code: 'conflict',
    message: 'The resource already exists',
  }),
  expectReplaced('text-as-html', 'text-as-html', {
    code: 'rate_limit_exceeded',
    message: 'Too many requests, please try again later.',
  }),
  expectReplaced('key-in-text', 'key-in-text', { code: 'conflict' }),
  expectReplaced('text-at-the-limit', 'text-at-the-limit', {
    code: 'invalid_request',
    message: 'The request was invalid',
  }),
  ...(
    [
      'json',
      'json-as-text',
      'html-page',
      'csv',
      'xml',
      'problem',
      'long-text',
      'text-above-the-limit',
      'events',
      'success',
    ] as const
  ).map((response) => expectPassed(`${response}-passes`, response)),
  {
    name: 'head',
    async run(context) {
      const client = await context.client()
      const response = await client.send(formatRequest('HEAD /foreign?response=rate-limit')).response('HEAD')
      assert.deepEqual([response.status, response.body], [429, ''])
      assert.equal(response.headers['content-type'], 'application/json; charset=utf-8')
      await expectReusable(client)
      await context.expectErrors('rate_limit_exceeded')
    },
  },
  {
    name: 'connection-stays-usable',
    async run(context) {
      const client = await context.client()
      const bytes = formatRequest('GET /foreign?response=rate-limit')
      for (let i = 0; i < 3; i += 1) assert.equal((await client.send(bytes).response()).status, 429)
      await expectReusable(client)
      await context.expectErrors(...Array<string>(3).fill('rate_limit_exceeded'))
    },
  },

  expectReplaced('all-json', 'json', { code: 'invalid_request' }, all),
  expectReplaced('all-csv', 'csv', { code: 'invalid_request' }, all),
  expectReplaced('all-long-text', 'long-text', { code: 'invalid_request' }, all),
  expectReplaced(
    'all-html-for-an-api-client',
    'html-page',
    { code: 'not_found' },
    {
      ...all,
      accept: 'application/json,text/html',
    },
  ),
  expectPassed('all-html-for-a-browser', 'html-page', { ...all, accept: 'text/html,application/json;q=0.9' }),
  expectPassed('all-own-envelope', 'own-envelope', all),
  expectPassed('all-events', 'events', all),
  expectPassed('all-success', 'success', all),
]
