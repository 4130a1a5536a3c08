/** A code as a document tells of it. */
export interface DocumentedCode {
  /** What the document calls it, and a body carries. */
  readonly wire: string
  readonly status: number
  /** @default the message that is sent */
  readonly message?: string
  /** @default what the error's class says */
  readonly retryable?: boolean
  /** The heading that it stands under. @default its status */
  readonly group?: string
  /** What it means. @default what the error's class says */
  readonly description?: string
  /** What its receiver can do. @default what the error's class says */
  readonly remedy?: string
  /** The field of the request that it is always about. */
  readonly field?: string
  /** Headers that always come with it. */
  readonly headers?: readonly string[]
}

/** An answer that a document shows. */
export interface DocumentedExample {
  readonly when: string
  /** What of the request it was answered to. */
  readonly params?: Readonly<Record<string, unknown>>
  readonly status: number
  readonly body: object
}

/** A document about an API's errors, as data: what a wire format's owner says beyond the codes themselves. */
export interface ErrorDocument {
  readonly title?: string
  /** The header that a key is sent in, and the scheme before it. @default Authorization, Bearer */
  readonly auth?: { readonly header: string; readonly scheme?: string }
  /** Every status that a failure can have. */
  readonly statuses?: readonly number[]
  /** The member of a body that tells one error from another. @default found out from the bodies */
  readonly identifier?: string
  /** In the order in which they are shown. */
  readonly codes: readonly DocumentedCode[]
  /** What holds for every answer. */
  readonly rules?: readonly string[]
  /** What a reader of the document should know. */
  readonly notes?: readonly string[]
  readonly samples?: readonly DocumentedExample[]
}
