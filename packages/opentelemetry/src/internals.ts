// Every use of undocumented parts of OpenTelemetry. Each has a probe that reports to OpenTelemetry's own logger, `diag`.
import { context, createContextKey, diag, trace, type AttributeValue, type Span } from '@opentelemetry/api'

const reported = new Set<string>()

/** Reports a missing part once per process. */
function reportMissing(part: string, lost: string): void {
  if (reported.has(part)) return
  reported.add(part)
  diag.warn(`Faultline: ${part} does not exist or has changed in the installed version; ${lost}`)
}

/** The context key under which @opentelemetry/core keeps the span of the HTTP instrumentation. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

/** Returns the span of the current request: that of the HTTP instrumentation, or the active span without one. */
export function findRequestSpan(): Span | undefined {
  const metadata = context.active().getValue(RPC_METADATA)
  if (metadata === undefined) return trace.getActiveSpan()
  if (hasSpan(metadata)) return metadata.span
  const lost = 'errors are recorded on the active span instead of the span of the request'
  reportMissing('the RPC metadata of @opentelemetry/core', lost)
  return trace.getActiveSpan()
}

function hasSpan(metadata: unknown): metadata is { readonly span: Span } {
  if (!(metadata instanceof Object && 'span' in metadata)) return false
  const { span } = metadata
  return span instanceof Object && 'setAttributes' in span && 'isRecording' in span
}

/**
 * Keeps `error.type` when instrumentation-http overwrites it with the status at the end of the response. The status is
 * less specific, and is also in `http.response.status_code`.
 */
export function protectErrorType(span: Span, status: number): void {
  const setAttribute = span.setAttribute.bind(span)
  const isReplaced = Reflect.set(
    span,
    'setAttribute',
    function set(name: string, value: AttributeValue): Span {
      return name === 'error.type' && value === String(status) ? span : setAttribute(name, value)
    },
  )
  if (isReplaced) return
  const lost = 'instrumentation-http overwrites the attribute error.type of a 5xx with its status'
  reportMissing('the writable method setAttribute of a span', lost)
}
