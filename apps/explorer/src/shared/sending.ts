/** What the query of `GET /v1/errors/:code` may say. */
export const QUERY = ['message', 'retry_after', 'field', 'issue', 'origin', 'model'] as const

/** The query of an error: what is left out gets the app's own plausible default. */
export type ErrorQuery = { readonly [name in (typeof QUERY)[number]]?: string }

/** What is to be raised on an app: each but an odd request by a route of the app's that is there for it. */
export type Raise =
  /** An error of the catalogue; as a stream, after two events. */
  | { readonly kind: 'error'; readonly code: string; readonly query: ErrorQuery; readonly stream: boolean }
  /** Something that is no typed error. */
  | { readonly kind: 'throw'; readonly what: string }
  /** A request that is answered before any handler runs. */
  | { readonly kind: 'request'; readonly name: string }
  /** A chat with a model of the upstream's. */
  | { readonly kind: 'chat'; readonly model: string; readonly stream: boolean }

/** Where something is to be raised. */
export interface Target {
  /** The name of a framework that the explorer was started with. */
  readonly framework: string
  /** The id of an envelope, `:strict` behind it for strict mode. */
  readonly envelope: string
}

/** What the page asks the explorer's server to send. */
export interface Sending extends Target {
  readonly raise: Raise
  /** Whether the SDKs are to be asked, too. */
  readonly sdks: boolean
}
