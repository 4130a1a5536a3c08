import type { ApiError } from '../errors/api-error.ts'
import { UpstreamError } from '../errors/index.ts'
import { isHttpClientCode } from './network-errors.ts'
import { hasOwnProperties, readProperty, readString } from './safe-read.ts'

const has = (thrown: object, key: PropertyKey): boolean => readProperty(thrown, key) !== undefined

/** Signatures of the errors of HTTP clients and provider SDKs. */
const signatures: readonly ((thrown: object) => boolean)[] = [
  // axios
  (thrown) => readProperty(thrown, 'isAxiosError') === true,
  // undici, got
  (thrown) => isHttpClientCode(readString(thrown, 'code') ?? ''),
  // got, ky
  (thrown) => has(thrown, 'response') && (has(thrown, 'request') || has(thrown, 'options')),
  // openai, @anthropic-ai/sdk, groq-sdk. The last sets `error` to undefined for a body that is not JSON.
  (thrown) =>
    has(thrown, 'status') &&
    has(thrown, 'headers') &&
    (has(thrown, 'requestID') || has(thrown, 'request_id') || hasOwnProperties(thrown, 'error')),
  // @google/genai, whose message is a JSON object
  (thrown) =>
    readString(thrown, 'name') === 'ApiError' &&
    has(thrown, 'status') &&
    readString(thrown, 'message', 1) === '{',
  // the AI SDK
  (thrown) => readProperty(thrown, Symbol.for('vercel.ai.error')) === true,
  // @mistralai/mistralai, cohere-ai, @openrouter/sdk
  (thrown) => has(thrown, 'rawResponse'),
  // the AWS SDK
  (thrown) => typeof readProperty(thrown, '$metadata') === 'object',
  // Stripe
  (thrown) => /^Stripe\w+Error$/.test(readString(thrown, 'type') ?? ''),
  // gRPC
  (thrown) =>
    typeof readProperty(thrown, 'code') === 'number' &&
    typeof readProperty(thrown, 'details') === 'string' &&
    has(thrown, 'metadata'),
  // fetch
  (thrown) => readString(thrown, 'message') === 'fetch failed' && has(thrown, 'cause'),
]

/**
 * Recognizes errors of HTTP clients and provider SDKs. Their status is the upstream's response to this service and must
 * not become the response to the caller. Their message can contain this service's key and is not sent.
 */
export function fromHttpClient(thrown: object): ApiError | undefined {
  return signatures.some((matches) => matches(thrown))
    ? new UpstreamError({ cause: thrown, captureStack: false })
    : undefined
}
