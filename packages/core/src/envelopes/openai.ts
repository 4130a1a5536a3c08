import { createEnvelope } from './define-envelope.ts'
import type { EnvelopeDefinition } from './envelope.ts'
import { objectOrEmpty } from './json-values.ts'
import {
  createOpenAIErrorSchema,
  openaiCodes,
  openaiMapping,
  openaiStrictFallback,
  openaiTypes,
  parseOpenAIError,
  renderOpenAIError,
  sdkClientHints,
  type OpenAIError,
} from './openai-error.ts'
import { isResponsesStream, renderResponsesEvents } from './openai-events.ts'
import {
  addSocketMembers,
  createRealtimeEvent,
  createResponsesMessage,
  isSocketMessage,
} from './openai-socket.ts'

const definition: EnvelopeDefinition<keyof typeof openaiCodes, { error: OpenAIError }> = {
  id: 'openai',
  title: 'OpenAI API errors (error: message / type / param / code)',
  clientHints: sdkClientHints,
  codes: openaiCodes,
  mapping: openaiMapping,
  strictFallback: openaiStrictFallback,
  // Events of chat completions have no names. Clients check the data for `error`.
  renderEvents: (body, stream) =>
    isResponsesStream(stream) ? renderResponsesEvents(body, stream) : [{ data: body }],
  renderSocketMessage: createRealtimeEvent,
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: (input) => ({ error: renderOpenAIError(input) }),
  parseBody(body) {
    const { error = body } = body
    // Only events of the Responses API have `type` or flat members.
    const isResponsesEvent = 'sequence_number' in body
    if (isSocketMessage(body)) return addSocketMembers(parseOpenAIError(body['error']), body)
    if (!isResponsesEvent && ('type' in body || error === body)) return undefined
    const { type, code } = objectOrEmpty(error)
    return type === undefined || code === undefined ? undefined : parseOpenAIError(error)
  },
  schema: (codes) => ({
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: { error: createOpenAIErrorSchema(codes, openaiTypes) },
  }),
}

/**
 * `{ error: { message, type, param, code } }`, also as unnamed data in a stream of chat completions. OpenAI publishes
 * no closed list of codes: strict mode sends the codes and statuses of its guide, otherwise null.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export const openai = /* @__PURE__ */ createEnvelope(() => definition)

/**
 * The same body. A stream ends with the events of the Responses API: `error`, with flat and nested members, and
 * `response.failed`.
 */
export const openaiResponses = /* @__PURE__ */ createEnvelope(() => ({
  ...definition,
  id: 'openai-responses',
  title: 'OpenAI Responses API errors (error: message / type / param / code)',
  renderEvents: renderResponsesEvents,
  renderSocketMessage: createResponsesMessage,
}))
