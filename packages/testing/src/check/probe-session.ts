import { setTimeout as sleep } from 'node:timers/promises'
import { formatRequest, RawClient, type RawResponse } from '../suite/raw-client.ts'
import type { Places } from '../suite/wire-request.ts'
import type { Finding, RuleName } from './finding.ts'
import type { Expected, Judge } from './response-checker.ts'

/** Long enough for bytes that come behind an answer to be seen, in milliseconds. */
const MOMENT = 20

/** The server that is checked. */
export interface Target {
  readonly port: number
  readonly host: string
  readonly isSecure: boolean
  /** What every path begins with, without a slash behind it. */
  readonly root: string
  /** Sent with every request: who asks, above all. In lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The longest that a connection or an answer may take, in milliseconds. */
  readonly timeout: number
}

/** An answer that a probe got. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly response: RawResponse
}

/** Ends a probe that has nothing more to look at. */
class Over extends Error {}

/** Ends a probe that does not apply. */
class NotApplicable extends Error {}

/** One request to be sent. */
export interface Request {
  readonly method?: string
  /** Below the root. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Whether the client says who it is. @default true */
  readonly isKnown?: boolean
}

/** Where one probe sends its requests and has the answers judged. */
export class Desk {
  readonly judge: Judge
  readonly target: Target
  readonly places: Places
  readonly findings: Finding[] = []
  readonly exchanges: Exchange[] = []
  /** What was sent last, by its first line, and the status that it was answered with. */
  asked: { readonly line: string; readonly status: number | undefined } | undefined
  readonly #clients: RawClient[] = []

  constructor(judge: Judge, target: Target, json: string | undefined) {
    this.judge = judge
    this.target = target
    this.places = {
      root: target.root,
      json: target.root + (json ?? '/nope'),
      host: `Host: ${authorityOf(target)}\r\n`,
      request: (line, headers, body) =>
        formatRequest(line, { host: authorityOf(target), ...target.headers, ...headers }, body),
    }
  }

  find(rule: RuleName, message: string): void {
    this.findings.push({ rule, message })
  }

  /** Ends the probe: it does not apply, and why. */
  skip(reason: string): never {
    throw new NotApplicable(reason)
  }

  /** A connection, closed at the probe's end. */
  async connect(): Promise<RawClient> {
    const { port, host, isSecure, timeout } = this.target
    try {
      const client = await RawClient.open(port, { host, isSecure, timeout })
      this.#clients.push(client)
      return client
    } catch (cause) {
      const { message } = cause as Error
      this.find('answer', `There is no connection: ${message}`)
      throw new Over(message, { cause })
    }
  }

  /** The answer to a request, on a connection of its own unless one is given. */
  async ask(request: Request, client?: RawClient): Promise<RawResponse> {
    const { method = 'GET', path, headers = {}, body, isKnown = true } = request
    const target = this.target.root + path
    const make = isKnown ? this.places.request : withoutKey(this.target)
    const response = await this.answerTo(make(`${method} ${target}`, headers, body), method, client)
    this.exchanges.push({ method, path: target.split('?', 1)[0]!, response })
    return response
  }

  /** The answer to some bytes. Without one the probe is over. */
  async answerTo(bytes: Buffer | string, method = 'GET', given?: RawClient): Promise<RawResponse> {
    const client = given ?? (await this.connect())
    // Nothing is sent where the answer to what was sent before is looked for.
    const line = bytes.length === 0 ? this.asked?.line : lineOf(bytes)
    this.asked = { line: line ?? '', status: undefined }
    client.send(bytes)
    try {
      let response = await client.response(method)
      // What is told before an answer is none (RFC 9110, 15.2); after a 101 it is no HTTP that comes.
      while (response.status < 200 && response.status !== 101) response = await client.response(method)
      this.asked = { line: line ?? '', status: response.status }
      return response
    } catch {
      const how = client.isClosed ? 'was closed' : 'stays open'
      this.find('answer', `There is no answer; the connection ${how}`)
      throw new Over()
    }
  }

  /** Gives bytes that come behind an answer the time to be seen, unless the connection ends. */
  async moment(client: RawClient): Promise<void> {
    await Promise.race([client.closed().catch(() => {}), sleep(MOMENT)])
  }

  /** Judges an answer. */
  hold(response: RawResponse, expected: Expected): void {
    this.findings.push(...this.judge.judge(response, expected))
  }

  /** Asks, and judges the answer. */
  async expect(request: Request, expected: Expected, client?: RawClient): Promise<RawResponse> {
    const response = await this.ask(request, client)
    this.hold(response, expected)
    return response
  }

  /**
   * Runs a probe at this desk.
   *
   * @returns Why it does not apply; undefined where it does.
   */
  async run(probe: (desk: Desk) => Promise<void>): Promise<string | undefined> {
    try {
      await probe(this)
    } catch (error) {
      if (error instanceof NotApplicable) return error.message
      if (!(error instanceof Over))
        this.find('envelope', `What was answered can’t be judged: ${(error as Error).message}`)
    } finally {
      for (const client of this.#clients) client.close()
    }
    return undefined
  }
}

/** The first line of a request, less its version; short, and without what could harm a terminal. */
function lineOf(bytes: Buffer | string): string {
  const [line = ''] = bytes.toString('latin1').slice(0, 200).split(/\r?\n/)
  const text = line.replace(/ HTTP\/1\.1$/, '').replaceAll(/[^\x20-\x7E]/g, '?')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function authorityOf({ host, port, isSecure }: Target): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === (isSecure ? 443 : 80) ? name : `${name}:${port}`
}

function withoutKey(target: Target): typeof formatRequest {
  return (line, headers, body) => formatRequest(line, { host: authorityOf(target), ...headers }, body)
}
