import assert from 'node:assert/strict'
import { envelopes, errorClasses, type ApiError, type ApiErrorClass, type ApiRequest } from '@faultline/core'
import { CANARY } from './canary.ts'
import type { RunningServer } from './fixture.ts'
import { formatGolden, readGolden } from './golden.ts'
import { RawClient, type RawResponse } from './raw-client.ts'
import { createSample } from './sample.ts'
import { holdsSoon } from './wait-until.ts'
import { fixtureTarget, type WireRequest } from './wire-request.ts'

/** Expected instead of a code if the response may be a success. */
export const OK = 'ok'

/** Time for bytes that are in transit to arrive, in milliseconds. */
export const SETTLE_MS = 20

/** One call of `onError`. */
export interface HookCall {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: ApiRequest
  /** The path of the mounted app whose `onError` was called; an empty string for the app of the fixture. */
  readonly app: string
}

/**
 * The servers that the suite starts. `default` serves all routes; the others are started for their scenarios, `drained`
 * for each one.
 */
export type ServerKind = 'default' | 'short-timeouts' | 'nested' | 'in-plain-app' | 'replace-all' | 'drained'

/** One failure, and the assertions on its response. */
export interface Scenario {
  readonly name: string
  /** The server that the scenario needs. @default 'default' */
  readonly server?: ServerKind
  readonly run: (context: ScenarioContext) => Promise<void>
}

/** Connections to the server under test, and assertions. */
export class ScenarioContext {
  readonly #server: RunningServer
  /** Calls of `onError` since the scenario began. */
  readonly hookCalls: HookCall[]
  readonly topic: string
  readonly name: string
  readonly #clients: RawClient[] = []

  constructor(server: RunningServer, hookCalls: HookCall[], topic: string, name: string) {
    this.#server = server
    this.hookCalls = hookCalls
    this.topic = topic
    this.name = name
  }

  /** Opens a connection, which is closed at the end of the scenario. */
  async client(): Promise<RawClient> {
    const client = await RawClient.open(this.#server.port)
    this.#clients.push(client)
    return client
  }

  /** Sends bytes on a new connection and reads the response. */
  async request(bytes: string | Buffer, method?: string): Promise<RawResponse> {
    return (await this.client()).send(bytes).response(method)
  }

  /** Ends the server. Requests in progress have the time limit, in milliseconds. */
  drain(timeout: number): Promise<unknown> {
    const { drain } = this.#server
    assert.ok(drain, 'createServer returned no `drain`; return it, or declare the gap `drain/*`')
    return drain({ timeout })
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }

  /**
   * Fails unless a response is the complete response to one of the codes, byte for byte.
   *
   * @param codes Canonical codes. `OK` is a 200 with the body of the fixture.
   * @param status Status of a code that is not in the taxonomy.
   * @returns The code of the response.
   */
  expect(response: RawResponse, codes: string | readonly string[], status?: number): string {
    const expectedCodes = [codes].flat()
    assert.equal(response.complete, true, `The response is truncated: ${JSON.stringify(response)}`)
    if (response.status < 300) {
      assert.ok(
        expectedCodes.includes(OK),
        `Status is ${response.status}, expected ${expectedCodes.join(' or ')}`,
      )
      assert.equal(response.body, '{"ok":true}')
      return OK
    }
    const wire = parseAiApi(response)
    const matches = expectedCodes.filter(
      (each) => each !== OK && lookUpAiApi(each, status).code === wire.code,
    )
    // Several codes can have the same wire code.
    const code = matches.find((each) => this.hookCalls.some(({ error }) => error.code === each)) ?? matches[0]
    assert.ok(
      code !== undefined,
      `Code is ${wire.code}, expected ${expectedCodes.join(' or ')}: ${response.status} ${response.body}`,
    )
    assert.equal(response.status, lookUpAiApi(code, status).status)
    assert.equal(response.headers['x-request-id'], wire.requestId)
    assert.match(String(wire.requestId), /^[A-Za-z0-9._-]{1,64}$/)
    assert.doesNotMatch(JSON.stringify(response), new RegExp(CANARY), 'The response contains a secret')
    for (const name of [
      'etag',
      'last-modified',
      'content-disposition',
      'location',
      'expires',
      'accept-ranges',
    ])
      assert.ok(!Object.hasOwn(response.headers, name), `${name} describes the discarded body`)
    this.matchGolden(response, code)
    return code
  }

  /** Fails unless a response equals the golden file's entry for this scenario. */
  matchGolden(response: RawResponse, key: string): void {
    const actual = formatGolden(response)
    assert.equal(actual, readGolden(this.topic, `${this.name}: ${key}`, actual))
  }

  /** Fails unless `onError` was called with these codes, once each and in this order, within a second. */
  async expectErrors(...codes: readonly (string | readonly string[])[]): Promise<void> {
    await holdsSoon(() => this.hookCalls.length >= codes.length)
    const actual = this.hookCalls.map(({ error }) => error.code)
    const isEqual =
      actual.length === codes.length &&
      codes.every((code, index) => [code].flat().includes(actual[index] ?? ''))
    assert.ok(isEqual, `onError was called with [${actual.join()}], expected [${codes.join()}]`)
  }
}

/** Returns the wire code and the status of a code in the envelope ai-api. */
function lookUpAiApi(code: string, status?: number): { code: string; status: number | undefined } {
  const errorClass = new Map<string, ApiErrorClass>(Object.entries(errorClasses)).get(code)
  // In normal mode ai-api sends a code that is not in the taxonomy in upper case.
  if (errorClass === undefined) return { code: code.toUpperCase(), status }
  return envelopes['ai-api'].lookup(createSample(errorClass))
}

function parseAiApi({ status, body }: RawResponse): {
  code: string | undefined
  requestId: string | undefined
} {
  try {
    const { error, meta } = JSON.parse(body) as { error: { code: string }; meta: { request_id: string } }
    return { code: error.code, requestId: meta.request_id }
  } catch {
    return { code: `not an ai-api error: ${status} ${body.slice(0, 200)}`, requestId: undefined }
  }
}

/** Creates a scenario of a request that gets one of the codes and leaves its connection reusable. */
export function expectCode(
  name: string,
  bytes: Buffer | string,
  codes: string | readonly string[],
  { method, status }: { method?: string; status?: number } = {},
): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const response = await client.send(bytes).response(method)
      const code = context.expect(response, codes, status)
      if (response.headers['connection'] !== 'close') await expectReusable(client)
      await context.expectErrors(...(code === OK ? [] : [code]))
    },
  }
}

/** Creates a scenario that sends a request for any server to the fixture. */
export function toScenario({ name, build, codes, isRejectedByParser }: WireRequest): Scenario {
  const bytes = build(fixtureTarget)
  return isRejectedByParser === true ? expectRejection(name, bytes, codes) : expectCode(name, bytes, codes)
}

/** Creates a scenario of a request that Node's parser rejects: one response, then the connection is closed. */
function expectRejection(name: string, bytes: Buffer | string, codes: readonly string[]): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const response = await client.send(bytes).response()
      const code = context.expect(response, codes)
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      assert.equal(client.rest, '')
      await context.expectErrors(code)
    },
  }
}

/** Fails unless a connection serves another request. */
export async function expectReusable(client: RawClient): Promise<void> {
  const { status, body } = await client.send('GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n').response()
  assert.deepEqual([status, body], [200, '{"ok":true}'], 'The connection is not reusable')
}
