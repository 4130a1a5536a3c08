import type { ApiErrorClass, ErrorCode } from '@faultline/core'

/** Human-readable documentation of an error class. */
export interface ErrorDoc {
  /** The meaning of the error. */
  readonly description: string
  /** The action that the receiver can take. */
  readonly remedy: string
}

const FIX_REQUEST = 'Fix the request; sending it again unchanged fails again.'
const SEND_KEY = 'Send a valid API key in the expected header.'
const WAIT = 'Retry with exponential backoff; honor Retry-After if present.'
const REPORT = 'Report it with the request id; the cause is on the server, and a retry rarely helps.'
const RETRY = 'Retry with exponential backoff if the request is safe to repeat.'
const CORRECT_FIELD = 'Correct the named field.'

/** Documentation of the taxonomy, by code. A class that is not listed inherits from its nearest listed ancestor. */
const errorDocs: Readonly<Record<ErrorCode, ErrorDoc>> = {
  invalid_request: { description: 'The request is invalid.', remedy: FIX_REQUEST },
  malformed_body: {
    description: 'The body does not match its Content-Type.',
    remedy: 'Send a body that parses.',
  },
  unsupported_model: {
    description: 'The model does not exist or does not support this operation.',
    remedy: 'Use one of the available models.',
  },
  unsupported_interface: {
    description: 'The model cannot be used through this API.',
    remedy: 'Use another API or model.',
  },
  invalid_app: {
    description: 'The referenced app cannot be used.',
    remedy: 'Check the configuration of the app, or use another app.',
  },
  invalid_content_media: {
    description: 'An attached file or image cannot be read.',
    remedy: 'Send it in a supported format.',
  },
  unavailable_content_media: {
    description: 'A file or image that the request refers to cannot be fetched.',
    remedy: 'Make the URL reachable, or attach the content.',
  },
  unsafe_content: { description: 'The request violates a content policy.', remedy: 'Change the content.' },
  prompt_violation: { description: 'The prompt violates a content policy.', remedy: 'Change the prompt.' },
  request_timeout: {
    description: 'The request did not arrive in time.',
    remedy: 'Send it again; the request was not processed.',
  },
  precondition_failed: {
    description: 'A precondition in the request headers failed.',
    remedy: 'Fetch the current version and retry.',
  },
  payload_too_large: {
    description: 'The request body exceeds the limit.',
    remedy: 'Send a smaller body.',
  },
  file_too_large: { description: 'The uploaded file is too large.', remedy: 'Send a smaller file.' },
  uri_too_long: {
    description: 'The path or query is too long.',
    remedy: 'Shorten the URL, or use a request body.',
  },
  unsupported_media_type: {
    description: 'The Content-Type, its charset or the Content-Encoding is not supported.',
    remedy: 'Send a supported Content-Type, usually application/json.',
  },
  invalid_file_format: { description: 'The file format is not supported.', remedy: 'Convert the file.' },
  expectation_failed: {
    description: 'The server cannot meet the Expect header.',
    remedy: 'Remove the Expect header.',
  },
  headers_too_large: {
    description: 'The request headers exceed the limit.',
    remedy: 'Send fewer or shorter headers.',
  },
  not_acceptable: {
    description: 'The server cannot produce a type listed in Accept.',
    remedy: 'Accept application/json.',
  },
  conflict: {
    description: 'The request conflicts with the current state of the resource.',
    remedy: 'Fetch the current state and retry.',
  },
  validation_failed: {
    description: 'One or more fields are invalid.',
    remedy: 'Correct every named field.',
  },
  missing_required_field: {
    description: 'A required field is missing.',
    remedy: 'Add the named field.',
  },
  invalid_field_value: { description: 'A field has an invalid value.', remedy: CORRECT_FIELD },
  prompt_too_long: {
    description: 'The prompt is longer than the model supports.',
    remedy: 'Shorten the messages.',
  },
  invalid_temperature: { description: 'The temperature is out of range.', remedy: CORRECT_FIELD },
  invalid_max_tokens: { description: '`max_tokens` must be a positive integer.', remedy: CORRECT_FIELD },
  invalid_image_size: { description: 'This image size is not supported.', remedy: CORRECT_FIELD },
  invalid_image_quality: { description: 'This image quality is not supported.', remedy: CORRECT_FIELD },
  unauthenticated: { description: 'The request is not authenticated.', remedy: SEND_KEY },
  missing_api_key: { description: 'The API key is missing.', remedy: SEND_KEY },
  invalid_api_key: { description: 'The API key is unknown or malformed.', remedy: SEND_KEY },
  expired_api_key: { description: 'The API key has expired.', remedy: 'Create a new key.' },
  revoked_api_key: { description: 'The API key was revoked.', remedy: 'Create a new key.' },
  payment_required: { description: 'Payment is required.', remedy: 'Pay the outstanding balance.' },
  permission_denied: {
    description: 'The API key lacks permission for this operation.',
    remedy: 'Request the permission or use another key.',
  },
  account_suspended: { description: 'The account is suspended.', remedy: 'Contact support.' },
  not_found: {
    description: 'The requested resource does not exist.',
    remedy: 'Check the path and the id.',
  },
  resource_not_found: { description: 'No resource has this id.', remedy: 'Check the id.' },
  endpoint_not_found: { description: 'No route matches this path.', remedy: 'Check the path.' },
  model_not_found: {
    description: 'No model has this name.',
    remedy: 'Use one of the available models.',
  },
  app_not_found: { description: 'No app has this name.', remedy: 'Check the name.' },
  gone: { description: 'The resource was removed permanently.', remedy: 'Do not request it again.' },
  method_not_allowed: {
    description: 'This path does not support the method.',
    remedy: 'Use a method listed in Allow.',
  },
  rate_limit_exceeded: { description: 'The rate limit of the API key is exceeded.', remedy: WAIT },
  concurrent_limit_exceeded: {
    description: 'Too many concurrent requests for this API key.',
    remedy: 'Wait until another request completes.',
  },
  quota_exceeded: {
    description: 'The quota of the API key is exhausted.',
    remedy: 'Raise the quota, or wait for the next period; a retry does not help.',
  },
  internal_error: { description: 'The server failed unexpectedly.', remedy: REPORT },
  processing_error: { description: 'The server failed while processing the request.', remedy: REPORT },
  failed_request: {
    description: 'The service could not call its model or parse the response.',
    remedy: REPORT,
  },
  unknown_workspace: { description: 'The workspace of the API key was not found.', remedy: REPORT },
  not_implemented: { description: 'This operation is not implemented.', remedy: 'Use another operation.' },
  service_unavailable: { description: 'The service is temporarily unavailable.', remedy: WAIT },
  overloaded: { description: 'The service is overloaded.', remedy: WAIT },
  upstream_error: { description: 'An upstream service failed.', remedy: RETRY },
  model_server_error: { description: 'The model server failed.', remedy: RETRY },
  model_unavailable: { description: 'The model is unavailable.', remedy: WAIT },
  model_overloaded: { description: 'The model is overloaded.', remedy: WAIT },
  gateway_timeout: { description: 'An upstream service timed out.', remedy: RETRY },
  model_timeout: { description: 'The model timed out.', remedy: `${RETRY} A shorter request may help.` },
  stream_error: {
    description: 'The stream was interrupted by a model error.',
    remedy: `Discard the partial response. ${RETRY}`,
  },
  stream_terminated: {
    description: 'The stream ended without a final event.',
    remedy: `Discard the partial response. ${RETRY}`,
  },
}

