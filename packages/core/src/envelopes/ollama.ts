import { createStatusDefinition } from './codeless-envelope.ts'
import { createEnvelope } from './define-envelope.ts'

const { codes, mapping, toWireCode } = /* @__PURE__ */ createStatusDefinition()

/**
 * `{ error: message }`, as Ollama's API sends it: as the body of an error response, and as the last line of a stream of
 * newline-delimited JSON. The status determines the code. An exceeded quota has the status 402: nothing but the status
 * distinguishes it from a rate limit, which is retryable.
 *
 * @see https://docs.ollama.com/api/errors
 */
export const ollama = /* @__PURE__ */ createEnvelope(() => ({
  id: 'ollama',
  title: 'Ollama API errors (error: a string)',
  codes,
  mapping: { ...mapping, quota_exceeded: 'payment_required' },
  toWireCode,
  renderEvents: (body: { error: string }) => [{ data: body }],
  // The body has one member.
  detailsPlace: null,
  isDeterministic: true,
  renderBody: ({ description }) => ({ error: description }),
  parseBody({ error: message, ...others }, status) {
    // Frameworks send a status text as `error`, beside other members. The option `development` adds one.
    const isOther = Object.keys(others).some((name) => name !== 'development')
    if (typeof message !== 'string' || isOther) return undefined
    // A line of a stream has neither a code nor a status.
    return status === undefined ? { message, code: 'stream_error' } : { message }
  },
  schema: () => ({
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: { error: { type: 'string' } },
  }),
}))
