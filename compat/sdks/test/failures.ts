import taxonomy from '../../../spec/taxonomy.json' with { type: 'json' }

/** What a client is to be told of an error, in one envelope. */
export interface Failure {
  /** The error's own code, which is the name of its route. */
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

interface Kind extends Omit<Failure, 'type' | 'code'> {
  /** Itself and its ancestors. */
  readonly names: readonly string[]
}

/** What the errors route gives to a kind that requires it, and that asks for nothing else. */
const given = { model: 'gpt-9', field: 'field', issue: 'is invalid', retryAfter: 30 }

const kinds: readonly Kind[] = taxonomy.errors.map(({ code: name, status, retryable, message, params }) => {
  const { field, issues, retryAfter } = params as Readonly<Record<string, string | undefined>>
  const param = field === undefined && issues === undefined ? null : (quoted(field) ?? given.field)
  const told = message.replace('{model}', given.model).replace('{field}', String(param))
  return {
    name,
    names: lineOf(name),
    retryable,
    status,
    param,
    message: issues === undefined ? told : `${told}: ${param}: ${given.issue}`,
    retryAfter: retryAfter === undefined ? undefined : given.retryAfter,
  }
})

/** The names of all errors. */
export const names: readonly string[] = kinds.map(({ name }) => name)

/** OpenAI's status of what is wrong with a request is 400. */
const openaiStatus = ({ names: line, status }: Kind): number =>
  line.includes('validation_failed') ? 400 : status

/** OpenAI's codes, of the errors that have one. */
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

/** OpenAI gives them no code: the status says it all. */
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

export const openai: readonly Failure[] = kinds.map((kind) => {
  const code = codeless.has(kind.name) ? null : (openaiCodes[kind.name] ?? kind.name)
  const status = openaiStatus(kind)
  return { ...kind, status, code, type: openaiType(status, code) }
})

/** The codes of Azure's front. */
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

export const azure: readonly Failure[] = kinds.map((kind) => {
  const { name, param } = kind
  const status = openaiStatus(kind)
  const code = azureCodes[name] ?? (codeless.has(name) ? null : pascalCase(name))
  const isFiltered = code === 'content_filter'
  return {
    ...kind,
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

/** Anthropic's type says it all of them; what is finer is an `error_code`. */
const plain = new Set([
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

export const anthropic: readonly Failure[] = kinds.map((kind) => {
  const { name, param, message } = kind
  const status = anthropicStatuses[name] ?? openaiStatus(kind)
  return {
    ...kind,
    status,
    type: anthropicType(status),
    code: plain.has(name) ? null : name,
    // A message that does not name its field begins with it.
    message: param === null || message.includes(param) ? message : `${param}: ${message}`,
    param: null,
  }
})

/** Anthropic's types and OpenAI's codes, and a spent quota on a status that nothing retries. */
export const universal: readonly Failure[] = kinds.map((kind) => {
  const { name } = kind
  const status = name === 'quota_exceeded' ? 402 : openaiStatus(kind)
  const code = openaiCodes[name] ?? name
  return {
    ...kind,
    status,
    code,
    type: code === 'server_is_overloaded' ? 'overloaded_error' : anthropicType(status),
  }
})

/** The names of google.rpc.Code. */
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

/** The type is the name of the status, the code the reason, the param the field of a violation. */
export const google: readonly Failure[] = kinds.map((kind) => {
  const status = openaiStatus(kind)
  return {
    ...kind,
    status,
    type: googleTypes[status] ?? 'INVALID_ARGUMENT',
    code: kind.name.toUpperCase(),
  }
})

function lineOf(name: string): readonly string[] {
  const { parent } = taxonomy.errors.find(({ code }) => code === name)!
  return parent === null ? [name] : [name, ...lineOf(parent)]
}

function quoted(text: string | undefined): string | undefined {
  return /'(.+)'/.exec(text ?? '')?.[1]
}

function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
