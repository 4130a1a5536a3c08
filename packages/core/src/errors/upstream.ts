import { ApiError } from './api-error.ts'

/** 502 `upstream_error`. */
export class UpstreamError<Details = undefined> extends ApiError<Details> {
  static override code = 'upstream_error'
  static override status = 502
  static override retryable = true
  static override message = 'An upstream service failed'
}

/** 502 `model_server_error`. */
export class ModelServerError<Details = undefined> extends UpstreamError<Details> {
  static override code = 'model_server_error'
  static override message = 'The model responded with a server error'
}

/** 503 `model_unavailable`. */
export class ModelUnavailable<Details = undefined> extends UpstreamError<Details> {
  static override code = 'model_unavailable'
  static override status = 503
  static override message = 'Model is temporarily unavailable'
}

/** 503 `model_overloaded`. */
export class ModelOverloaded<Details = undefined> extends UpstreamError<Details> {
  static override code = 'model_overloaded'
  static override status = 503
  static override message = 'The model is overloaded'
}

/** 504 `gateway_timeout`. */
export class GatewayTimeout<Details = undefined> extends UpstreamError<Details> {
  static override code = 'gateway_timeout'
  static override status = 504
  static override message = 'An upstream service did not answer in time'
}

/** 504 `model_timeout`. */
export class ModelTimeout<Details = undefined> extends GatewayTimeout<Details> {
  static override code = 'model_timeout'
  static override message = 'The model did not answer in time'
}

/** 502 `stream_error`. */
export class StreamError<Details = undefined> extends UpstreamError<Details> {
  static override code = 'stream_error'
  static override message = 'The response stream failed'
}

/** 502 `stream_terminated`. */
export class StreamTerminated<Details = undefined> extends StreamError<Details> {
  static override code = 'stream_terminated'
  static override message = 'The response stream ended unexpectedly'
}
