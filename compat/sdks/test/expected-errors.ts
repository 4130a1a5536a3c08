import taxonomy from '../../../spec/taxonomy.json' with { type: 'json' }

/** The fields of an error in one envelope, computed without the code under test. */
export interface ExpectedError {
  /** The canonical code. */
  readonly name: string
  readonly retryable: boolean
  readonly status: number
  readonly type: string | null
  readonly code: string | null
  readonly param: string | null
  readonly message: string
  /** In seconds. */
  readonly retryAfter: number | undefined
}

interface TaxonomyError extends Omit<ExpectedError, 'type' | 'code'> {
  /** Codes of the error and its ancestors. */
  readonly codes: readonly string[]
}

/** Defaults of the route `/errors/:code`. */
const defaults = { model: 'gpt-9', field: 'field', issue: 'is invalid', retryAfter: 30 }

const taxonomyErrors: readonly TaxonomyError[] = taxonomy.errors.map(
  ({ code: name, status, retryable, message, params }) => {
    const { field, issues, retryAfter } = params as Readonly<Record<string, string | undefined>>
    const param = field === undefined && issues === undefined ? null : (findQuoted(field) ?? defaults.field)
    const text = message.replace('{model}', defaults.model).replace('{field}', String(param))
    return {
      name,
      codes: listCodes(name),
      retryable,
      status,
      param,
      message: issues === undefined ? text : `${text}: ${param}: ${defaults.issue}`,
      retryAfter: retryAfter === undefined ? undefined : defaults.retryAfter,
    }
  },
)

/** The codes of all errors. */
export const codes: readonly string[] = taxonomyErrors.map(({ name }) => name)

/** OpenAI sends validation errors with status 400. */
const openaiStatus = ({ codes: ancestors, status }: TaxonomyError): number =>
  ancestors.includes('validation_failed') ? 400 : status

/** OpenAI's codes, if they differ from the canonical ones. */
const openaiCodes: Readonly<Record<string, string>> = {
  unsafe_content: 'content_policy_violation',
  prompt_violation: 'content_policy_violation',
  missing_required_field: 'missing_required_parameter',
  invalid_field_value: 'invalid_value',
  prompt_too_long: 'context_length_exceeded',
  invalid_temperature: 'invalid_value',
  invalid_max_tokens: 'invalid_value',
  invalid_image_size: 'invalid_value',
  invalid_image_quality: 'invalid_value',
  expired_api_key: 'invalid_api_key',
  revoked_api_key: 'invalid_api_key',
  quota_exceeded: 'insufficient_quota',
  internal_error: 'server_error',
  overloaded: 'server_is_overloaded',
  model_overloaded: 'server_is_overloaded',
}

/** Errors without a code at OpenAI, identified by the status alone. */
const codeless = new Set([
  'invalid_request',
  'conflict',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'service_unavailable',
])

function openaiType(status: number, code: string | null): string {
  if (status === 402 || code === 'insufficient_quota') return 'insufficient_quota'
  if (status === 429) return 'rate_limit_error'
  if (status === 503) return 'service_unavailable_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

export const openai: readonly ExpectedError[] = taxonomyErrors.map((error) => {
  const code = codeless.has(error.name) ? null : (openaiCodes[error.name] ?? error.name)
  const status = openaiStatus(error)
  return { ...error, status, code, type: openaiType(status, code) }
})

/** Azure's codes. */
const azureCodes: Readonly<Record<string, string>> = {
  ...openaiCodes,
  unsafe_content: 'content_filter',
  prompt_violation: 'content_filter',
  unauthenticated: '401',
  missing_api_key: '401',
  invalid_api_key: '401',
  expired_api_key: '401',
  revoked_api_key: '401',
  not_found: '404',
  resource_not_found: '404',
  endpoint_not_found: '404',
  model_not_found: 'DeploymentNotFound',
  rate_limit_exceeded: '429',
  concurrent_limit_exceeded: '429',
}

export const azure: readonly ExpectedError[] = taxonomyErrors.map((error) => {
  const { name, param } = error
  const status = openaiStatus(error)
  const code = azureCodes[name] ?? (codeless.has(name) ? null : pascalCase(name))
  const isFiltered = code === 'content_filter'
  return {
    ...error,
    status,
    code,
    type: isFiltered ? null : openaiType(status, code),
    param: isFiltered ? 'prompt' : param,
  }
})

const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const anthropicType = (status: number): string =>
  anthropicTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')

/** Errors that Anthropic's type identifies. Others have an `error_code`. */
const typeOnly = new Set([
  'invalid_request',
  'request_timeout',
  'conflict',
  'payload_too_large',
  'unauthenticated',
  'payment_required',
  'permission_denied',
  'not_found',
  'rate_limit_exceeded',
  'internal_error',
  'gateway_timeout',
])

const anthropicStatuses: Readonly<Record<string, number>> = {
  quota_exceeded: 402,
  overloaded: 529,
  model_overloaded: 529,
}

export const anthropic: readonly ExpectedError[] = taxonomyErrors.map((error) => {
  const { name, param, message } = error
  const status = anthropicStatuses[name] ?? openaiStatus(error)
  return {
    ...error,
    status,
    type: anthropicType(status),
    code: typeOnly.has(name) ? null : name,
    // Faultline puts the field before a message that does not contain it.
    message: param === null || message.includes(param) ? message : `${param}: ${message}`,
    param: null,
  }
})

/** Anthropic's types and OpenAI's codes. An exceeded quota has a status that no SDK retries. */
export const universal: readonly ExpectedError[] = taxonomyErrors.map((error) => {
  const { name } = error
  const status = name === 'quota_exceeded' ? 402 : openaiStatus(error)
  const code = openaiCodes[name] ?? name
  return {
    ...error,
    status,
    code,
    type: code === 'server_is_overloaded' ? 'overloaded_error' : anthropicType(status),
  }
})

/** The codes of google.rpc.Code. */
const googleTypes: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** The type is the status name, the code is the reason, and the param is the field of a violation. */
export const google: readonly ExpectedError[] = taxonomyErrors.map((error) => {
  const status = openaiStatus(error)
  return {
    ...error,
    status,
    type: googleTypes[status] ?? 'INVALID_ARGUMENT',
    code: error.name.toUpperCase(),
  }
})

function listCodes(name: string): readonly string[] {
  const { parent } = taxonomy.errors.find(({ code }) => code === name)!
  return parent === null ? [name] : [name, ...listCodes(parent)]
}

function findQuoted(text: string | undefined): string | undefined {
  return /'(.+)'/.exec(text ?? '')?.[1]
}

function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
