import { ApiError, OPTIONAL, type OptionalOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { LimitOptions } from './class-options.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a request that is wrong in a way that no other class describes. Sends 400 `invalid_request`.
 *
 * @example throw new InvalidRequest({ message: 'stream and n cannot be combined' })
 */
export class InvalidRequest<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'invalid_request'> = 'invalid_request'
  static override status = 400
  static override message = 'The request was invalid'
}

/**
 * Error for a request body that cannot be parsed, for example truncated JSON. Sends 400 `malformed_body`.
 *
 * @example throw new MalformedBody({ cause: syntaxError })
 */
export class MalformedBody<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'malformed_body'> = 'malformed_body'
  static override message = 'The request body could not be parsed'
}

/**
 * Error for a request that did not arrive completely within the time limit of the server. Sends 408 `request_timeout`.
 *
 * @example throw new RequestTimeout()
 */
export class RequestTimeout<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'request_timeout'> = 'request_timeout'
  static override status = 408
  static override retryable = true
  static override message = 'The request took too long to arrive'
}

/**
 * Error for a condition of the request that is false, for example If-Match with an outdated ETag. Sends 412
 * `precondition_failed`.
 *
 * @example throw new PreconditionFailed({ message: 'The document has changed' })
 */
export class PreconditionFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'precondition_failed'> = 'precondition_failed'
  static override status = 412
  static override message = 'A precondition of the request failed'
}

/**
 * Error for a request body that is larger than the server accepts. Sends 413 `payload_too_large`.
 *
 * @example throw new PayloadTooLarge({ limit: 1_048_576 })
 */
export class PayloadTooLarge<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'payload_too_large'> = 'payload_too_large'
  static override status = 413
  static override message = 'The request body is too large'

  declare readonly limit?: number

  constructor(options: (ApiErrorOptions<Details> & LimitOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, LimitOptions>)
  constructor(options?: ApiErrorOptions<Details> & LimitOptions) {
    super(options, OPTIONAL)
    if (options?.limit !== undefined) this.limit = options.limit
  }
}

/**
 * Error for an uploaded file that is larger than the server accepts. Sends 413 `file_too_large`.
 *
 * @example throw new FileTooLarge({ limit: 1_048_576 })
 */
export class FileTooLarge<Details = undefined> extends PayloadTooLarge<Details> {
  static override code: OpenCode<'file_too_large'> = 'file_too_large'
  static override message = 'File size exceeds limit'
}

/**
 * Error for a URL that is longer than the server accepts. Sends 414 `uri_too_long`.
 *
 * @example throw new UriTooLong()
 */
export class UriTooLong<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'uri_too_long'> = 'uri_too_long'
  static override status = 414
  static override message = 'The request URI is too long'
}

/**
 * Error for a request body of a content type that the route does not read. Sends 415 `unsupported_media_type`.
 *
 * @example throw new UnsupportedMediaType({ message: 'Send application/json' })
 */
export class UnsupportedMediaType<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'unsupported_media_type'> = 'unsupported_media_type'
  static override status = 415
  static override message = 'The request content type is not supported'
}

/**
 * Error for an uploaded file of a format that the route does not read. Sends 415 `invalid_file_format`.
 *
 * @example throw new InvalidFileFormat({ message: 'Send a .jsonl file' })
 */
export class InvalidFileFormat<Details = undefined> extends UnsupportedMediaType<Details> {
  static override code: OpenCode<'invalid_file_format'> = 'invalid_file_format'
  static override message = 'File format is not supported'
}

/**
 * Error for an Expect header that the server cannot meet. Sends 417 `expectation_failed`.
 *
 * @example throw new ExpectationFailed()
 */
export class ExpectationFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'expectation_failed'> = 'expectation_failed'
  static override status = 417
  static override message = 'The Expect header cannot be met'
}

/**
 * Error for request headers that are larger than the server accepts. Sends 431 `headers_too_large`.
 *
 * @example throw new HeadersTooLarge()
 */
export class HeadersTooLarge<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'headers_too_large'> = 'headers_too_large'
  static override status = 431
  static override message = 'The request headers are too large'
}

/**
 * Error for an Accept header that excludes every format of the response. Sends 406 `not_acceptable`.
 *
 * @example throw new NotAcceptable({ message: 'Only application/json is available' })
 */
export class NotAcceptable<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'not_acceptable'> = 'not_acceptable'
  static override status = 406
  static override message = 'No acceptable representation is available'
}

/**
 * Error for a request that contradicts the current state, for example an id that is already in use. Sends 409
 * `conflict`.
 *
 * @example throw new Conflict({ message: 'The name is already in use' })
 */
export class Conflict<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'conflict'> = 'conflict'
  static override status = 409
  static override message = 'The resource already exists'
}

/**
 * Error for a client that disconnected before the response was complete. Hooks and logs receive it, with 499
 * `client_closed_request`, instead of the failure that the disconnect caused. Never sent, therefore not in `errorClasses`.
 *
 * @example if (error instanceof ClientClosedRequest) return
 */
export class ClientClosedRequest<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'client_closed_request'> = 'client_closed_request'
  static override status = 499
  static override message = 'The client closed the request'
}
