import type { ApiErrorClass, ErrorCode } from '@faultline/core'

/** What an error means, and what its receiver can do. */
export interface ErrorDoc {
  readonly description: string
  readonly remedy: string
}

const FIX = 'Change the request; the same one fails again.'
const KEY = 'Send a key that is valid, in the header that the API takes it in.'
const WAIT = 'Wait, for as long as Retry-After says where it is there, and try again with growing pauses.'
export const REPORT =
  'Report it with the request id: the cause is on the server’s side, and another try seldom helps.'
export const AGAIN = 'Try again with growing pauses, if the request may be made twice.'
const FIELD = 'Correct the field that is named.'

/** By code, for the taxonomy. A kind that is not here is told of by the one above it. */
const advice: Readonly<Record<ErrorCode, ErrorDoc>> = {
  invalid_request: { description: 'The request can’t be understood or served as it is.', remedy: FIX },
  malformed_body: {
    description: 'The body is not what its Content-Type says.',
    remedy: 'Send a body that parses.',
  },
  unsupported_model: {
    description: 'There is no such model, or not for this.',
    remedy: 'Name one of the available models.',
  },
  unsupported_interface: {
    description: 'The model can’t be used through this API.',
    remedy: 'Use another API or model.',
  },
  invalid_app: {
    description: 'The app that is named can’t be used.',
    remedy: 'Set the app up again, or name another.',
  },
  invalid_content_media: {
    description: 'An attached file or image can’t be read.',
    remedy: 'Send it in a supported format.',
  },
  unavailable_content_media: {
    description: 'A file or image that the request refers to can’t be fetched.',
    remedy: 'Make the address reachable, or attach the content.',
  },
  unsafe_content: { description: 'A content policy denies the request.', remedy: 'Change the content.' },
  prompt_violation: { description: 'The prompt breaks a content policy.', remedy: 'Change the prompt.' },
  request_timeout: {
    description: 'The request did not arrive in time.',
    remedy: 'Send it again, faster; nothing was done.',
  },
  precondition_failed: {
    description: 'A condition in the headers does not hold.',
    remedy: 'Fetch the resource again, and decide anew.',
  },
  payload_too_large: { description: 'The body is larger than the server takes.', remedy: 'Send less.' },
  file_too_large: { description: 'The uploaded file is too large.', remedy: 'Send a smaller file.' },
  uri_too_long: { description: 'The path or query is too long.', remedy: 'Shorten it, or send a body.' },
  unsupported_media_type: {
    description: 'The Content-Type, its charset or the Content-Encoding is not one that the server reads.',
    remedy: 'Send what the route takes, JSON for most.',
  },
  invalid_file_format: { description: 'The file’s format is not taken here.', remedy: 'Convert the file.' },
  expectation_failed: {
    description: 'The Expect header asks for what the server can’t do.',
    remedy: 'Leave it out.',
  },
  headers_too_large: {
    description: 'The headers are larger than the server takes.',
    remedy: 'Send fewer or shorter ones.',
  },
  not_acceptable: {
    description: 'The server has no answer of a type that Accept names.',
    remedy: 'Accept JSON.',
  },
  conflict: {
    description: 'The request collides with what is there.',
    remedy: 'Fetch what is there, and decide anew.',
  },
  validation_failed: {
    description: 'Fields of the request break the rules.',
    remedy: 'Correct every field that is named.',
  },
  missing_required_field: {
    description: 'A field that must be there is not.',
    remedy: 'Add the field that is named.',
  },
  invalid_field_value: { description: 'A field has a value that it can’t have.', remedy: FIELD },
  prompt_too_long: {
    description: 'The prompt is longer than the model takes.',
    remedy: 'Shorten the messages.',
  },
  invalid_temperature: { description: 'The temperature is out of range.', remedy: FIELD },
  invalid_max_tokens: { description: 'The limit of tokens is no whole number of at least 1.', remedy: FIELD },
  invalid_image_size: { description: 'Images are not made in this size.', remedy: FIELD },
  invalid_image_quality: { description: 'Images are not made in this quality.', remedy: FIELD },
  unauthenticated: { description: 'It is not known who asks.', remedy: KEY },
  missing_api_key: { description: 'The request came without a key.', remedy: KEY },
  invalid_api_key: { description: 'The key is unknown, or is not written as one.', remedy: KEY },
  expired_api_key: { description: 'The key’s time is over.', remedy: 'Make a new key.' },
  revoked_api_key: { description: 'The key was taken back.', remedy: 'Make a new key.' },
  payment_required: { description: 'The account has to pay first.', remedy: 'Settle the account.' },
  permission_denied: {
    description: 'The key may not do this.',
    remedy: 'Ask for the right, or use another key.',
  },
  account_suspended: { description: 'The account is suspended.', remedy: 'Write to the service.' },
  not_found: { description: 'What is asked for is not there.', remedy: 'Check the path and the id.' },
  resource_not_found: { description: 'There is no resource of this id.', remedy: 'Check the id.' },
  endpoint_not_found: { description: 'No route is at this path.', remedy: 'Check the path.' },
  model_not_found: {
    description: 'There is no model of this name.',
    remedy: 'Name one of the available models.',
  },
  app_not_found: { description: 'There is no app of this name.', remedy: 'Check the name.' },
  gone: { description: 'It was there, and is not any more.', remedy: 'Stop asking for it.' },
  method_not_allowed: {
    description: 'The path does not take this method.',
    remedy: 'Use one that Allow names.',
  },
  rate_limit_exceeded: { description: 'The key asks too often.', remedy: WAIT },
  concurrent_limit_exceeded: {
    description: 'The key has too many requests under way.',
    remedy: 'Let one end first.',
  },
  quota_exceeded: {
    description: 'The key has used up what it may.',
    remedy: 'Raise the quota, or wait for the next period; trying again does not help.',
  },
  internal_error: { description: 'The server failed, for a reason that it keeps to itself.', remedy: REPORT },
  processing_error: { description: 'The server failed while it worked on the request.', remedy: REPORT },
  failed_request: {
    description: 'The service could not call its model, or not read its answer.',
    remedy: REPORT,
  },
  unknown_workspace: { description: 'The workspace of the key could not be found.', remedy: REPORT },
  not_implemented: { description: 'The server does not do this yet.', remedy: 'Do without it.' },
  service_unavailable: { description: 'The service can’t answer for the moment.', remedy: WAIT },
  overloaded: { description: 'The service has too much to do.', remedy: WAIT },
  upstream_error: { description: 'A service behind this one failed.', remedy: AGAIN },
  model_server_error: { description: 'The model’s server failed.', remedy: AGAIN },
  model_unavailable: { description: 'The model can’t be reached.', remedy: WAIT },
  model_overloaded: { description: 'The model has too much to do.', remedy: WAIT },
  gateway_timeout: { description: 'A service behind this one took too long.', remedy: AGAIN },
  model_timeout: { description: 'The model took too long.', remedy: `${AGAIN} A shorter request may help.` },
  stream_error: {
    description: 'The answer broke off with an error of the model’s.',
    remedy: `Throw away what came. ${AGAIN}`,
  },
  stream_terminated: {
    description: 'The answer broke off without a word.',
    remedy: `Throw away what came. ${AGAIN}`,
  },
}

