import { defineEnvelope } from './define-envelope.ts'
import { anthropicType, anthropicTypes } from './anthropic.ts'
import {
  flatAndNested,
  openaiCodes,
  openaiError,
  openaiErrorSchema,
  openaiNearest,
  openaiTable,
  readOpenAIError,
  sdkClients,
  type OpenAIError,
} from './openai-error.ts'

interface Body {
  type: 'error'
  error: OpenAIError
  request_id: string | null
}

/**
 * `{ type: 'error', error: { type, message, param, code }, request_id }`: the one body, and the one event,
 * that the SDKs of OpenAI and Anthropic and the AI SDK's providers for both read, for a server that cannot
 * tell who asks. The type is Anthropic's, the code OpenAI's. A spent quota is a 402, which no SDK retries. No
 * document lists anything: strict mode keeps to what those two list.
 */
export const universal = defineEnvelope({
  id: 'universal',
  title: 'Errors that OpenAI’s and Anthropic’s clients read alike (type / error / request_id)',
  clientHints: { ...sdkClients, requestIdHeader: 'request-id' },
  codes: { ...openaiCodes, insufficient_quota: { status: 402, retryable: false } },
  mapping: openaiTable,
  strictFallback: openaiNearest,
  eventData: flatAndNested,
  renderBody: (facts): Body => ({
    type: 'error',
    error: openaiError(facts, typeOf, ({ error }) => error.code),
    request_id: facts.requestId === '' ? null : facts.requestId,
  }),
  parseBody(body) {
    const { type, error, request_id: requestId } = body as unknown as Body
    // Without `param` and `code` it is Anthropic's own.
    if (type !== 'error' || error.param === undefined || error.code === undefined) return undefined
    const reading = readOpenAIError(error)
    return reading && { ...reading, requestId: typeof requestId === 'string' ? requestId : undefined }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['type', 'error', 'request_id'],
    additionalProperties: false,
    properties: {
      type: { const: 'error' },
      error: openaiErrorSchema(codes, anthropicTypes),
      request_id: { type: ['string', 'null'] },
    },
  }),
})

function typeOf(code: string, status: number): string {
  return code === 'server_is_overloaded' ? 'overloaded_error' : anthropicType(status)
}
