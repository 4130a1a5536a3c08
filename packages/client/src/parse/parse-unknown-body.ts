import {
  defineEnvelope,
  errorClasses,
  formatPath,
  isJsonObject,
  parseFastApiIssues,
  type WireIssue,
} from '@faultline/core'

/** Codes of statuses that only proxies and providers send. */
const proxyStatuses: Readonly<Record<number, string>> = {
  // Cloudflare: the origin server did not respond, or its response was not valid.
  520: 'upstream_error',
  521: 'upstream_error',
  522: 'gateway_timeout',
  523: 'upstream_error',
  524: 'gateway_timeout',
  525: 'upstream_error',
  526: 'upstream_error',
  // Anthropic, OpenRouter, Envoy.
  529: 'overloaded',
}

/**
 * Parser of bodies without a documented envelope: HTML, an empty body, the JSON of frameworks' default handlers. A code
 * of the taxonomy in the body determines the error, otherwise the status, otherwise it is an upstream error.
 */
export const unknownBody = defineEnvelope({
  id: 'other',
  codes: { internal_error: { status: 500 } },
  mapping: { default: 'internal_error' },
  renderBody: ({ message }) => ({ message }),
  parseBody(body, responseStatus) {
    const inner = isJsonObject(body['error']) ? body['error'] : body
    const { code, status: statusMember, message, detail, title, type } = inner
    const status = responseStatus ?? [code, statusMember, body['statusCode']].map(Number).find(isErrorStatus)
    const names = [code, type, body['error_type']].map((name) => String(name).toLowerCase())
    const messages = [message, detail, body['error'], body['error_description'], title]
    return {
      code:
        names.find((name) => Object.hasOwn(errorClasses, name)) ??
        (status === undefined ? 'upstream_error' : proxyStatuses[status]),
      status,
      message: messages.find((text): text is string => typeof text === 'string' && text !== ''),
      issues: Array.isArray(body['detail']) ? toWireIssues(body['detail']) : undefined,
      requestId: typeof body['request_id'] === 'string' ? body['request_id'] : undefined,
    }
  },
})

/** Converts FastAPI's list of validation errors. */
function toWireIssues(detail: unknown): WireIssue[] {
  return parseFastApiIssues(detail).map(({ message, path, code }) => {
    const field = formatPath(path)
    return {
      issue: message,
      ...(field === undefined ? {} : { field }),
      ...(code === undefined ? {} : { code }),
    }
  })
}

export function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599
}
