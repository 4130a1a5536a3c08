export { parseError } from './parse/parse-error.ts'
export type { ParseErrorOptions, ResponseLike } from './parse/parse-error.ts'
export { fetchJson, fetchWithRetry } from './fetch-json.ts'
export type { FetchJsonOptions, FetchOptions } from './fetch-json.ts'
export { readEvents } from './events/read-events.ts'
export type { ReadEventsOptions } from './events/read-events.ts'
export { retry } from './retry/retry.ts'
export type { AttemptContext, RetryInfo, RetryOptions } from './retry/retry.ts'
export { isRetryable } from './retry/retryable.ts'
export { isErrorBody, readProviderError } from './providers/read-provider-error.ts'
export type { ProviderError } from './providers/provider-error.ts'
export { retryDelay } from './retry/retry-delay.ts'
export type { BackoffOptions } from './retry/retry-delay.ts'

// The part of @faultline/core that callers of an API need: to narrow errors, and to name an envelope.
export { ApiError, envelopes, errorClasses, isApiError, resolveEnvelope } from '@faultline/core'
export type { ApiErrorClass, Envelope, EnvelopeId, ErrorCode, Issue, ServerSentEvent } from '@faultline/core'
export {
  AccountSuspended,
  AppNotFound,
  ConcurrentLimitExceeded,
  Conflict,
  EndpointNotFound,
  ExpectationFailed,
  ExpiredApiKey,
  FailedRequest,
  FileTooLarge,
  GatewayTimeout,
  Gone,
  HeadersTooLarge,
  InternalError,
  InvalidApiKey,
  InvalidApp,
  InvalidContentMedia,
  InvalidFieldValue,
  InvalidFileFormat,
  InvalidImageQuality,
  InvalidImageSize,
  InvalidMaxTokens,
  InvalidRequest,
  InvalidTemperature,
  MalformedBody,
  MethodNotAllowed,
  MissingApiKey,
  MissingRequiredField,
  ModelNotFound,
  ModelOverloaded,
  ModelServerError,
  ModelTimeout,
  ModelUnavailable,
  NotAcceptable,
  NotFound,
  NotImplemented,
  Overloaded,
  PayloadTooLarge,
  PaymentRequired,
  PermissionDenied,
  PreconditionFailed,
  ProcessingError,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  RequestTimeout,
  ResourceNotFound,
  RevokedApiKey,
  ServiceUnavailable,
  StreamError,
  StreamTerminated,
  Unauthenticated,
  UnavailableContentMedia,
  UnknownWorkspace,
  UnsafeContent,
  UnsupportedInterface,
  UnsupportedMediaType,
  UnsupportedModel,
  UpstreamError,
  UriTooLong,
  ValidationFailed,
} from '@faultline/core'
