import { defineEnvelope, errorClasses, formatPath, parseFastApiIssues, type WireIssue } from '@faultline/core'

type Members = { readonly [member: string]: unknown }

/** What statuses that only proxies and providers send are for a client. */
const proxies: Readonly<Record<number, string>> = {
  // Cloudflare: no answer, or none that it understood, from the server behind it.
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
 * What no envelope documents: HTML, nothing, the JSON of frameworks' own handlers. The status tells the kind, unless
 * the body has a code of the taxonomy; where neither does, somebody upstream failed.
 */
export const otherBodies = defineEnvelope({
  id: 'other',
  codes: { internal_error: { status: 500 } },
  mapping: { default: 'internal_error' },
  renderBody: ({ message }) => ({ message }),
  parseBody(body, given) {
    const inner = isObject(body['error']) ? body['error'] : body
    const { code, status, message, detail, title, type } = inner
    const told = given ?? [code, status, body['statusCode']].map(Number).find(isErrorStatus)
    const names = [code, type, body['error_type']].map((name) => String(name).toLowerCase())
    const texts = [message, detail, body['error'], body['error_description'], title]
    return {
      code:
        names.find((name) => Object.hasOwn(errorClasses, name)) ??
        (told === undefined ? 'upstream_error' : proxies[told]),
      status: told,
      message: texts.find((text): text is string => typeof text === 'string' && text !== ''),
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
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
