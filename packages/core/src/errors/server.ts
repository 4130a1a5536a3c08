import { ApiError, OPTIONAL, type OptionalOptions, type RequiredOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { RetryOptions } from './class-options.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a fault of the service. Its message is not sent, and logs contain its cause. Sends 500 `internal_error`.
 *
 * @example throw new InternalError({ cause: error })
 */
export class InternalError<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'internal_error'> = 'internal_error'
  static override message = 'Internal server error'
}

/**
 * Error for a fault of the service while it processed a valid request. Its message is not sent. Sends 500
 * `processing_error`.
 *
 * @example throw new ProcessingError({ cause: error })
 */
export class ProcessingError<Details = undefined> extends InternalError<Details> {
  static override code: OpenCode<'processing_error'> = 'processing_error'
  static override message = 'Error processing request'
}

/**
 * Error for a model request that the service could not build, or a response that it could not parse. Sends 500
 * `failed_request`.
 *
 * @example throw new FailedRequest({ cause: syntaxError })
 */
export class FailedRequest<Details = undefined> extends InternalError<Details> {
  static override code: OpenCode<'failed_request'> = 'failed_request'
  static override message = 'The model request could not be built or its response could not be parsed'
}

/**
 * Error for a workspace of an API key that the service could not retrieve. Its message is not sent. Sends 500
 * `unknown_workspace`.
 *
 * @example throw new UnknownWorkspace({ cause: error })
 */
export class UnknownWorkspace<Details = undefined> extends InternalError<Details> {
  static override code: OpenCode<'unknown_workspace'> = 'unknown_workspace'
  static override message = 'The workspace of the API key could not be retrieved'
}

/**
 * Error for a feature that the service does not have yet. Sends 501 `not_implemented`.
 *
 * @example throw new NotImplemented({ message: 'Tools are not supported yet' })
 */
export class NotImplemented<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'not_implemented'> = 'not_implemented'
  static override status = 501
  static override message = 'Not implemented'
}

/**
 * Error for a service that is temporarily down, for example for maintenance. Sends 503 `service_unavailable`.
 *
 * @example throw new ServiceUnavailable({ retryAfter: 120 })
 */
export class ServiceUnavailable<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'service_unavailable'> = 'service_unavailable'
  static override status = 503
  static override retryable = true
  static override message = 'Service is temporarily unavailable'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, RetryOptions>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a service that has too much load to accept the request. Sends 503 `overloaded`.
 *
 * @example throw new Overloaded({ retryAfter: 5 })
 */
export class Overloaded<Details = undefined> extends ServiceUnavailable<Details> {
  static override code: OpenCode<'overloaded'> = 'overloaded'
  static override message = 'Service is overloaded'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}