/**
 * Returns the documentation of an error class. `static description` and `static remedy` of the class take precedence,
 * then the taxonomy's documentation of its code, then the nearest ancestor that has either.
 *
 * @throws TypeError if a static is not a non-empty string.
 */
export function getErrorDoc(type: ApiErrorClass): ErrorDoc {
  let description: string | undefined
  let remedy: string | undefined
  for (let current: unknown = type; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
    description ??= ownText(current, 'description')
    remedy ??= ownText(current, 'remedy')
    if (description !== undefined && remedy !== undefined) return { description, remedy }
    const code: unknown = Reflect.get(current, 'code')
    if (isDocumented(code)) return mergeDocs(errorDocs[code], description, remedy)
  }
  return mergeDocs(errorDocs.internal_error, description, remedy)
}

/** Returns a generic remedy, for a code that the document of an API lists with another `retryable` than its class. */
export function getDefaultRemedy(retryable: boolean): string {
  return retryable ? RETRY : REPORT
}

function isDocumented(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorDocs, code)
}

/** Returns a static of the class itself, without its ancestors. */
function ownText(type: Function, name: keyof ErrorDoc): string | undefined {
  const value: unknown = Object.hasOwn(type, name) ? Reflect.get(type, name) : undefined
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      `class ${type.name}: static ${name} must be a non-empty string, not ${JSON.stringify(value)}`,
    )
  }
  return value
}

function mergeDocs(doc: ErrorDoc, description = doc.description, remedy = doc.remedy): ErrorDoc {
  return description === doc.description && remedy === doc.remedy ? doc : { description, remedy }
}
