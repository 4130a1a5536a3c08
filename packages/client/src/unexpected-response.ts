import { UpstreamError } from '@faultline/core'

/** An answer that is no error and no use: `upstream_error`, and the same request would get it again. */
export class UnusableAnswer extends UpstreamError {
  static override retryable = false
}
