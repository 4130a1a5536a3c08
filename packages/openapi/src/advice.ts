import type { ApiErrorClass, ErrorCode } from '@faultline/core'

/** What an error means, and what its receiver can do. */
export interface Advice {
  readonly means: string
  readonly todo: string
}

const FIX = 'Change the request; the same one fails again.'
const KEY = 'Send a key that is valid, in the header that the API takes it in.'
const WAIT = 'Wait, for as long as Retry-After says where it is there, and try again with growing pauses.'
export const REPORT =
  'Report it with the request id: the cause is on the server’s side, and another try seldom helps.'
export const AGAIN = 'Try again with growing pauses, if the request may be made twice.'
const FIELD = 'Correct the field that is named.'

/** By code, for the taxonomy. A kind that is not here is told of by the one above it. */
const advice: Readonly<Record<ErrorCode, Advice>> = {
  invalid_request: { means: 'The request can’t be understood or served as it is.', todo: FIX },
  malformed_body: { means: 'The body is not what its Content-Type says.', todo: 'Send a body that parses.' },
  unsupported_model: {
    means: 'There is no such model, or not for this.',
    todo: 'Name one of the available models.',
  },
  unsupported_interface: {
    means: 'The model can’t be used through this API.',
    todo: 'Use another API or model.',
  },
  invalid_app: {
    means: 'The app that is named can’t be used.',
    todo: 'Set the app up again, or name another.',
  },
  invalid_content_media: {
    means: 'An attached file or image can’t be read.',
    todo: 'Send it in a supported format.',
  },
  unavailable_content_media: {
    means: 'A file or image that the request refers to can’t be fetched.',
    todo: 'Make the address reachable, or attach the content.',
  },
  unsafe_content: { means: 'A content policy denies the request.', todo: 'Change the content.' },
  prompt_violation: { means: 'The prompt breaks a content policy.', todo: 'Change the prompt.' },
  request_timeout: {
    means: 'The request did not arrive in time.',
    todo: 'Send it again, faster; nothing was done.',
  },
  precondition_failed: {
    means: 'A condition in the headers does not hold.',
    todo: 'Fetch the resource again, and decide anew.',
  },
  payload_too_large: { means: 'The body is larger than the server takes.', todo: 'Send less.' },
  file_too_large: { means: 'The uploaded file is too large.', todo: 'Send a smaller file.' },
  uri_too_long: { means: 'The path or query is too long.', todo: 'Shorten it, or send a body.' },
  unsupported_media_type: {
    means: 'The Content-Type, its charset or the Content-Encoding is not one that the server reads.',
    todo: 'Send what the route takes, JSON for most.',
  },
  invalid_file_format: { means: 'The file’s format is not taken here.', todo: 'Convert the file.' },
  expectation_failed: {
    means: 'The Expect header asks for what the server can’t do.',
    todo: 'Leave it out.',
  },
  headers_too_large: {
    means: 'The headers are larger than the server takes.',
    todo: 'Send fewer or shorter ones.',
  },
  not_acceptable: { means: 'The server has no answer of a type that Accept names.', todo: 'Accept JSON.' },
  conflict: {
    means: 'The request collides with what is there.',
    todo: 'Fetch what is there, and decide anew.',
  },
  validation_failed: {
    means: 'Fields of the request break the rules.',
    todo: 'Correct every field that is named.',
  },
  missing_required_field: {
    means: 'A field that must be there is not.',
    todo: 'Add the field that is named.',
  },
  invalid_field_value: { means: 'A field has a value that it can’t have.', todo: FIELD },
  prompt_too_long: { means: 'The prompt is longer than the model takes.', todo: 'Shorten the messages.' },
  invalid_temperature: { means: 'The temperature is out of range.', todo: FIELD },
  invalid_max_tokens: { means: 'The limit of tokens is no whole number of at least 1.', todo: FIELD },
  invalid_image_size: { means: 'Images are not made in this size.', todo: FIELD },
  invalid_image_quality: { means: 'Images are not made in this quality.', todo: FIELD },
  unauthenticated: { means: 'It is not known who asks.', todo: KEY },
  missing_api_key: { means: 'The request came without a key.', todo: KEY },
  invalid_api_key: { means: 'The key is unknown, or is not written as one.', todo: KEY },
  expired_api_key: { means: 'The key’s time is over.', todo: 'Make a new key.' },
  revoked_api_key: { means: 'The key was taken back.', todo: 'Make a new key.' },
  payment_required: { means: 'The account has to pay first.', todo: 'Settle the account.' },
  permission_denied: { means: 'The key may not do this.', todo: 'Ask for the right, or use another key.' },
  account_suspended: { means: 'The account is suspended.', todo: 'Write to the service.' },
  not_found: { means: 'What is asked for is not there.', todo: 'Check the path and the id.' },
  resource_not_found: { means: 'There is no resource of this id.', todo: 'Check the id.' },
  endpoint_not_found: { means: 'No route is at this path.', todo: 'Check the path.' },
  model_not_found: { means: 'There is no model of this name.', todo: 'Name one of the available models.' },
  app_not_found: { means: 'There is no app of this name.', todo: 'Check the name.' },
  gone: { means: 'It was there, and is not any more.', todo: 'Stop asking for it.' },
  method_not_allowed: { means: 'The path does not take this method.', todo: 'Use one that Allow names.' },
  rate_limit_exceeded: { means: 'The key asks too often.', todo: WAIT },
  concurrent_limit_exceeded: {
    means: 'The key has too many requests under way.',
    todo: 'Let one end first.',
  },
  quota_exceeded: {
    means: 'The key has used up what it may.',
    todo: 'Raise the quota, or wait for the next period; trying again does not help.',
  },
  internal_error: { means: 'The server failed, for a reason that it keeps to itself.', todo: REPORT },
  processing_error: { means: 'The server failed while it worked on the request.', todo: REPORT },
  failed_request: {
    means: 'The service could not call its model, or not read its answer.',
    todo: REPORT,
  },
  unknown_workspace: { means: 'The workspace of the key could not be found.', todo: REPORT },
  not_implemented: { means: 'The server does not do this yet.', todo: 'Do without it.' },
  service_unavailable: { means: 'The service can’t answer for the moment.', todo: WAIT },
  overloaded: { means: 'The service has too much to do.', todo: WAIT },
  upstream_error: { means: 'A service behind this one failed.', todo: AGAIN },
  model_server_error: { means: 'The model’s server failed.', todo: AGAIN },
  model_unavailable: { means: 'The model can’t be reached.', todo: WAIT },
  model_overloaded: { means: 'The model has too much to do.', todo: WAIT },
  gateway_timeout: { means: 'A service behind this one took too long.', todo: AGAIN },
  model_timeout: { means: 'The model took too long.', todo: `${AGAIN} A shorter request may help.` },
  stream_error: {
    means: 'The answer broke off with an error of the model’s.',
    todo: `Throw away what came. ${AGAIN}`,
  },
  stream_terminated: {
    means: 'The answer broke off without a word.',
    todo: `Throw away what came. ${AGAIN}`,
  },
}

