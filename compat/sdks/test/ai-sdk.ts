import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import {
  APICallError,
  generateText,
  RetryError,
  StreamProviderError,
  streamText,
  type LanguageModel,
} from 'ai'
import * as failures from './failures.ts'
import type { Failure } from './failures.ts'
import { readAll, type Sdk } from './sdk.ts'

/** What the AI SDK asks again on, whatever else it is told. */
const isRetried = ({ status }: Failure): boolean => [408, 409, 429].includes(status) || status >= 500

/** What no retry mends, and is on such a status all the same. */
const STUBBORN = [
  'conflict',
  'internal_error',
  'processing_error',
  'failed_request',
  'unknown_workspace',
  'not_implemented',
]

/** What a provider's schema leaves of a body. */
interface Data {
  readonly error: {
    readonly type?: string | null
    readonly code?: string | null
    readonly param?: string | null
    readonly details?: { readonly error_code?: string }
  }
}

interface Provider {
  readonly name: string
  readonly modelOf: (url: string, fetch: typeof globalThis.fetch) => (model: string) => LanguageModel
  /** The status that the provider makes out in an event, which has none. */
  readonly statusOf: (failure: Failure) => number | undefined
  /** Whether it knows that a spent quota is not to be asked again. */
  readonly knowsQuota: boolean
  /** Whether its schema keeps OpenAI's members. */
  readonly keepsCode: boolean
}

/** Of a status that no code tells, three messages are known, word for word; the catalog has one of them. */
const compatible: Provider = {
  name: 'AI SDK openai-compatible',
  modelOf: (url, fetch) =>
    createOpenAICompatible({ name: 'app', apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch }),
  statusOf: ({ message }) => (message === 'Internal server error' ? 500 : undefined),
  knowsQuota: false,
  keepsCode: true,
}

const openai = (url: string, fetch: typeof globalThis.fetch) =>
  createOpenAI({ apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch })

/** Guesses by words in code and type, in this order. */
function openaiStatus({ code, type }: Failure): number {
  const words = `${code ?? ''} ${type ?? ''}`
  const [, status] = guesses.find(([word]) => word.test(words)) ?? []
  return status ?? 500
}

const guesses: readonly (readonly [word: RegExp, status: number])[] = [
  [/insufficient_quota|rate_limit/, 429],
  [/authentication/, 401],
  [/permission/, 403],
  [/not_found/, 404],
  [/invalid|bad_request|context_length/, 400],
  [/overload/, 503],
  [/timeout/, 504],
]

const chat: Provider = {
  name: 'AI SDK openai chat',
  modelOf: (url, fetch) => (model) => openai(url, fetch).chat(model),
  statusOf: openaiStatus,
  knowsQuota: true,
  keepsCode: true,
}

const responses: Provider = {
  ...chat,
  name: 'AI SDK openai responses',
  modelOf: (url, fetch) => (model) => openai(url, fetch).responses(model),
}

const anthropicStatuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  billing_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
}

const anthropic: Provider = {
  name: 'AI SDK anthropic',
  modelOf: (url, fetch) => createAnthropic({ apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch }),
  statusOf: ({ type }) => anthropicStatuses[String(type)],
  knowsQuota: false,
  keepsCode: false,
}

const SILENT = { onError: () => {} }

function sdkOf(provider: Provider, envelope: string, told: readonly Failure[], stream?: string): Sdk {
  return {
    name: provider.name,
    envelope,
    stream,
    failures: told,
    connect(url, fetch, maxRetries) {
      const modelOf = provider.modelOf(url, fetch)
      const asking = (model: string) => ({ model: modelOf(model), prompt: 'Hello', maxRetries })
      return {
        complete: (model) => generateText(asking(model)),
        readers: {
          async 'the full stream'(model) {
            const parts = await readAll(streamText({ ...asking(model), ...SILENT }).fullStream)
            const failed = parts.find(({ type }) => type === 'error')
            if (failed !== undefined) throw (failed as { error: unknown }).error
          },
        },
      }
    },
    told(thrown) {
      // A last attempt that failed is told of inside.
      const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
      if (!APICallError.isInstance(error)) return { error }
      const { statusCode, message, isRetryable, responseHeaders, data } = error
      const { type, code, param, details } = (data as Data).error
      return {
        status: statusCode,
        type,
        code: code ?? details?.error_code ?? null,
        param: param ?? null,
        message,
        isRetryable,
        requestId: responseHeaders?.['x-request-id'],
      }
    },
    expected: (failure, requestId) => ({
      status: failure.status,
      type: failure.type,
      code: provider.keepsCode || envelope === 'anthropic' ? failure.code : null,
      param: provider.keepsCode ? failure.param : null,
      message: failure.message,
      isRetryable: isRetried(failure),
      requestId,
    }),
    toldMidStream(error) {
      if (!StreamProviderError.isInstance(error)) return { error }
      const { statusCode: status, type, code, message, isRetryable } = error
      return { status, type, code, message, isRetryable }
    },
    expectedMidStream(failure) {
      const { type, code, message } = failure
      const status = provider.statusOf(failure)
      const isSpent = provider.knowsQuota && [type, code].includes('insufficient_quota')
      return {
        status,
        type,
        // The event of `universal` has it at its top, too.
        code: (provider.keepsCode || envelope === 'universal' ? code : null) ?? undefined,
        message,
        isRetryable: status !== undefined && isRetried({ ...failure, status }) && !isSpent,
      }
    },
    retries:
      'asks again by the status alone, deaf to x-should-retry: for what breaks at our end and for conflicts, too',
    // A spent quota is a 429 of OpenAI's, and a 402 of all others.
    stubborn: told.some(({ name, status }) => name === 'quota_exceeded' && status === 429)
      ? [...STUBBORN, 'quota_exceeded']
      : STUBBORN,
  }
}

export const aiSdks: readonly Sdk[] = [
  sdkOf(compatible, 'openai', failures.openai),
  sdkOf(chat, 'openai', failures.openai),
  sdkOf(responses, 'openai-responses', failures.openai),
  sdkOf(anthropic, 'anthropic', failures.anthropic),
  sdkOf(compatible, 'universal', failures.universal),
  sdkOf(chat, 'universal', failures.universal),
  sdkOf(responses, 'universal', failures.universal, 'openai-responses'),
  sdkOf(anthropic, 'universal', failures.universal, 'anthropic'),
]
