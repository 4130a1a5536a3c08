import type { Issue } from '@faultline/core'

/** An error body of any provider, in one form. */
export interface ProviderError {
  /** The human-readable message. */
  readonly message?: string | undefined
  /** The provider's names for the error in snake_case, from the most to the least specific. */
  readonly names: readonly string[]
  /** The provider's error code, unchanged. */
  readonly code?: string | undefined
  /** A status in the body. LiteLLM, vLLM, OpenRouter and Google send one. */
  readonly status?: number | undefined
  /** The request parameter that the error is about. */
  readonly field?: string | undefined
  readonly issues?: readonly Issue[] | undefined
  /** The time until a retry, in seconds. */
  readonly retryAfter?: number | undefined
  readonly requestId?: string | undefined
}
