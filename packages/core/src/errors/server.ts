import { ApiError, OPTIONAL, type ApiErrorOptions } from './api-error.ts'

/** 500 `internal_error`. */
export class InternalError<Details = undefined> extends ApiError<Details> {
  static override code = 'internal_error'
  static override message = 'Internal server error'
}

/** 500 `processing_error`. */
export class ProcessingError<Details = undefined> extends InternalError<Details> {
  static override code = 'processing_error'
  static override message = 'Error processing request'
}

/** 500 `failed_request`. */
export class FailedRequest<Details = undefined> extends InternalError<Details> {
  static override code = 'failed_request'
  static override message = 'The model request could not be built or its response could not be parsed'
}

/** 500 `unknown_workspace`. */
export class UnknownWorkspace<Details = undefined> extends InternalError<Details> {
  static override code = 'unknown_workspace'
  static override message = 'The workspace of the API key could not be retrieved'
}

/** 501 `not_implemented`. */
export class NotImplemented<Details = undefined> extends ApiError<Details> {
  static override code = 'not_implemented'
  static override status = 501
  static override message = 'Not implemented'
}

/** 503 `service_unavailable`. */
export class ServiceUnavailable<Details = undefined> extends ApiError<Details> {
  static override code = 'service_unavailable'
  static override status = 503
  static override retryable = true
  static override message = 'Service is temporarily unavailable'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: ApiErrorOptions<Details> & { retryAfter: number | Date })
  constructor(options?: ApiErrorOptions<Details>) {
    super(options)
  }
}

/** 503 `overloaded`. */
export class Overloaded<Details = undefined> extends ServiceUnavailable<Details> {
  static override code = 'overloaded'
  static override message = 'Service is overloaded'

  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}
