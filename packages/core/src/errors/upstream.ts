import { ApiError } from './api-error.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for another service that failed while this one called it. Sends 502 `upstream_error`.
 *
 * @example throw new UpstreamError({ origin: 'search', cause: error })
 */
export class UpstreamError<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'upstream_error'> = 'upstream_error'
  static override status = 502
  static override retryable = true
  static override message = 'An upstream service failed'
}

/**
 * Error for a model server that responded with a status of 500 or above. Sends 502 `model_server_error`.
 *
 * @example throw new ModelServerError({ origin: 'OpenAI' })
 */
export class ModelServerError<Details = undefined> extends UpstreamError<Details> {
  static override code: OpenCode<'model_server_error'> = 'model_server_error'
  static override message = 'The model responded with a server error'
}

/**
 * Error for a model server that cannot be reached. Sends 503 `model_unavailable`.
 *
 * @example throw new ModelUnavailable({ origin: 'OpenAI', retryAfter: 10 })
 */
export class ModelUnavailable<Details = undefined> extends UpstreamError<Details> {
  static override code: OpenCode<'model_unavailable'> = 'model_unavailable'
  static override status = 503
  static override message = 'Model is temporarily unavailable'
}

/**
 * Error for a model server that has too much load. Sends 503 `model_overloaded`.
 *
 * @example throw new ModelOverloaded({ origin: 'OpenAI', retryAfter: 10 })
 */
export class ModelOverloaded<Details = undefined> extends UpstreamError<Details> {
  static override code: OpenCode<'model_overloaded'> = 'model_overloaded'
  static override status = 503
  static override message = 'The model is overloaded'
}

/**
 * Error for another service that did not respond in time. Sends 504 `gateway_timeout`.
 *
 * @example throw new GatewayTimeout({ origin: 'search' })
 */
export class GatewayTimeout<Details = undefined> extends UpstreamError<Details> {
  static override code: OpenCode<'gateway_timeout'> = 'gateway_timeout'
  static override status = 504
  static override message = 'An upstream service did not answer in time'
}

/**
 * Error for a model server that did not respond in time. Sends 504 `model_timeout`.
 *
 * @example throw new ModelTimeout({ origin: 'OpenAI' })
 */
export class ModelTimeout<Details = undefined> extends GatewayTimeout<Details> {
  static override code: OpenCode<'model_timeout'> = 'model_timeout'
  static override message = 'The model did not answer in time'
}

/**
 * Error for a response stream that reported a failure after it had started. Sends 502 `stream_error`.
 *
 * @example throw new StreamError({ origin: 'OpenAI' })
 */
export class StreamError<Details = undefined> extends UpstreamError<Details> {
  static override code: OpenCode<'stream_error'> = 'stream_error'
  static override message = 'The response stream failed'
}

/**
 * Error for a response stream that ended without its last event. Sends 502 `stream_terminated`.
 *
 * @example throw new StreamTerminated({ origin: 'OpenAI' })
 */
export class StreamTerminated<Details = undefined> extends StreamError<Details> {
  static override code: OpenCode<'stream_terminated'> = 'stream_terminated'
  static override message = 'The response stream ended unexpectedly'
}
