import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { envelopes, errorClasses, type ApiError, type ApiRequest } from '@faultline/core'
import { golden, picture } from '../golden.ts'
import { RawClient, type RawResponse } from './raw-client.ts'
import { fixturePlaces, type WireRequest } from './wire-request.ts'

/** Stands in what is sent and thrown, and may stand in no answer. */
export const PLANTED = 'planted'

/** What an answer may be that is no failure. */
export const OK = 'ok'

/** One call of `onError`. */
export interface HookCall {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: ApiRequest
}

/** One thing that can go wrong, and how it is told that it was answered as it should be. */
export interface Scenario {
  /** As the master table of failures has it. */
  readonly name: string
  /** Runs on a server that gives up on slow requests. */
  readonly isSlow?: true
  readonly run: (stage: ScenarioContext) => Promise<void>
}

/** Where a scenario runs. */
export class ScenarioContext {
  readonly port: number
  /** What the hook heard in this scenario. */
  readonly hookCalls: HookCall[]
  readonly topic: string
  readonly name: string
  readonly #clients: RawClient[] = []

  constructor(port: number, heard: HookCall[], topic: string, name: string) {
    this.port = port
    this.hookCalls = heard
    this.topic = topic
    this.name = name
  }

  /** A connection of its own, closed at the scenario's end. */
  async client(): Promise<RawClient> {
    const client = await RawClient.open(this.port)
    this.#clients.push(client)
    return client
  }

  /** Sends bytes on a connection of their own, and reads the answer. */
  async request(bytes: string | Buffer, method?: string): Promise<RawResponse> {
    return (await this.client()).send(bytes).response(method)
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }

  /**
   * Fails unless a response is the whole answer to one of the codes, byte for byte.
   *
   * @param codes In core's words; `OK` is a 200 with the fixture's own answer.
   * @param status Of codes that the taxonomy lacks.
   * @returns The code that it is the answer to.
   */
  expect(response: RawResponse, codes: string | readonly string[], status?: number): string {
    const all = [codes].flat()
    assert.equal(response.complete, true, `The answer is cut off: ${JSON.stringify(response)}`)
    if (response.status < 300) {
      assert.ok(all.includes(OK), `It was answered ${response.status}, and should be ${all.join(' or ')}`)
      assert.equal(response.body, '{"ok":true}')
      return OK
    }
    const told = codeOf(response)
    const fitting = all.filter((each) => each !== OK && wireOf(each, status).code === told.code)
    // Several codes may have one name on the wire.
    const code = fitting.find((each) => this.hookCalls.some(({ error }) => error.code === each)) ?? fitting[0]
    assert.ok(
      code !== undefined,
      `It is ${told.code}, and should be ${all.join(' or ')}: ${response.status} ${response.body}`,
    )
    assert.equal(response.status, wireOf(code, status).status)
    assert.equal(response.headers['x-request-id'], told.requestId)
    assert.match(String(told.requestId), /^[A-Za-z0-9._-]{1,64}$/)
    assert.doesNotMatch(JSON.stringify(response), new RegExp(PLANTED), 'Something secret was answered')
    for (const name of [
      'etag',
      'last-modified',
      'content-disposition',
      'location',
      'expires',
      'accept-ranges',
    ])
      assert.ok(!Object.hasOwn(response.headers, name), `${name} belonged to the abandoned body`)
    this.matchGolden(response, code)
    return code
  }

  /** Fails unless a response is what the golden file says of this scenario. */
  matchGolden(response: RawResponse, key: string): void {
    const actual = picture(response)
    assert.equal(actual, golden(this.topic, `${this.name}: ${key}`, actual))
  }

  /** Fails unless the hook has heard these codes, once each, within a second, and nothing else. */
  async expectErrors(...codes: readonly (string | readonly string[])[]): Promise<void> {
    for (let waited = 0; this.hookCalls.length < codes.length && waited < 1000; waited += 5) await sleep(5)
    const heard = this.hookCalls.map(({ error }) => error.code)
    const isRight =
      heard.length === codes.length && codes.every((code, at) => [code].flat().includes(heard[at]!))
    assert.ok(isRight, `onError heard [${heard.join()}], and should hear [${codes.join()}]`)
  }
}

/** What ai-api calls a code, and its status. */
function wireOf(code: string, status?: number): { code: string; status: number } {
  const Kind = (errorClasses as Partial<Record<string, new (options: object) => ApiError>>)[code]
  if (Kind === undefined) return { code: code.toUpperCase(), status: status! }
  const needed = { field: 'x', model: 'x', allow: ['GET'], issues: [{ message: 'x' }] }
  const found = envelopes['ai-api'].lookup(new Kind(needed))
  return { code: found.code, status: found.status }
}

function codeOf({ status, body }: RawResponse): { code: string | undefined; requestId: string | undefined } {
  try {
    const { error, meta } = JSON.parse(body) as { error: { code: string }; meta: { request_id: string } }
    return { code: error.code, requestId: meta.request_id }
  } catch {
    return { code: `no envelope: ${status} ${body.slice(0, 200)}`, requestId: undefined }
  }
}

/** A request that is answered at once, whose connection goes on to serve the next. */
export function answered(
  name: string,
  bytes: Buffer | string,
  codes: string | readonly string[],
  { method, status }: { method?: string; status?: number } = {},
): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const response = await client.send(bytes).response(method)
      const code = stage.expect(response, codes, status)
      if (response.headers['connection'] !== 'close') await goesOn(client)
      await stage.expectErrors(...(code === OK ? [] : [code]))
    },
  }
}

/** A request that any server can be sent, sent to the fixture's. */
export function asked({ name, make, codes, isRefused }: WireRequest): Scenario {
  const bytes = make(fixturePlaces)
  return isRefused === true ? refused(name, bytes, codes) : answered(name, bytes, codes)
}

/** What Node's parser refuses: answered once, by the server, and the connection is closed. */
function refused(name: string, bytes: Buffer | string, codes: readonly string[]): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const response = await client.send(bytes).response()
      const code = stage.expect(response, codes)
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      assert.equal(client.rest, '')
      await stage.expectErrors(code)
    },
  }
}

/** Fails unless a connection serves another request. */
export async function goesOn(client: RawClient): Promise<void> {
  const { status, body } = await client.send('GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n').response()
  assert.deepEqual([status, body], [200, '{"ok":true}'], 'The connection does not go on')
}
