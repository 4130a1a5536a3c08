import { formatRequest } from './raw-client.ts'

/** The parts of a request that depend on the server. */
export interface RequestTarget {
  /** Prefix of every path, without a slash at its end. The path `/nope` below it has no route. */
  readonly root: string
  /** A path that accepts JSON by POST. */
  readonly jsonPath: string
  /** The Host header, as a line. */
  readonly hostLine: string
  /** Formats a request with the headers that the server needs. */
  readonly format: typeof formatRequest
}

/** A request for any server, with the expected codes. */
export interface WireRequest {
  /** Name of the scenario, or of the probe. */
  readonly name: string
  readonly build: (target: RequestTarget) => Buffer | string
  /** Canonical codes. `OK` if the server may accept the request. */
  readonly codes: readonly string[]
  /** Whether Node's HTTP parser rejects it. The server then responds once and closes the connection. */
  readonly isRejectedByParser?: true
}

/** The fixture of the suite. */
export const fixtureTarget: RequestTarget = {
  root: '',
  jsonPath: '/json',
  hostLine: 'Host: localhost\r\n',
  format: formatRequest,
}