/**
 * What a kind of error means, and what its receiver can do: what the class itself says in `static description` and
 * `static remedy`, else the taxonomy of its code, else either of the nearest class above it.
 *
 * @throws TypeError naming the class and the static, for one that is no text.
 */
export function getErrorDoc(type: ApiErrorClass): ErrorDoc {
  const own: Own = { description: undefined, remedy: undefined }
  for (let each: unknown = type; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    for (const name of ['description', 'remedy'] as const) own[name] ??= saidBy(each, name)
    const { description, remedy } = own
    if (description !== undefined && remedy !== undefined) return { description, remedy }
    const { code } = each as { code?: string }
    if (code !== undefined && Object.hasOwn(advice, code)) return besides(advice[code as ErrorCode], own)
  }
  return besides(advice.internal_error, own)
}

/** What classes say themselves, so far. */
type Own = { -readonly [name in keyof ErrorDoc]: string | undefined }

/** What a class itself says; undefined where it says nothing. */
function saidBy(type: { readonly name: string }, name: keyof ErrorDoc): string | undefined {
  const said: unknown = Object.hasOwn(type, name)
    ? (type as { readonly [said in keyof ErrorDoc]?: unknown })[name]
    : undefined
  if (said === undefined) return undefined
  if (typeof said !== 'string' || said.trim() === '') {
    throw new TypeError(`class ${type.name}: static ${name} must be a text, not ${JSON.stringify(said)}`)
  }
  return said
}

function besides(known: ErrorDoc, { description = known.description, remedy = known.remedy }: Own): ErrorDoc {
  return description === known.description && remedy === known.remedy ? known : { description, remedy }
}
