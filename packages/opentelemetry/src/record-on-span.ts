import { formatCauses, serializeError, type ApiError, type ApiRequest } from '@faultline/core'
import {
  context,
  createContextKey,
  SpanStatusCode,
  trace,
  type Attributes,
  type AttributeValue,
  type Span,
} from '@opentelemetry/api'

/** Where HTTP instrumentations keep the span of a request, whatever is opened below it: the key of @opentelemetry/core. */
const RPC = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

/** The most characters of a chain of causes: backends cut or refuse what is longer. */
const LONGEST_CHAIN = 16_384

/** The span of the request that is being served: that of its HTTP instrumentation, else the active one. */
export function spanOfRequest(): Span | undefined {
  const rpc = context.active().getValue(RPC) as { readonly span?: Span } | undefined
  return rpc?.span ?? trace.getActiveSpan()
}

/** Records a failure on a span, by the semantic conventions for HTTP server spans and for exceptions. */
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
  // An answer that had begun well is one that broke off. That a client leaves is no fault of the server's.
  const isFault = sentStatus === undefined ? status >= 500 : sentStatus >= 500 || sentStatus < 400
  if (isFault && type !== 'client_closed_request') span.setStatus({ code: SpanStatusCode.ERROR })
  if (causes !== undefined) {
    const [first] = causes
    const exception: Attributes = {
      'exception.type': first?.name,
      'exception.message': first?.message,
      'exception.stacktrace': formatCauses(causes).slice(0, LONGEST_CHAIN),
    }
    span.addEvent('exception', exception)
  }
  keepErrorType(span, sentStatus)
}

/**
 * Keeps `error.type` from being overwritten with the bare status, as instrumentation-http does when the answer has ended:
 * that says less, and stands in `http.response.status_code` already.
 */
function keepErrorType(span: Span, answered: number | undefined): void {
  if (answered === undefined || answered < 500) return
  const setAttribute = span.setAttribute.bind(span)
  span.setAttribute = function set(name: string, value: AttributeValue): Span {
    return name === 'error.type' && value === String(answered) ? span : setAttribute(name, value)
  }
}
