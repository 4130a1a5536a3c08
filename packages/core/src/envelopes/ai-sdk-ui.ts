import { createStatusDefinition } from './codeless-envelope.ts'
import { createEnvelope } from './define-envelope.ts'

const { codes, mapping, toWireCode } = /* @__PURE__ */ createStatusDefinition()

/**
 * Errors of a UI message stream of the AI SDK, as `useChat` reads them. `useChat` displays the body of a failed response
 * as it is, so the body is the message as plain text, and the status determines the code. A stream ends with an event of
 * type `error`, whose `errorText` `useChat` displays, and with `[DONE]`. An exceeded quota has the status 402: nothing but
 * the status distinguishes it from a rate limit, which is retryable.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export const aiSdkUi = /* @__PURE__ */ createEnvelope(() => ({
  id: 'ai-sdk-ui',
  title: 'AI SDK UI message streams, as useChat reads them (plain text; events with errorText)',
  codes,
  mapping: { ...mapping, quota_exceeded: 'payment_required' },
  toWireCode,
  renderEvents: (text: string) => [{ data: { type: 'error', errorText: text } }, { data: '[DONE]' }],
  // Plain text has no place for them, and `useChat` displays all of it.
  detailsPlace: null,
  isDeterministic: true,
  // `useChat` replaces an empty message by one about the network.
  renderBody: ({ description }) => (description.trim() === '' ? 'The request failed' : description),
  parseText: (text) => (isPage(text) ? undefined : { message: text }),
  parseBody({ type, errorText: message }, status) {
    if (type !== 'error' || typeof message !== 'string') return undefined
    // An event has neither a code nor a status.
    return status === undefined ? { message, code: 'stream_error' } : { message }
  },
  schema: () => ({ type: 'string' }),
}))

/** Returns whether a body is empty or a page of HTML, which no server sends as a message. */
function isPage(text: string): boolean {
  return /^\s*(?:$|<!doctype|<html)/i.test(text)
}
