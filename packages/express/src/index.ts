export { errorHandler, faultline, notFound } from './install.ts'
export type { FaultlineOptions, FaultlineRequest } from './install.ts'
export { attach, requestId, stream } from '@faultline/node'
export type { StreamChunk, StreamOptions, StreamSource } from '@faultline/node'
export { ApiError, createResponder, envelopes, isApiError, logTo } from '@faultline/core'
export * from '@faultline/core/errors'
export type {
  ApiErrorClass,
  ApiErrorOptions,
  ApiRequest,
  Envelope,
  EnvelopeId,
  ErrorHook,
  Issue,
  Logger,
  Recognizer,
  Responder,
  ResponderOptions,
  ResponderOrOptions,
} from '@faultline/core'
