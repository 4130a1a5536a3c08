import { defineEnvelope, errorClasses, formatPath, isJsonObject, type WireIssue } from '@faultline/core'

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
      issues: Array.isArray(body['detail']) ? body['detail'].flatMap(parseFastApiIssue) : undefined,
      requestId: typeof body['request_id'] === 'string' ? body['request_id'] : undefined,
    }
  },
})

/** Parses an item of FastAPI's `detail`: `{ msg, loc, type }`. */
function parseFastApiIssue(item: unknown): WireIssue[] {
  if (!isJsonObject(item)) return []
  const { msg: issue, loc, type: code } = item
  if (typeof issue !== 'string') return []
  // The first part is the place in the request: body, query or path.
  const field = Array.isArray(loc) ? formatPath(loc.slice(1).filter(isPathPart)) : undefined
  return [{ issue, ...(field === undefined ? {} : { field }), ...(typeof code === 'string' ? { code } : {}) }]
}

function isPathPart(part: unknown): part is string | number {
  return typeof part === 'string' || typeof part === 'number'
}

export function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599
}
