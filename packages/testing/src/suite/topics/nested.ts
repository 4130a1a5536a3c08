import assert from 'node:assert/strict'
import { Conflict, resolveEnvelope, type EnvelopeId, type ResponderOptions } from '@faultline/core'
import { CANARY, createCanaryError } from '../canary.ts'
import type { FixtureRoute, MountedApp } from '../fixture.ts'
import { formatRequest } from '../raw-client.ts'
import { expectReusable, type Scenario, type ScenarioContext } from '../scenario.ts'

/** Routes of every mounted app. */
const mountedRoutes: readonly FixtureRoute[] = [
  { method: 'GET', path: '/ok', handle: () => ({ json: { ok: true } }) },
  { method: 'GET', path: '/items', handle: () => ({ json: { ok: true } }) },
  {
    method: 'GET',
    path: '/broken',
    handle() {
      throw createCanaryError()
    },
  },
  {
    method: 'GET',
    path: '/rejected',
    async handle() {
      throw createCanaryError()
    },
  },
  {
    method: 'GET',
    path: '/text',
    handle() {
      // oxlint-disable-next-line typescript/only-throw-error -- a value that is not an Error
      throw CANARY
    },
  },
  {
    method: 'GET',
    path: '/conflict',
    handle() {
      throw new Conflict()
    },
  },
  { method: 'GET', path: '/forbidden', handle: () => ({ text: 'This key has no access', status: 403 }) },
]

/** The apps of the server `nested`: two siblings, and one in the first. Their envelopes differ. */
export function createMountedApps(
  createOptions: (app: string, envelope: EnvelopeId) => ResponderOptions,
): readonly MountedApp[] {
  return [
    {
      path: '/inner',
      options: createOptions('/inner', 'openai'),
      routes: mountedRoutes,
      mounted: [{ path: '/deep', options: createOptions('/inner/deep', 'google'), routes: mountedRoutes }],
    },
    { path: '/sibling', options: createOptions('/sibling', 'anthropic'), routes: mountedRoutes },
  ]
}

/** The app without Faultline of the server `in-plain-app`. */
export const outerApp = {
  path: '/app',
  routes: [
    { method: 'GET', path: '/ok', handle: () => ({ json: { ok: true } }) },
    { method: 'GET', path: '/outer', handle: () => ({ json: { ok: true } }) },
    { method: 'GET', path: '/outer-forbidden', handle: () => ({ text: 'plain', status: 403 }) },
  ],
} as const

interface Expectation {
  /** Path of the app that must answer; an empty string for the app of the fixture. */
  readonly app: string
  readonly envelope: EnvelopeId
  readonly code: string
  readonly allow?: string
}

/** Creates a scenario of a request that one of several apps must answer, once, in its own envelope. */
function expectApp(
  name: string,
  line: string,
  { app, envelope, code, allow }: Expectation,
  server: 'nested' | 'in-plain-app' = 'nested',
): Scenario {
  return {
    name,
    server,
    async run(context) {
      const client = await context.client()
      const response = await client.send(formatRequest(line)).response()
      const { status, body } = response
      assert.ok(!JSON.stringify(response).includes(CANARY), 'The response contains a secret')
      const error = resolveEnvelope(envelope).parse({ status, body })
      assert.ok(error !== undefined, `The response is not in the envelope ${envelope}: ${status} ${body}`)
      assert.equal(response.headers['allow'], allow)
      context.matchGolden(response, code)
      await expectReusable(client)
      await context.expectErrors(code)
      assert.equal(context.hookCalls[0]?.app, app, 'onError of another app was called')
    },
  }
}

/** Creates a scenario of a request that must be answered as it is without Faultline. */
function expectUnchanged(
  name: string,
  line: string,
  [expectedStatus, expectedBody]: readonly [status: number, body: string],
  server: 'nested' | 'in-plain-app',
): Scenario {
  return {
    name,
    server,
    async run(context: ScenarioContext) {
      const { status, body } = await context.request(formatRequest(line))
      assert.deepEqual([status, body], [expectedStatus, expectedBody])
      await context.expectErrors()
    },
  }
}

const OK_BODY = '{"ok":true}'

const inner = { app: '/inner', envelope: 'openai' } as const
const deep = { app: '/inner/deep', envelope: 'google' } as const
const sibling = { app: '/sibling', envelope: 'anthropic' } as const
const root = { app: '', envelope: 'ai-api' } as const

/** Apps in apps. The innermost app that has the adapter answers in its own envelope. */
export const nestedScenarios: readonly Scenario[] = [
  expectUnchanged('inner-success', 'GET /inner/ok', [200, OK_BODY], 'nested'),
  expectUnchanged('deep-success', 'GET /inner/deep/ok', [200, OK_BODY], 'nested'),
  ...[
    { name: 'inner', path: '/inner', expected: inner },
    { name: 'deep', path: '/inner/deep', expected: deep },
    { name: 'sibling', path: '/sibling', expected: sibling },
  ].flatMap(({ name, path, expected }) => [
    expectApp(`${name}-throws`, `GET ${path}/broken`, { ...expected, code: 'internal_error' }),
    expectApp(`${name}-rejects`, `GET ${path}/rejected`, { ...expected, code: 'internal_error' }),
    expectApp(`${name}-throws-text`, `GET ${path}/text`, { ...expected, code: 'internal_error' }),
    expectApp(`${name}-typed`, `GET ${path}/conflict`, { ...expected, code: 'conflict' }),
    expectApp(`${name}-unknown-path`, `GET ${path}/nope`, { ...expected, code: 'endpoint_not_found' }),
    expectApp(`${name}-wrong-method`, `DELETE ${path}/items`, {
      ...expected,
      code: 'method_not_allowed',
      allow: 'GET, HEAD',
    }),
    expectApp(`${name}-foreign-text`, `GET ${path}/forbidden`, { ...expected, code: 'permission_denied' }),
  ]),
  expectApp('root-throws', 'GET /broken', { ...root, code: 'internal_error' }),
  expectApp('root-unknown-path', 'GET /nope', { ...root, code: 'endpoint_not_found' }),

  expectUnchanged('plain-outer-success', 'GET /outer', [200, OK_BODY], 'in-plain-app'),
  expectUnchanged('plain-outer-own-failure', 'GET /outer-forbidden', [403, 'plain'], 'in-plain-app'),
  expectUnchanged('plain-outer-inner-success', 'GET /app/ok', [200, OK_BODY], 'in-plain-app'),
  ...(
    [
      ['throws', 'GET /app/broken', 'internal_error'],
      ['typed', 'GET /app/conflict', 'conflict'],
      ['unknown-path', 'GET /app/nope', 'endpoint_not_found'],
    ] as const
  ).map(([name, line, code]) => expectApp(`plain-outer-${name}`, line, { ...root, code }, 'in-plain-app')),
  expectApp(
    'plain-outer-wrong-method',
    'DELETE /app/pets',
    { ...root, code: 'method_not_allowed', allow: 'GET, HEAD, POST' },
    'in-plain-app',
  ),
]
