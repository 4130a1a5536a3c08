import { ApiError, type ApiErrorOptions } from './api-error.ts'

/** 400 `invalid_request`. */
export class InvalidRequest<Details = undefined> extends ApiError<Details> {
  static override code = 'invalid_request'
  static override status = 400
  static override message = 'The request was invalid'
}

/** 400 `malformed_body`. */
export class MalformedBody<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'malformed_body'
  static override message = 'The request body could not be parsed'
}

/** 408 `request_timeout`. */
export class RequestTimeout<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'request_timeout'
  static override status = 408
  static override retryable = true
  static override message = 'The request took too long to arrive'
}

/** 412 `precondition_failed`. */
export class PreconditionFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'precondition_failed'
  static override status = 412
  static override message = 'A precondition of the request failed'
}

/** 413 `payload_too_large`. */
export class PayloadTooLarge<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'payload_too_large'
  static override status = 413
  static override message = 'The request body is too large'

  declare readonly limit?: number

  constructor(options?: ApiErrorOptions<Details> & { limit?: number | undefined }) {
    super(options)
    if (options?.limit !== undefined) this.limit = options.limit
  }
}

/** 413 `file_too_large`. */
export class FileTooLarge<Details = undefined> extends PayloadTooLarge<Details> {
  static override code = 'file_too_large'
  static override message = 'File size exceeds limit'

  constructor(options?: ApiErrorOptions<Details> & { limit?: number | undefined }) {
    super(options)
  }
}

/** 414 `uri_too_long`. */
export class UriTooLong<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'uri_too_long'
  static override status = 414
  static override message = 'The request URI is too long'
}

/** 415 `unsupported_media_type`. */
export class UnsupportedMediaType<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'unsupported_media_type'
  static override status = 415
  static override message = 'The request content type is not supported'
}

/** 415 `invalid_file_format`. */
export class InvalidFileFormat<Details = undefined> extends UnsupportedMediaType<Details> {
  static override code = 'invalid_file_format'
  static override message = 'File format is not supported'
}

/** 417 `expectation_failed`. */
export class ExpectationFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'expectation_failed'
  static override status = 417
  static override message = 'The Expect header cannot be met'
}

/** 431 `headers_too_large`. */
export class HeadersTooLarge<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'headers_too_large'
  static override status = 431
  static override message = 'The request headers are too large'
}

/** 406 `not_acceptable`. */
export class NotAcceptable<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'not_acceptable'
  static override status = 406
  static override message = 'No acceptable representation is available'
}

/** 409 `conflict`. */
export class Conflict<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'conflict'
  static override status = 409
  static override message = 'The resource already exists'
}

/**
 * 499 `client_closed_request`: the client disconnected before the response was complete. Never sent, therefore not in
 * `errorClasses`. Hooks and logs receive it instead of the failure that the disconnect caused.
 */
export class ClientClosedRequest<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'client_closed_request'
  static override status = 499
  static override message = 'The client closed the request'
}
