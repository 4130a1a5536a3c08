import {
  defineEnvelope,
  errorClasses,
  formatPath,
  isJsonObject,
  readString,
  type Members,
} from '@faultline/core'
import { readProviderError } from '../providers/read-provider-error.ts'

/** Codes of statuses that only proxies and providers send. */
const codesByStatus: ReadonlyMap<number, string> = new Map([
  // Cloudflare: no response from the origin server, or none that it could use.
  [520, 'upstream_error'],
  [521, 'upstream_error'],
  [522, 'gateway_timeout'],
  [523, 'upstream_error'],
  [524, 'gateway_timeout'],
  [525, 'upstream_error'],
  [526, 'upstream_error'],
  // Anthropic, OpenRouter, Envoy.
  [529, 'overloaded'],
])

/**
 * The envelope of bodies that no documented envelope matches: HTML, an empty body, the JSON of frameworks and providers.
 * The code comes from a name of the taxonomy in the body, otherwise from the status. Without both it is
 * `upstream_error`.
 */
export const unknownBody = /* @__PURE__ */ defineEnvelope({
  id: 'other',
  codes: { internal_error: { status: 500 } },
  mapping: { default: 'internal_error' },
  renderBody: ({ message }) => ({ message }),
  parseBody(body, responseStatus) {
    const { names, status: bodyStatus, issues, requestId } = readProviderError(body)
    const status = responseStatus ?? bodyStatus
    return {
      code:
        names.find((name) => Object.hasOwn(errorClasses, name)) ??
        (status === undefined ? 'upstream_error' : codesByStatus.get(status)),
      status,
      message: findMessage(body),
      issues: issues?.map(({ message, path, code }) => {
        const field = formatPath(path)
        return {
          issue: message,
          ...(field === undefined ? {} : { field }),
          ...(code === undefined ? {} : { code }),
        }
      }),
      requestId,
    }
  },
})

/** Finds the message of a body, with the members of OAuth 2 and problem details. */
function findMessage(body: Members): string | undefined {
  const error = isJsonObject(body['error']) ? body['error'] : body
  return [
    readString(error, 'message'),
    readString(error, 'detail'),
    readString(body, 'error'),
    readString(body, 'error_description'),
    readString(error, 'title'),
  ].find((text) => text !== undefined && text !== '')
}
