import { anthropicTypes, getAnthropicType } from './anthropic.ts'
import { createEnvelope } from './define-envelope.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'
import {
  createOpenAIErrorSchema,
  openaiCodes,
  openaiMapping,
  openaiStrictFallback,
  parseOpenAIError,
  renderOpenAIError,
  sdkClientHints,
  type OpenAIError,
} from './openai-error.ts'
import { isResponsesStream, renderErrorEvent, renderResponsesEvents } from './openai-events.ts'
import { addSocketMembers, createRealtimeEvent, createResponsesMessage } from './openai-socket.ts'

interface Body {
  type: 'error'
  error: OpenAIError
  request_id: string | null
}

/**
 * `{ type: 'error', error: { type, message, param, code }, request_id }`: one body and one event for the SDKs of OpenAI
 * and Anthropic and for the AI SDK's providers of both, for servers that do not know which SDK sent a request. The type
 * is Anthropic's, the code is OpenAI's. An exceeded quota has status 402, which no SDK retries. No document defines
 * this body: strict mode sends only what the documents of OpenAI and Anthropic list.
 */
export const universal = /* @__PURE__ */ createEnvelope(() => ({
  id: 'universal',
  title: 'Errors that OpenAI’s and Anthropic’s clients read alike (type / error / request_id)',
  clientHints: { ...sdkClientHints, requestIdHeader: 'request-id' },
  codes: { ...openaiCodes, insufficient_quota: { status: 402, retryable: false } },
  mapping: openaiMapping,
  strictFallback: openaiStrictFallback,
  renderEvents: (body: Body, stream) =>
    isResponsesStream(stream) ? renderResponsesEvents(body, stream) : [renderErrorEvent(body, stream)],
  // Clients of the Realtime API read `event_id`, those of the Responses API `status` and `headers`.
  renderSocketMessage: (body, input) => createRealtimeEvent(createResponsesMessage(body, input), input),
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: (input): Body => ({
    type: 'error',
    error: renderOpenAIError(input, getType, ({ error }) => error.code),
    request_id: input.requestId === '' ? null : input.requestId,
  }),
  parseBody(body) {
    const { type, error, request_id: requestId } = body
    const { param, code } = objectOrEmpty(error)
    // A body without `param` and `code` is Anthropic's.
    if (type !== 'error' || param === undefined || code === undefined) return undefined
    const parsed = addSocketMembers(parseOpenAIError(error), body)
    return parsed && { ...parsed, requestId: stringOrUndefined(requestId) }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['type', 'error', 'request_id'],
    additionalProperties: false,
    properties: {
      type: { const: 'error' },
      error: createOpenAIErrorSchema(codes, anthropicTypes),
      request_id: { type: ['string', 'null'] },
    },
  }),
}))

function getType(code: string, status: number): string {
  return code === 'server_is_overloaded' ? 'overloaded_error' : getAnthropicType(status)
}
