/** A kind of error, and those below it in the class tree. */
export interface ErrorNode {
  readonly code: string
  /** The name of its class. */
  readonly name: string
  readonly status: number
  readonly retryable: boolean
  readonly description: string
  readonly remedy: string
  readonly children: readonly ErrorNode[]
}

/** Something to pick from a list. */
export interface Choice {
  readonly id: string
  readonly about: string
}

/** An envelope that can be picked. */
interface EnvelopeChoice {
  readonly id: string
  readonly title: string
}

/** All that can be picked. */
export interface Catalogue {
  readonly frameworks: readonly { readonly name: string; readonly url: string }[]
  readonly envelopes: readonly EnvelopeChoice[]
  readonly errors: readonly ErrorNode[]
  /** What is no typed error, and can be thrown all the same. */
  readonly kinds: readonly Choice[]
  /** Requests with something wrong about them. */
  readonly requests: readonly Choice[]
  /** The models of the upstream. */
  readonly models: readonly Choice[]
  /** The models whose streams are worth a look. */
  readonly streams: readonly Choice[]
}
