import OpenAI, {
  APIError,
  AuthenticationError,
  AzureOpenAI,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai'
import * as failures from './failures.ts'
import type { Failure } from './failures.ts'
import { readAll, type Connected, type Sdk } from './sdk.ts'

/** The class of a status; the SDK has no other. */
const classes: Readonly<Record<number, object>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  429: RateLimitError,
}

const raised = {
  told(error: unknown): object {
    const { constructor: kind, status, type, code, param, message, requestID } = error as APIError
    return { kind, status, type, code, param, message, requestID }
  },
  expected: ({ status, type, code, param, message }: Failure, requestID: string): object => ({
    kind: classes[status] ?? (status < 500 ? APIError : InternalServerError),
    status,
    type,
    code,
    param,
    message: `${status} ${message}`,
    requestID,
  }),
  toldMidStream(error: unknown): object {
    return raised.told(error)
  },
  // The status was 200 by then.
  expectedMidStream: ({ type, code, param, message }: Failure, requestID: string): object => ({
    kind: APIError,
    status: undefined,
    type,
    code,
    param,
    message,
    requestID,
  }),
  retries: 'asks again exactly where an error is retryable',
  stubborn: [],
}

type Connect = Sdk['connect']

const client: (...options: Parameters<Connect>) => OpenAI = (url, fetch, maxRetries) =>
  new OpenAI({ apiKey: 'sk-demo', baseURL: `${url}/v1`, fetch, maxRetries })

const azureClient: typeof client = (url, fetch, maxRetries) =>
  new AzureOpenAI({
    azureADTokenProvider: () => Promise.resolve('sk-demo'),
    apiVersion: '2024-10-21',
    baseURL: `${url}/openai`,
    fetch,
    maxRetries,
  })

const chat =
  (connect: typeof client): Connect =>
  (...options): Connected => {
    const { chat: api } = connect(...options)
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    return {
      complete: (model) => api.completions.create({ model, messages }),
      readers: {
        async 'an iteration'(model) {
          return readAll(await api.completions.create({ model, messages, stream: true }))
        },
        'a final completion': (model) =>
          api.completions.stream({ model, messages, stream: true }).finalChatCompletion(),
      },
    }
  }

const responses: Connect = (...options) => {
  const { responses: api } = client(...options)
  return {
    complete: (model) => api.create({ model, input: 'Hello' }),
    readers: {
      async 'an iteration'(model) {
        return readAll(await api.create({ model, input: 'Hello', stream: true }))
      },
      'a final response': (model) => api.stream({ model, input: 'Hello' }).finalResponse(),
    },
  }
}

export const openaiSdks: readonly Sdk[] = [
  { ...raised, name: 'openai chat', envelope: 'openai', failures: failures.openai, connect: chat(client) },
  {
    ...raised,
    name: 'openai responses',
    envelope: 'openai-responses',
    failures: failures.openai,
    connect: responses,
  },
  {
    ...raised,
    name: 'AzureOpenAI chat',
    envelope: 'azure-openai',
    failures: failures.azure,
    connect: chat(azureClient),
  },
  {
    ...raised,
    name: 'openai chat',
    envelope: 'universal',
    failures: failures.universal,
    connect: chat(client),
  },
  {
    ...raised,
    name: 'openai responses',
    envelope: 'universal',
    stream: 'openai-responses',
    failures: failures.universal,
    connect: responses,
  },
]
