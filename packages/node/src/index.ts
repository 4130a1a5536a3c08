export { attach, handleClientError } from './attach.ts'
export { drain } from './drain.ts'
export type { DrainOptions } from './drain.ts'
export { faultlineOptions } from './faultline-options.ts'
export { guardConnection } from './guard-connection.ts'
export type { ListenerGuard } from './guard-connection.ts'
export { NodeRequest } from './node-request.ts'
export type { ExchangeFacts } from './node-request.ts'
export { replaceForeignBodies } from './replace-response.ts'
export { requestId, sendError, sendNotFound, setRequestIdHeaders } from './send-error.ts'
export { rejectUpgrade, sendSocketError } from './send-socket-error.ts'
export type { SocketErrorOptions } from './send-socket-error.ts'
export type { WebSocketLike } from './web-socket.ts'
export { stream } from './send-stream.ts'
export type { StreamChunk, StreamOptions, StreamSource } from '@faultline/core'
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
