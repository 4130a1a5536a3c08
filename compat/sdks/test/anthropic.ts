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
import * as expectedErrors from './expected-errors.ts'
import { readAll, type Sdk } from './sdk.ts'

/** Error classes by status. */
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

/** The response body, which the SDK's error contains. */
interface Body {
  readonly error: { readonly code?: string; readonly param?: string }
}

const readError = (error: unknown): object => {
  const { constructor: kind, status, type, errorCode, apiMessage, requestID } = error as APIError
  const { code = null, param = null } = (error as { error: Body }).error.error
  return { kind, status, type, code: errorCode ?? code, param, message: apiMessage, requestID }
}

const sdk: Omit<Sdk, 'envelope' | 'errors'> = {
  name: 'Anthropic messages',
  connect(url, fetch, maxRetries) {
    const { messages: api } = new Anthropic({ apiKey: 'sk-demo', baseURL: url, fetch, maxRetries })
    const params = { max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hello' }] }
    return {
      complete: (model) => api.create({ model, ...params }),
      readers: {
        'an iteration': async (model) => readAll(await api.create({ model, ...params, stream: true })),
        'a final message': (model) => api.stream({ model, ...params }).finalMessage(),
      },
    }
  },
  readError,
  expectedError: ({ status, type, code, param, message }, requestID) => ({
    kind: classes[status] ?? (status < 500 ? APIError : InternalServerError),
    status,
    type,
    code,
    param,
    message,
    requestID,
  }),
  readStreamError: readError,
  // The response had already started with status 200.
  expectedStreamError: ({ type, code, param, message }, requestID) => ({
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

export const anthropicSdks: readonly Sdk[] = [
  { ...sdk, envelope: 'anthropic', errors: expectedErrors.anthropic },
  { ...sdk, envelope: 'universal', stream: 'anthropic', errors: expectedErrors.universal },
]
