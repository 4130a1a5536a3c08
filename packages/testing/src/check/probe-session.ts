import { setTimeout as sleep } from 'node:timers/promises'
import { formatRequest, RawClient, type RawResponse } from '../suite/raw-client.ts'
import { SETTLE_MS } from '../suite/scenario.ts'
import type { RequestTarget } from '../suite/wire-request.ts'
import type { Finding, RuleName } from './finding.ts'
import type { Expected, ResponseChecker } from './response-checker.ts'

/** The server that is checked. */
export interface Target {
  readonly port: number
  readonly host: string
  readonly isSecure: boolean
  /** Prefix of every path, without a slash at its end. */
  readonly root: string
  /** Headers of every request, by lower-case name. Usually credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** Maximum time for a connection or a response, in milliseconds. */
  readonly timeout: number
}

/** A request and its response. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly response: RawResponse
}

/** Ends a probe without a further finding. */
class ProbeEnded extends Error {}

/** Ends a probe that does not apply to the server. */
class ProbeSkipped extends Error {}

/** A request of a probe. */
export interface ProbeRequest {
  /** @default GET */
  readonly method?: string
  /** Path below the target's root. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Whether the target's headers are sent. @default true */
  readonly sendHeaders?: boolean
}

/** The requests and findings of one probe. */
export class ProbeSession {
  readonly checker: ResponseChecker
  readonly target: Target
  readonly requestTarget: RequestTarget
  readonly findings: Finding[] = []
  readonly exchanges: Exchange[] = []
  /** Request line of the last request, without the version, and the status of its response. */
  lastRequest: { readonly line: string; readonly status: number | undefined } | undefined
  readonly #clients: RawClient[] = []

  /** @param jsonPath A path that accepts JSON by POST. @default a path without a route */
  constructor(checker: ResponseChecker, target: Target, jsonPath = '/nope') {
    this.checker = checker
    this.target = target
    this.requestTarget = {
      root: target.root,
      jsonPath: target.root + jsonPath,
      hostLine: `Host: ${formatAuthority(target)}\r\n`,
      format: (line, headers, body) => this.#format(line, { ...target.headers, ...headers }, body),
    }
  }

  /** Adds a finding. */
  report(rule: RuleName, message: string): void {
    this.findings.push({ rule, message })
  }

  /** Ends the probe, because it does not apply to the server. */
  skip(reason: string): never {
    throw new ProbeSkipped(reason)
  }

  /** Opens a connection, which is closed at the end of the probe. Without a connection the probe ends. */
  async connect(): Promise<RawClient> {
    const { port, host, isSecure, timeout } = this.target
    try {
      const client = await RawClient.open(port, { host, isSecure, timeout })
      this.#clients.push(client)
      return client
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      this.report('answer', `Cannot connect: ${message}`)
      throw new ProbeEnded(message, { cause })
    }
  }

  /**
   * Sends a request and reads the response. Without a response the probe ends.
   *
   * @param client An open connection. @default a new one
   */
  async request(request: ProbeRequest, client?: RawClient): Promise<RawResponse> {
    const { method = 'GET', path, headers = {}, body, sendHeaders = true } = request
    const fullPath = this.target.root + path
    const line = `${method} ${fullPath}`
    const bytes = sendHeaders
      ? this.requestTarget.format(line, headers, body)
      : this.#format(line, headers, body)
    const response = await this.send(bytes, method, client)
    this.exchanges.push({ method, path: fullPath.replace(/\?.*$/s, ''), response })
    return response
  }

  /**
   * Sends bytes and reads the response. Without a response the probe ends.
   *
   * @param bytes Empty to read the next response of a pipelined request.
   */
  async send(bytes: Buffer | string, method = 'GET', openClient?: RawClient): Promise<RawResponse> {
    const client = openClient ?? (await this.connect())
    const line = bytes.length === 0 ? (this.lastRequest?.line ?? '') : formatRequestLine(bytes)
    this.lastRequest = { line, status: undefined }
    client.send(bytes)
    try {
      const response = await client.finalResponse(method)
      this.lastRequest = { line, status: response.status }
      return response
    } catch (cause) {
      this.report('answer', `No response; the connection ${client.isClosed ? 'was closed' : 'stays open'}`)
      throw new ProbeEnded('No response', { cause })
    }
  }

  /** Waits for bytes after a response, unless the connection closes. */
  async settle(client: RawClient): Promise<void> {
    await Promise.race([client.closed().catch(() => {}), sleep(SETTLE_MS)])
  }

  /** Checks a response. */
  check(response: RawResponse, expected: Expected): void {
    this.findings.push(...this.checker.check(response, expected))
  }

  /** Sends a request and checks the response. */
  async expect(request: ProbeRequest, expected: Expected, client?: RawClient): Promise<RawResponse> {
    const response = await this.request(request, client)
    this.check(response, expected)
    return response
  }

  /**
   * Runs a probe and closes its connections.
   *
   * @returns The reason if the probe does not apply to the server.
   */
  async run(probe: (session: ProbeSession) => Promise<void>): Promise<string | undefined> {
    try {
      await probe(this)
    } catch (error) {
      if (error instanceof ProbeSkipped) return error.message
      if (!(error instanceof ProbeEnded)) {
        // The envelope is the user's code, and can throw while it parses a response.
        const message = error instanceof Error ? error.message : String(error)
        this.report('envelope', `Cannot check the response: ${message}`)
      }
    } finally {
      for (const client of this.#clients) client.close()
    }
    return undefined
  }

  #format(line: string, headers?: Readonly<Record<string, string>>, body?: string | Buffer): Buffer {
    return formatRequest(line, { host: formatAuthority(this.target), ...headers }, body)
  }
}

/** Returns the request line without the version, shortened, with `?` for characters that could affect a terminal. */
function formatRequestLine(bytes: Buffer | string): string {
  const [line = ''] = bytes.toString('latin1').slice(0, 200).split(/\r?\n/)
  const text = line.replace(/ HTTP\/1\.1$/, '').replaceAll(/[^\x20-\x7E]/g, '?')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function formatAuthority({ host, port, isSecure }: Target): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === (isSecure ? 443 : 80) ? name : `${name}:${port}`
}
