import { respondWith, type Behavior } from './server.ts'
import type { clients } from './clients.ts'

/** The expected error. A missing property is undefined. */
export interface Expected {
  readonly code: string
  readonly retryable: boolean
  readonly retryAfter?: number
  readonly requestId?: string
}

/** A failure of an upstream, the clients that receive it and the expected errors. */
export interface Row {
  readonly name: string
  readonly via: readonly (keyof typeof clients)[]
  readonly behavior: Behavior
  readonly service: Expected
  /** The error with the caller's credentials. @default as with the service's */
  readonly caller?: Expected
}

export const openai = [
  'openai 7',
  'openai 6',
  'openai 4',
  'ai 7',
  'ai 6',
  'axios',
  'got',
  'ky',
  'undici',
  'fetch',
] as const
export const anthropic = ['@anthropic-ai/sdk 1', '@anthropic-ai/sdk 0', 'fetch'] as const
export const google = ['@google/genai', 'fetch', 'axios'] as const
export const mistral = ['@mistralai/mistralai', 'fetch'] as const
export const cohere = ['cohere-ai', 'fetch'] as const
export const bedrock = ['@aws-sdk/client-bedrock-runtime'] as const
export const groq = ['groq-sdk', 'fetch'] as const
export const openrouter = ['@openrouter/sdk', 'fetch'] as const

export const openaiError = (
  status: number,
  type: string | null,
  code: string | null,
  message: string,
  param: string | null = null,
) => respondWith(status, { error: { message, type, param, code } }, { 'x-request-id': 'req_up1' })
export const anthropicError = (status: number, type: string, message: string, details?: object) =>
  respondWith(
    status,
    {
      type: 'error',
      error: { type, message, ...(details === undefined ? {} : { details }) },
      request_id: 'req_body',
    },
    { 'request-id': 'req_011CS' },
  )
export const googleError = (code: number, status: string, message: string, details: readonly object[] = []) =>
  respondWith(code, { error: { code, message, status, details } })
export const detail = (type: string, more: object) => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...more,
})
export const awsError = (status: number, type: string, message: string) =>
  respondWith(
    status,
    { message },
    { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/`, 'x-amzn-requestid': 'aws-1' },
  )

export const failed: Expected = { code: 'failed_request', retryable: false }
/** Creates the expected error. */
export const error = (code: string, retryable = false, more: Partial<Expected> = {}): Expected => ({
  code,
  retryable,
  ...more,
})

export const id = { requestId: 'req_up1' }
export const anthropicId = { requestId: 'req_011CS' }
export const awsId = { requestId: 'aws-1' }
