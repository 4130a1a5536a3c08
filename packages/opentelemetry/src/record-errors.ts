import type { ErrorHook } from '@faultline/core'
import type { Meter } from '@opentelemetry/api'
import { ErrorCounter } from './error-counter.ts'
import { getErrorType } from './error-type.ts'
import { findRequestSpan } from './internals.ts'
import { recordOnSpan } from './record-on-span.ts'

/** Options of `recordErrors`. */
export interface RecordErrorsOptions {
  /** The meter that counts errors. @default a meter of the global provider */
  readonly meter?: Meter | undefined
}

/**
 * Creates an `onError` hook that records each error on the span of its request and counts it, following OpenTelemetry's
 * semantic conventions: `faultline(app, { envelope, onError: recordErrors() })`. Without an SDK it does next to nothing.
 *
 * The span receives `error.type`, the error's code, and `http.response.status_code`. Errors with a status of 500 and
 * above and truncated responses set the span's status. A status of 500 and above also adds an `exception` event with the
 * redacted chain of causes. The counter is `faultline.errors`.
 */
export function recordErrors({ meter }: RecordErrorsOptions = {}): ErrorHook {
  const counter = new ErrorCounter(meter)
  return function recordError(error, thrown, request) {
    const type = getErrorType(error)
    try {
      counter.count(type, error, request)
    } finally {
      const span = findRequestSpan()
      if (span?.isRecording() === true) recordOnSpan(span, type, error, thrown, request)
    }
  }
}
