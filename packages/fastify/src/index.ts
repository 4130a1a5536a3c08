export { faultline, serverOptions } from './install.ts'
export type { FaultlineOptions, FaultlineRequest } from './install.ts'
export { attach, drain, requestId, stream } from '@faultline/node'
export type { StreamChunk, StreamOptions, StreamSource } from '@faultline/node'
export {
  ApiError,
  createResponder,
  envelopes,
  getTraceId,
  isApiError,
  logTo,
  logToTerminal,
  recognizeClass,
  type ApiErrorClass,
  type ApiErrorOptions,
  type ApiRequest,
  type Envelope,
  type EnvelopeId,
  type ErrorHook,
  type Issue,
  type Logger,
  type Recognizer,
  type Responder,
  type ResponderOptions,
  type ResponderOrOptions,
  type RouteOptions,
} from '@faultline/core'
export * from '@faultline/core/errors'
