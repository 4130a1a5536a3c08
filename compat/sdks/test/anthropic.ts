import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ContentTooLargeError,
  GatewayTimeoutError,
  InternalServerError,
  NotFoundError,
  NotImplementedError,
  OverloadedError,
  PaymentRequiredError,
  PermissionDeniedError,
  PreconditionFailedError,
  RateLimitError,
  RequestHeaderFieldsTooLargeError,
  RequestTimeoutError,
  ServiceUnavailableError,
} from '@anthropic-ai/sdk'
import * as failures from './failures.ts'
import { readAll, type Sdk } from './sdk.ts'

/** The class of a status; the SDK has no other. */
const classes: Readonly<Record<number, object>> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: PaymentRequiredError,
  403: PermissionDeniedError,
  404: NotFoundError,
  408: RequestTimeoutError,
  409: ConflictError,
  412: PreconditionFailedError,
  413: ContentTooLargeError,
  429: RateLimitError,
  431: RequestHeaderFieldsTooLargeError,
  501: NotImplementedError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
  529: OverloadedError,
}

/** The whole body, which the SDK keeps. */
interface Body {
  readonly error: { readonly code?: string; readonly param?: string }
}

const told = (error: unknown): object => {
  const { constructor: kind, status, type, errorCode, apiMessage, requestID } = error as APIError
  const { code = null, param = null } = (error as { error: Body }).error.error
  return { kind, status, type, code: errorCode ?? code, param, message: apiMessage, requestID }
}

const sdk: Omit<Sdk, 'envelope' | 'failures'> = {
  name: 'Anthropic messages',
  connect(url, fetch, maxRetries) {
    const { messages: api } = new Anthropic({ apiKey: 'sk-demo', baseURL: url, fetch, maxRetries })
    const asking = { max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hello' }] }
    return {
      complete: (model) => api.create({ model, ...asking }),
      readers: {
        'an iteration': async (model) => readAll(await api.create({ model, ...asking, stream: true })),
        'a final message': (model) => api.stream({ model, ...asking }).finalMessage(),
      },
    }
  },
  told,
  expected: ({ status, type, code, param, message }, requestID) => ({
    kind: classes[status] ?? (status < 500 ? APIError : InternalServerError),
    status,
    type,
    code,
    param,
    message,
    requestID,
  }),
  toldMidStream: told,
  // The status was 200 by then.
  expectedMidStream: ({ type, code, param, message }, requestID) => ({
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

export const anthropicSdks: readonly Sdk[] = [
  { ...sdk, envelope: 'anthropic', failures: failures.anthropic },
  { ...sdk, envelope: 'universal', stream: 'anthropic', failures: failures.universal },
]
