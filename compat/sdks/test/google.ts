import { ApiError, GoogleGenAI } from '@google/genai'
import * as failures from './failures.ts'
import { readAll, type Sdk } from './sdk.ts'

/** What an SDK's `message` is the text of: its only place for all but the status. */
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

const told = (error: unknown): object => {
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

const expected: Sdk['expected'] = ({ status, type, code, message, param, retryAfter }, requestId) => ({
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
  failures: failures.google,
  connect(url, fetch, retries) {
    const { models: api } = new GoogleGenAI({
      apiKey: 'unused',
      httpOptions: {
        baseUrl: url,
        fetch,
        headers: { authorization: 'Bearer sk-demo' },
        // It waits by its own clock alone.
        ...(retries > 0
          ? { retryOptions: { attempts: retries + 1, initialDelay: 0.001, maxDelay: 0.001 } }
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
  told,
  expected,
  toldMidStream: told,
  expectedMidStream: expected,
  retries: 'asks again, once it has retryOptions, by the status alone: for what breaks at our end, too',
  stubborn: ['quota_exceeded', 'internal_error', 'processing_error', 'failed_request', 'unknown_workspace'],
}