/**
 * What a kind of error means, and what its receiver can do: what the class itself says in `static means` and
 * `static todo`, else the taxonomy of its code, else either of the nearest class above it.
 *
 * @throws TypeError naming the class and the static, for one that is no text.
 */
export function adviceOf(type: ApiErrorClass): Advice {
  const own: Own = { means: undefined, todo: undefined }
  for (let each: unknown = type; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    for (const name of ['means', 'todo'] as const) own[name] ??= saidBy(each, name)
    const { means, todo } = own
    if (means !== undefined && todo !== undefined) return { means, todo }
    const { code } = each as { code?: string }
    if (code !== undefined && Object.hasOwn(advice, code)) return besides(advice[code as ErrorCode], own)
  }
  return besides(advice.internal_error, own)
}

/** What classes say themselves, so far. */
type Own = { -readonly [name in keyof Advice]: string | undefined }

/** What a class itself says; undefined where it says nothing. */
function saidBy(type: { readonly name: string }, name: keyof Advice): string | undefined {
  const said: unknown = Object.hasOwn(type, name)
    ? (type as { readonly [said in keyof Advice]?: unknown })[name]
    : undefined
  if (said === undefined) return undefined
  if (typeof said !== 'string' || said.trim() === '') {
    throw new TypeError(`class ${type.name}: static ${name} must be a text, not ${JSON.stringify(said)}`)
  }
  return said
}

function besides(known: Advice, { means = known.means, todo = known.todo }: Own): Advice {
  return means === known.means && todo === known.todo ? known : { means, todo }
}
