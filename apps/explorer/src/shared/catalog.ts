/** An error class and its subclasses. */
export interface ErrorNode {
  readonly code: string
  /** Name of the class. */
  readonly name: string
  readonly status: number
  readonly retryable: boolean
  readonly description: string
  readonly remedy: string
  readonly children: readonly ErrorNode[]
}

export interface CatalogItem {
  readonly id: string
  readonly description: string
}

interface EnvelopeItem {
  readonly id: string
  readonly title: string
}

/** The response of `GET /api/catalog`: everything that the page offers. */
export interface Catalog {
  readonly frameworks: readonly { readonly name: string; readonly url: string }[]
  readonly envelopes: readonly EnvelopeItem[]
  readonly errors: readonly ErrorNode[]
  /** Thrown values that are not typed errors. */
  readonly kinds: readonly CatalogItem[]
  /** Requests with a fault. */
  readonly requests: readonly CatalogItem[]
  /** Models of the upstream. */
  readonly models: readonly CatalogItem[]
  /** Models with an interesting stream. */
  readonly streams: readonly CatalogItem[]
}
