import type { ErrorHook } from '@faultline/core'
import type { Meter } from '@opentelemetry/api'
import { ErrorCounter } from './error-counter.ts'
import { errorType } from './error-type.ts'
import { recordOnSpan, spanOfRequest } from './record-on-span.ts'

/** What `recordErrors` may be told. */
export interface RecordErrorsOptions {
  /** What counts the failures. @default a meter of the global provider */
  readonly meter?: Meter | undefined
}

/**
 * An `onError` that records each failure on the span of its request and counts it, by OpenTelemetry's semantic
 * conventions: `faultline(app, { envelope, onError: recordErrors() })`. Without an SDK it does next to nothing.
 *
 * On the span are `error.type`, which is the error's code, and `http.response.status_code`. A 5xx and an answer that
 * broke off set its status, and a 5xx adds an `exception` event with the chain of causes, its secrets cut. The counter
 * is `faultline.errors`.
 */
export function recordErrors({ meter }: RecordErrorsOptions = {}): ErrorHook {
  const counter = new ErrorCounter(meter)
  return function recordError(error, thrown, request) {
    const type = errorType(error)
    try {
      counter.count(type, error, request)
    } finally {
      const span = spanOfRequest()
      if (span?.isRecording() === true) recordOnSpan(span, type, error, thrown, request)
    }
  }
}
