/** Query parameters of `GET /v1/errors/:code`. */
export const QUERY = ['message', 'retry_after', 'field', 'issue', 'origin', 'model'] as const

/** Options of an error. The app has defaults for missing ones. */
export type ErrorQuery = { readonly [name in (typeof QUERY)[number]]?: string }

/** Something to trigger in an app. */
export type Raise =
  /** An error of the taxonomy; with `stream`, after two stream events. */
  | { readonly kind: 'error'; readonly code: string; readonly query: ErrorQuery; readonly stream: boolean }
  /** A thrown value that is not a typed error. */
  | { readonly kind: 'throw'; readonly what: string }
  /** A request with a fault. */
  | { readonly kind: 'request'; readonly name: string }
  /** A chat with a model of the upstream. */
  | { readonly kind: 'chat'; readonly model: string; readonly stream: boolean }

/** The app and envelope to send a request to. */
export interface Target {
  /** Name of a framework that the explorer was started with. */
  readonly framework: string
  /** Envelope id, with the suffix `:strict` for strict mode. */
  readonly envelope: string
}

/** Body of `POST /api/send`. */
export interface SendRequest extends Target {
  readonly raise: Raise
  /** Whether SDKs must parse the response. */
  readonly sdks: boolean
}
