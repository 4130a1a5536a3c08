export { attach, handleClientError } from './attach.ts'
export { NodeRequest } from './node-request.ts'
export { requestId, sendError, sendNotFound, setRequestIdHeaders } from './send-error.ts'
export { stream } from './send-stream.ts'
export type { StreamChunk, StreamOptions, StreamSource } from '@faultline/core'
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
