import type { ApiError } from '../errors/api-error.ts'
import { UpstreamError } from '../errors/index.ts'
import { read, readText } from './safe-read.ts'

const has = (thrown: object, key: PropertyKey): boolean => read(thrown, key) !== undefined

/** Marks of HTTP clients' and providers' SDKs' errors. */
const marks: readonly ((thrown: object) => boolean)[] = [
  // axios
  (thrown) => read(thrown, 'isAxiosError') === true,
  // undici, got
  (thrown) => /^UND_ERR_|^ERR_NON_2XX_3XX_RESPONSE$/.test(readText(thrown, 'code') ?? ''),
  // got, ky
  (thrown) => has(thrown, 'response') && (has(thrown, 'request') || has(thrown, 'options')),
  // openai, @anthropic-ai/sdk, groq-sdk
  (thrown) =>
    has(thrown, 'status') &&
    has(thrown, 'headers') &&
    (has(thrown, 'requestID') || has(thrown, 'request_id') || has(thrown, 'error')),
  // the AI SDK
  (thrown) => read(thrown, Symbol.for('vercel.ai.error')) === true,
  // @mistralai/mistralai, cohere-ai, @openrouter/sdk
  (thrown) => has(thrown, 'rawResponse'),
  // the AWS SDK
  (thrown) => typeof read(thrown, '$metadata') === 'object',
  // Stripe
  (thrown) => /^Stripe\w+Error$/.test(readText(thrown, 'type') ?? ''),
  // gRPC
  (thrown) =>
    typeof read(thrown, 'code') === 'number' &&
    typeof read(thrown, 'details') === 'string' &&
    has(thrown, 'metadata'),
  // fetch
  (thrown) => readText(thrown, 'message') === 'fetch failed' && has(thrown, 'cause'),
]

/**
 * Recognizes what an HTTP client or a provider's SDK threw. Whatever status it carries is the upstream's answer to
 * this service, none to the caller, and its text may hold the service's key: nothing of it is passed on.
 */
export function fromHttpClient(thrown: object): ApiError | undefined {
  return marks.some((mark) => mark(thrown))
    ? new UpstreamError({ cause: thrown, captureStack: false })
    : undefined
}
