/** A code as a document lists it. */
export interface DocumentedCode {
  /** The code as it appears in a body. */
  readonly wire: string
  readonly status: number
  /** @default the message that the server sends */
  readonly message?: string
  /** @default `retryable` of the error class */
  readonly retryable?: boolean
  /** The heading that lists the code. @default its status */
  readonly group?: string
  /** The meaning. @default the description of the error class */
  readonly description?: string
  /** The action that the receiver can take. @default the remedy of the error class */
  readonly remedy?: string
  /** The request field that the error always concerns. */
  readonly field?: string
  /** Headers that every response with this code has. */
  readonly headers?: readonly string[]
}

/** An example response in a document. */
export interface DocumentedExample {
  readonly when: string
  /** Parameters of the request. */
  readonly params?: Readonly<Record<string, unknown>>
  readonly status: number
  readonly body: object
}

/** The error documentation of an API, as data. */
export interface ErrorDocument {
  readonly title?: string
  /** The header that carries the API key, and the scheme before the key. @default Authorization, Bearer */
  readonly auth?: { readonly header: string; readonly scheme?: string }
  /** All statuses that an error response can have. */
  readonly statuses?: readonly number[]
  /** The document's name for the member that contains the code. @default detected from the bodies */
  readonly identifier?: string
  /** The codes in display order. */
  readonly codes: readonly DocumentedCode[]
  /** Rules that apply to every error response. */
  readonly rules?: readonly string[]
  readonly notes?: readonly string[]
  readonly examples?: readonly DocumentedExample[]
}
