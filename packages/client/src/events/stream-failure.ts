import type { ErrorCode } from '@faultline/core'

/** A failure that an event of a stream reports. */
export interface StreamFailure {
  /** `filter` if a content filter ended the answer or blocked the prompt. */
  readonly kind: 'error' | 'filter'
  /** The code of the failure, if the body does not determine it. */
  readonly code?: ErrorCode
  /** The error as an error body, which `readProviderError` and the envelopes can read. */
  readonly body: object
}
