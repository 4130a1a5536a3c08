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
import * as expectedErrors from './expected-errors.ts'
import type { ExpectedError } from './expected-errors.ts'
import { readAll, type Sdk } from './sdk.ts'

/** Returns whether the AI SDK retries an error. It only uses the status. */
const isRetried = ({ status }: ExpectedError): boolean => [408, 409, 429].includes(status) || status >= 500

/** Non-retryable errors with a status that the AI SDK retries. */
const WRONGLY_RETRIED = [
  'conflict',
  'internal_error',
  'processing_error',
  'failed_request',
  'unknown_workspace',
  'not_implemented',
]

/** The parsed body. The schema of a provider may remove members. */
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
  readonly createModel: (url: string, fetch: typeof globalThis.fetch) => (model: string) => LanguageModel
  /** Returns the status that the provider infers for an error event, which has no status. */
  readonly inferStatus: (error: ExpectedError) => number | undefined
  /** Whether the provider does not retry an exceeded quota. */
  readonly knowsQuota: boolean
  /** Whether the provider's schema keeps OpenAI's members. */
  readonly keepsCode: boolean
}

/** The provider infers the status from three exact messages. The taxonomy has one of them. */
const compatible: Provider = {
  name: 'AI SDK openai-compatible',
  createModel: (url, fetch) =>
    createOpenAICompatible({ name: 'app', apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch }),
  inferStatus: ({ message }) => (message === 'Internal server error' ? 500 : undefined),
  knowsQuota: false,
  keepsCode: true,
}

const openai = (url: string, fetch: typeof globalThis.fetch) =>
  createOpenAI({ apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch })

/** The provider infers the status from words in code and type, in this order. */
function openaiStatus({ code, type }: ExpectedError): number {
  const text = `${code ?? ''} ${type ?? ''}`
  const [, status] = statusByWord.find(([word]) => word.test(text)) ?? []
  return status ?? 500
}

const statusByWord: readonly (readonly [word: RegExp, status: number])[] = [
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
  createModel: (url, fetch) => (model) => openai(url, fetch).chat(model),
  inferStatus: openaiStatus,
  knowsQuota: true,
  keepsCode: true,
}

const responses: Provider = {
  ...chat,
  name: 'AI SDK openai responses',
  createModel: (url, fetch) => (model) => openai(url, fetch).responses(model),
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
  createModel: (url, fetch) => createAnthropic({ apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch }),
  inferStatus: ({ type }) => anthropicStatuses[String(type)],
  knowsQuota: false,
  keepsCode: false,
}

const SILENT = { onError: () => {} }

function createSdk(
  provider: Provider,
  envelope: string,
  errors: readonly ExpectedError[],
  stream?: string,
): Sdk {
  return {
    name: provider.name,
    envelope,
    stream,
    errors,
    connect(url, fetch, maxRetries) {
      const createModel = provider.createModel(url, fetch)
      const createOptions = (model: string) => ({ model: createModel(model), prompt: 'Hello', maxRetries })
      return {
        complete: (model) => generateText(createOptions(model)),
        readers: {
          async 'the full stream'(model) {
            const parts = await readAll(streamText({ ...createOptions(model), ...SILENT }).fullStream)
            const errorPart = parts.find((part) => part.type === 'error')
            if (errorPart !== undefined) throw errorPart.error
          },
        },
      }
    },
    readError(thrown) {
      // After the last attempt the SDK wraps the error.
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
    expectedError: (error, requestId) => ({
      status: error.status,
      type: error.type,
      code: provider.keepsCode || envelope === 'anthropic' ? error.code : null,
      param: provider.keepsCode ? error.param : null,
      message: error.message,
      isRetryable: isRetried(error),
      requestId,
    }),
    readStreamError(error) {
      if (!StreamProviderError.isInstance(error)) return { error }
      const { statusCode: status, type, code, message, isRetryable } = error
      return { status, type, code, message, isRetryable }
    },
    expectedStreamError(error) {
      const { type, code, message } = error
      const status = provider.inferStatus(error)
      const isQuotaExceeded = provider.knowsQuota && [type, code].includes('insufficient_quota')
      return {
        status,
        type,
        // The event of `universal` also has the code at its top level.
        code: (provider.keepsCode || envelope === 'universal' ? code : null) ?? undefined,
        message,
        isRetryable: status !== undefined && isRetried({ ...error, status }) && !isQuotaExceeded,
      }
    },
    retries:
      'retries by status alone and ignores x-should-retry, so also non-retryable server errors and conflicts',
    // OpenAI sends an exceeded quota with status 429, the others with 402.
    wronglyRetried: errors.some(({ name, status }) => name === 'quota_exceeded' && status === 429)
      ? [...WRONGLY_RETRIED, 'quota_exceeded']
      : WRONGLY_RETRIED,
  }
}

export const aiSdks: readonly Sdk[] = [
  createSdk(compatible, 'openai', expectedErrors.openai),
  createSdk(chat, 'openai', expectedErrors.openai),
  createSdk(responses, 'openai-responses', expectedErrors.openai),
  createSdk(anthropic, 'anthropic', expectedErrors.anthropic),
  createSdk(compatible, 'universal', expectedErrors.universal),
  createSdk(chat, 'universal', expectedErrors.universal),
  createSdk(responses, 'universal', expectedErrors.universal, 'openai-responses'),
  createSdk(anthropic, 'universal', expectedErrors.universal, 'anthropic'),
]
