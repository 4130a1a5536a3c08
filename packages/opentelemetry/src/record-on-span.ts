import { formatCauses, serializeError, type ApiError, type ApiRequest } from '@faultline/core'
import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api'
import { protectErrorType } from './internals.ts'

/** Maximum length of a chain of causes. Backends truncate or reject longer values. */
const MAX_STACKTRACE_LENGTH = 16_384

/** Records an error on a span, following the semantic conventions for HTTP server spans and for exceptions. */
export function recordOnSpan(
  span: Span,
  type: string,
  error: ApiError,
  thrown: unknown,
  request: ApiRequest,
): void {
  const { status, retryable, origin, requestId, causes } = serializeError(error, thrown, request)
  const { sentStatus } = request
  const attributes: Attributes = { 'error.type': type, 'faultline.retryable': retryable }
  if (sentStatus !== undefined) attributes['http.response.status_code'] = sentStatus
  if (requestId !== undefined) attributes['faultline.request_id'] = requestId
  if (origin !== undefined) attributes['faultline.origin'] = origin
  span.setAttributes(attributes)
  if (isServerFault(type, status, sentStatus)) span.setStatus({ code: SpanStatusCode.ERROR })
  if (causes !== undefined) {
    const [first] = causes
    span.addEvent('exception', {
      'exception.type': first?.name,
      'exception.message': first?.message,
      'exception.stacktrace': formatCauses(causes).slice(0, MAX_STACKTRACE_LENGTH),
    })
  }
  if (sentStatus !== undefined && sentStatus >= 500) protectErrorType(span, sentStatus)
}

/** A response that started successfully was truncated. A disconnected client is not a fault of the server. */
function isServerFault(type: string, status: number, sentStatus: number | undefined): boolean {
  if (type === 'client_closed_request') return false
  return sentStatus === undefined ? status >= 500 : sentStatus >= 500 || sentStatus < 400
}
