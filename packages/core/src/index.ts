export { ApiError, errorCodes, isApiErrorClass } from './errors/api-error.ts'
export type {
  ApiErrorClass,
  ApiErrorConstructor,
  OptionalOptions,
  RequiredOptions,
} from './errors/api-error.ts'
export type { ApiErrorOptions } from './errors/error-options.ts'
export { isApiError } from './errors/is-api-error.ts'
export { createError, createErrorForStatus, createRateLimitError } from './errors/create-error.ts'
export * from './errors/index.ts'
export { defineCatalog } from './errors/catalog.ts'
export type { Catalog } from './errors/catalog.ts'
export { describeValue } from './errors/describe-value.ts'
export { formatPath, parsePath } from './errors/issue.ts'
export type { Issue } from './errors/issue.ts'

export {
  defineEnvelope,
  envelopes,
  deserializeBody,
  hasTextBodies,
  isEnvelope,
  extendEnvelope,
  messagesByLanguage,
  negotiateLanguage,
  problemDetailsWithBase,
  resolveEnvelope,
} from './envelopes/index.ts'
export type {
  EnvelopeExtension,
  EnvelopeId,
  LocalizedMessage,
  MessageFunction,
  MessageTable,
} from './envelopes/index.ts'
export type {
  ClientHints,
  Envelope,
  EnvelopeDefinition,
  BodyInput,
  JsonBody,
  JsonResponse,
  ErrorEvent,
  JsonSchema,
  WireEntry,
  ParsedBody,
  RenderedResponse,
  RetryPolicy,
  RenderContext,
  SocketMessageInput,
  CodeMapping,
  WireCode,
  WireIssue,
  WireResponse,
} from './envelopes/envelope.ts'

export { createResponder } from './respond/create-responder.ts'
export type { Responder, ResponderOrOptions, SerializedResponse } from './respond/responder.ts'
export type { ForeignHead, ForeignResponse } from './respond/foreign-response.ts'
export { createRoutingError, METHODS } from './respond/routing-error.ts'
export { createRoute } from './respond/create-route.ts'
export { enterApp, enterRoute, getRoute, leaveApp, setRoute } from './respond/route.ts'
export type { Route, RouteOptions } from './respond/route.ts'
export { getSocketClose } from './respond/socket-close.ts'
export type { SocketClose } from './respond/socket-close.ts'
export { createSocketMessage } from './respond/socket-message.ts'
export type { ErrorsByField, FieldErrorClass, FieldErrorOptions } from './respond/errors-by-field.ts'
export type { Recognizer, RecognizersByOrder, ResponderOptions } from './respond/options.ts'
export { logTo, logToConsole } from './log/log-hook.ts'
export type { ErrorHook, LogOptions } from './log/log-hook.ts'
export type { Logger, LogLevel, LogStyle, MessageLogger, TextLogger } from './log/logger.ts'
export { logToTerminal } from './log/terminal-log.ts'
export { formatCauses, serializeCauses, serializeError } from './log/serialize-error.ts'
export type { SerializedCause, SerializedError } from './log/serialize-error.ts'
export { findKey, redact } from './log/redact.ts'
export type { RedactionPolicy } from './log/redact.ts'
export { recognizeConflict } from './recognize/databases.ts'
export { recognizeClass, type ThrownClass } from './recognize/recognize-class.ts'
export { toApiError } from './recognize/to-api-error.ts'
export { collectCauses } from './recognize/cause-chain.ts'
export { parseFastApiIssues } from './recognize/fastapi-issues.ts'
export { classifyNetworkCode, isConnectFailure, networkErrorCodes } from './recognize/network-errors.ts'
export type { NetworkFailure } from './recognize/network-errors.ts'
export {
  hasOwnProperties,
  isJsonObject,
  isObject,
  readItems,
  readNumber,
  readProperty,
  readString,
} from './recognize/safe-read.ts'
export type { Members } from './recognize/safe-read.ts'
export { DEFAULT_REQUEST_ID_HEADER, generateRequestId, isRequestId } from './http/request-id.ts'
export { getTraceId } from './http/trace-context.ts'
export type { ApiRequest } from './http/request.ts'
export { getHeader } from './http/headers.ts'
export { isEventStreamType, isJsonType, isLinesType } from './http/content-type.ts'
export { parseJson } from './http/parse-json.ts'
export { mayHaveBody } from './http/may-have-body.ts'
export { isErrorStatus } from './http/status.ts'
export { parseRetryAfter, retryAfterSeconds } from './http/retry-after.ts'
export { isAnsweredOnSocket, markAnsweredOnSocket } from './http/answered-on-socket.ts'
export { createStreamHead, OpenStream, resolveStreamOptions } from './stream.ts'
export type { StreamChunk, StreamOptions, StreamSource } from './stream.ts'
export { EventParser, parseEvents } from './events/event-parser.ts'
export type { ServerSentEvent } from './events/event-parser.ts'
export { createSplitter } from './events/create-splitter.ts'
export { endWithError } from './events/end-with-error.ts'
export { isOversizeEventError } from './events/held-bytes.ts'
export type { SentStream, StreamFormat } from './events/sent-stream.ts'
export type { StreamSplitter } from './events/stream-splitter.ts'
