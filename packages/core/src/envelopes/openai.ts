import { defineEnvelope } from './define-envelope.ts'
import type { EnvelopeDefinition } from './envelope.ts'
import {
  flatAndNested,
  openaiCodes,
  openaiError,
  openaiErrorSchema,
  openaiNearest,
  openaiTable,
  openaiTypes,
  readOpenAIError,
  sdkClients,
} from './openai-error.ts'

const definition: EnvelopeDefinition<keyof typeof openaiCodes> = {
  id: 'openai',
  title: 'OpenAI API errors (error: message / type / param / code)',
  clientHints: sdkClients,
  codes: openaiCodes,
  mapping: openaiTable,
  strictFallback: openaiNearest,
  // Chat completions have no named events: their clients look for an `error` in the data.
  eventName: null,
  renderBody: (facts) => ({ error: openaiError(facts) }),
  parseBody(body) {
    const { error = body } = body
    const isEvent = 'sequence_number' in body
    if (!isEvent && ('type' in body || error === body)) return undefined
    const { type, code } = Object(error) as { type?: unknown; code?: unknown }
    return type === undefined || code === undefined ? undefined : readOpenAIError(error)
  },
  schema: (codes) => ({
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: { error: openaiErrorSchema(codes, openaiTypes) },
  }),
}

/**
 * `{ error: { message, type, param, code } }`, and the same as unnamed data in a stream of chat completions.
 * OpenAI publishes no closed list of codes: strict mode sends those that its guide names, on the statuses
 * that it names, and null for all others.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export const openai = defineEnvelope(definition)

/**
 * The same for streams of the Responses API, whose events are named: `event: error`, its members flat and
 * nested.
 */
export const openaiResponses = defineEnvelope({
  ...definition,
  id: 'openai-responses',
  title: 'OpenAI Responses API errors (error: message / type / param / code)',
  eventName: 'error',
  eventData: flatAndNested,
})
