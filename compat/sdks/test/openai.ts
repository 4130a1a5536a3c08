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
import * as expectedErrors from './expected-errors.ts'
import type { ExpectedError } from './expected-errors.ts'
import { readAll, type Client, type Sdk } from './sdk.ts'

/** Error classes by status. */
const classes: Readonly<Record<number, object>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  429: RateLimitError,
}

const errorFields = {
  readError(error: unknown): object {
    const { constructor: kind, status, type, code, param, message, requestID } = error as APIError
    return { kind, status, type, code, param, message, requestID }
  },
  expectedError: ({ status, type, code, param, message }: ExpectedError, requestID: string): object => ({
    kind: classes[status] ?? (status < 500 ? APIError : InternalServerError),
    status,
    type,
    code,
    param,
    message: `${status} ${message}`,
    requestID,
  }),
  readStreamError(error: unknown): object {
    return errorFields.readError(error)
  },
  // The response had already started with status 200.
  expectedStreamError: ({ type, code, param, message }: ExpectedError, requestID: string): object => ({
    kind: APIError,
    status: undefined,
    type,
    code,
    param,
    message,
    requestID,
  }),
  retries: 'retries exactly the retryable errors',
  wronglyRetried: [],
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
  (...options): Client => {
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
  {
    ...errorFields,
    name: 'openai chat',
    envelope: 'openai',
    errors: expectedErrors.openai,
    connect: chat(client),
  },
  {
    ...errorFields,
    name: 'openai responses',
    envelope: 'openai-responses',
    errors: expectedErrors.openai,
    connect: responses,
  },
  {
    ...errorFields,
    name: 'AzureOpenAI chat',
    envelope: 'azure-openai',
    errors: expectedErrors.azure,
    connect: chat(azureClient),
  },
  {
    ...errorFields,
    name: 'openai chat',
    envelope: 'universal',
    errors: expectedErrors.universal,
    connect: chat(client),
  },
  {
    ...errorFields,
    name: 'openai responses',
    envelope: 'universal',
    stream: 'openai-responses',
    errors: expectedErrors.universal,
    connect: responses,
  },
]
