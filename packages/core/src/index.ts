export { ApiError, codesOf, isErrorClass } from './api-error.ts'
export type { ApiErrorClass, ApiErrorOptions } from './api-error.ts'
export { isApiError } from './is-api-error.ts'
export { errorOf } from './error-of.ts'
export * from './errors/index.ts'
export { defineCatalog } from './catalog.ts'
export type { Catalog } from './catalog.ts'
export { fieldOf, pathOf } from './issue.ts'
export type { Issue } from './issue.ts'

export { defineEnvelope, envelopeOf, envelopes, problemDetailsAt } from './envelopes/index.ts'
export type { EnvelopeId } from './envelopes/index.ts'
export type {
  Clients,
  Envelope,
  EnvelopeDefinition,
  Facts,
  JsonSchema,
  Listed,
  Reading,
  Rendered,
  RenderContext,
  Row,
  WireCode,
  WireIssue,
  WireResponse,
} from './envelope.ts'

export { createResponder, missingError, Responder } from './responder.ts'
export type { Answer, ResponderInput } from './responder.ts'
export type { ErrorHook, Recognizer, ResponderOptions } from './options.ts'
export { logTo } from './log-to.ts'
export type { Logger } from './log-to.ts'
export { causeChain, describeFailure } from './describe-failure.ts'
export type { LoggedCause, LoggedFailure } from './describe-failure.ts'
export { recognize } from './recognizers/index.ts'
export { DEFAULT_ID_HEADER, isRequestId, newRequestId, requestIdOf } from './request.ts'
export type { ApiRequest } from './request.ts'
export { parseRetryAfter, retryAfterSeconds } from './retry-after.ts'
