import { ApiError, GoogleGenAI } from '@google/genai'
import * as expectedErrors from './expected-errors.ts'
import { readAll, type Sdk } from './sdk.ts'

/** The response body, which the SDK only has as JSON text in the message. */
interface Body {
  readonly error: {
    readonly code: number
    readonly message: string
    readonly status: string
    readonly details: readonly Detail[]
  }
}

interface Detail {
  readonly reason?: string
  readonly retryDelay?: string
  readonly requestId?: string
  readonly fieldViolations?: readonly { readonly field: string }[]
}

const readError = (error: unknown): object => {
  const { constructor: kind, status, message } = error as ApiError
  const { error: body } = JSON.parse(message.replace(/^got status: \w+\. /, '')) as Body
  const details: Detail = Object.assign({}, ...body.details) as Detail
  return {
    kind,
    status,
    number: body.code,
    type: body.status,
    code: details.reason,
    message: body.message,
    param: details.fieldViolations?.[0]?.field ?? null,
    retryDelay: details.retryDelay,
    requestId: details.requestId,
  }
}

const expectedError: Sdk['expectedError'] = (
  { status, type, code, message, param, retryAfter },
  requestId,
) => ({
  kind: ApiError,
  status,
  number: status,
  type,
  code,
  message,
  param,
  retryDelay: retryAfter === undefined ? undefined : `${retryAfter}s`,
  requestId,
})

export const googleSdk: Sdk = {
  name: 'Google genai',
  envelope: 'google',
  errors: expectedErrors.google,
  connect(url, fetch, maxRetries) {
    const { models: api } = new GoogleGenAI({
      apiKey: 'unused',
      httpOptions: {
        baseUrl: url,
        fetch,
        headers: { authorization: 'Bearer sk-demo' },
        // The SDK ignores retry-after-ms.
        ...(maxRetries > 0
          ? { retryOptions: { attempts: maxRetries + 1, initialDelay: 0.001, maxDelay: 0.001 } }
          : {}),
      },
    })
    const contents = 'Hello'
    return {
      complete: (model) => api.generateContent({ model, contents }),
      readers: {
        'an iteration': async (model) => readAll(await api.generateContentStream({ model, contents })),
      },
    }
  },
  readError,
  expectedError,
  readStreamError: readError,
  expectedStreamError: expectedError,
  retries: 'retries by status, if retryOptions are set, and so also non-retryable server errors',
  wronglyRetried: [
    'quota_exceeded',
    'internal_error',
    'processing_error',
    'failed_request',
    'unknown_workspace',
  ],
}
