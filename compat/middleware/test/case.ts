import type { ResponderOptions } from '@faultline/core'

/** How Faultline is set up: its defaults, the ready handler of the adapter, or `replaceBodies: 'all'`. */
export type Mode = 'default' | 'handler' | 'all'

/** The set-up of one server. */
export interface Setup {
  readonly options: ResponderOptions
  /** Whether to use the ready handler of the adapter. */
  readonly usesHandler: boolean
}

/** One failure of a package of middleware. */
export interface MiddlewareCase {
  /** The package, whose installed version the table shows. A built-in of a framework has the framework's version. */
  readonly name: string
  /** The module that the package is part of, for built-ins: `hono` for `hono/jwt`. @default name */
  readonly module?: string
  readonly failure: string
  /** Names of the ready handlers that `start` uses. */
  readonly handler?: string
  /** Starts a server whose route `/` has the middleware. Returns its URL. */
  readonly start: (setup: Setup) => Promise<string>
  /** Sends the requests that make the middleware fail, and returns the last response. @default one GET of `/` */
  readonly request?: (url: string) => Promise<Response>
}

/** The cases of one framework. */
export interface FrameworkCases {
  readonly framework: string
  readonly module: string
  readonly cases: readonly MiddlewareCase[]
}

const json = { accept: 'application/json' }

/** Sends one GET request. */
export function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { ...json, ...headers } })
}

/** Sends several GET requests, one after another, and returns the last response. */
export async function getRepeatedly(url: string, count: number): Promise<Response> {
  for (let i = 1; i < count; i += 1) await (await get(url)).arrayBuffer()
  return get(url)
}

/** Sends one POST request. */
export function post(url: string, contentType: string, body: string | Buffer): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { ...json, 'content-type': contentType },
    body: new Uint8Array(Buffer.from(body)),
  })
}

/** Sends JSON. */
export function postJson(url: string, value: unknown): Promise<Response> {
  return post(url, 'application/json', JSON.stringify(value))
}

/** A form of two parts without its end. */
export const TRUNCATED_FORM = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1'

/** A form with one file. */
export function createFileForm(bytes: number): string {
  return `--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${'x'.repeat(bytes)}\r\n--b--\r\n`
}

export const FORM_TYPE = 'multipart/form-data; boundary=b'
