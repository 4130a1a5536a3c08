import { formatRequest } from './raw-client.ts'

/** Where a server is asked, and what it is asked with. */
export interface Places {
  /** What every path begins with, without a slash behind it. There is nothing at `/nope` below it. */
  readonly root: string
  /** A path that takes JSON by POST. */
  readonly json: string
  /** The header Host, as a line. */
  readonly host: string
  /** A request's bytes, with the headers that every one needs. */
  readonly request: typeof formatRequest
}

/** One request that any server can be sent, and what it is to be answered with. */
export interface WireRequest {
  /** As the master table of failures has it. */
  readonly name: string
  readonly make: (places: Places) => Buffer | string
  /** In core's words; `OK` where it may be served. */
  readonly codes: readonly string[]
  /** Whether the parser of HTTP refuses it: it is answered once, and the connection is closed. */
  readonly isRefused?: true
}

/** The places of the suite's own fixture. */
export const fixturePlaces: Places = {
  root: '',
  json: '/json',
  host: 'Host: localhost\r\n',
  request: formatRequest,
}
