import {
  isErrorStatus,
  isJsonObject,
  UpstreamError,
  type ApiError,
  type Envelope,
  type Members,
  type WireResponse,
} from '@faultline/core'
import {
  a15t,
  aiApi,
  anthropic,
  azureOpenai,
  compactifai,
  compresr,
  google,
  humanloop,
  jsonApi,
  openai,
  problemDetails,
  universal,
} from '@faultline/core/envelopes'
import { setRetryPolicy } from '../retry/retry-policy.ts'
import { getMediaType } from './media-type.ts'
import { unknownBody } from './parse-unknown-body.ts'

/** An envelope and the test that distinguishes its bodies from others that its `parse` accepts too. */
interface Candidate {
  readonly envelope: Envelope
  readonly matches: (body: Members, error: Members, status: number | undefined) => boolean
}

/**
 * All envelopes, in the order of the tests. Some envelopes can produce the same body (`openai` and `openai-responses`
 * always, `azure-openai` and `compactifai` sometimes). Each of them then parses it to the same error, but
 * the retry policy is the one of the first.
 */
const candidates: readonly Candidate[] = [
  { envelope: jsonApi, matches: ({ errors }) => Array.isArray(errors) },
  // The document's section "Request ID" shows a body without `success`.
  {
    envelope: aiApi,
    matches: ({ success, meta }, error) =>
      isJsonObject(meta) && (success === false || (success === undefined && !('type' in error))),
  },
  { envelope: compresr, matches: ({ success }) => success === false },
  { envelope: humanloop, matches: ({ detail }) => isJsonObject(detail) },
  {
    envelope: google,
    matches: (_, { code, status }) => typeof code === 'number' && typeof status === 'string',
  },
  {
    envelope: universal,
    matches: (body, error) =>
      body['type'] === 'error' && 'param' in error && ('request_id' in body || !isOpenAIEvent(body)),
  },
  {
    envelope: anthropic,
    matches: (body, error) =>
      body['type'] === 'error' && isJsonObject(body['error']) && !('param' in error) && !isOpenAIEvent(body),
  },
  { envelope: azureOpenai, matches: (_, error) => isAzureError(error) },
  { envelope: compactifai, matches: isCompactifaiError },
  {
    envelope: a15t,
    matches: (_, { type, code }) =>
      typeof type === 'string' && typeof code === 'string' && !isOpenAIType(type),
  },
  { envelope: openai, matches: () => true },
  { envelope: problemDetails, matches: () => true },
]

/**
 * Parses the body of an error response.
 *
 * @param body The parsed JSON. If it is not an object, the status determines the error. A string is parsed by `envelope`
 * only.
 * @param envelope The envelope of the server. Detected if undefined or if it cannot parse the body.
 */
export function parseBody(
  body: unknown,
  { status, headers }: Omit<WireResponse, 'body'>,
  envelope?: Envelope,
): ApiError {
  // Google sends an array of one error if the stream is not an event stream.
  const item: unknown = Array.isArray(body) ? body[0] : body
  const members = isJsonObject(item) ? item : {}
  const response = { status: isErrorStatus(status) ? status : undefined, headers }
  return (
    parseAs(envelope, typeof body === 'string' ? body : members, response) ??
    parseByMediaType(members, response) ??
    parseByMembers(members, response) ??
    unknownBody.parse({ ...response, body: members }) ??
    unknownBody.parse({ ...response, body: {} }) ??
    new UpstreamError()
  )
}

/** Parses a body in an envelope, and records the envelope's retry policy for `retry`. */
function parseAs(
  envelope: Envelope | undefined,
  body: Members | string,
  response: Omit<WireResponse, 'body'>,
): ApiError | undefined {
  const error = envelope?.parse({ ...response, body })
  if (envelope !== undefined && error !== undefined) setRetryPolicy(error, envelope)
  return error
}

function parseByMediaType(body: Members, response: Omit<WireResponse, 'body'>): ApiError | undefined {
  switch (getMediaType(response.headers)) {
    case 'application/problem+json':
      return parseAs(problemDetails, normalizeProblem(body), response)
    case 'application/vnd.api+json':
      return parseAs(jsonApi, body, response)
    default:
      return undefined
  }
}

function parseByMembers(body: Members, response: Omit<WireResponse, 'body'>): ApiError | undefined {
  const error = isJsonObject(body['error']) ? body['error'] : {}
  for (const { envelope, matches } of candidates) {
    const parsed = matches(body, error, response.status) ? parseAs(envelope, body, response) : undefined
    if (parsed !== undefined) return parsed
  }
  return undefined
}

/** RFC 9457, section 3.1: any member may be missing, and a member of another type is ignored. */
function normalizeProblem({ type, title, detail, ...rest }: Members): Members {
  return {
    ...rest,
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    title: typeof title === 'string' ? title : detail,
  }
}

/** Only Azure sends codes in PascalCase and statuses as strings. */
function isAzureError({ code, innererror }: Members): boolean {
  return (
    isJsonObject(innererror) ||
    (typeof code === 'string' && /^(?:[A-Z][A-Za-z\d]*[a-z\d]|[45]\d\d|content_filter)$/.test(code))
  )
}

function isCompactifaiError(
  { detail }: Members,
  { type, param, code, message }: Members,
  status?: number,
): boolean {
  // FastAPI's default handlers send this shape with any status.
  if (typeof detail === 'string')
    return status === undefined || status === 401 || (status === 500 && detail === 'Unexpected server error')
  if (param !== null || code !== null || typeof type !== 'string') return false
  return (type.endsWith('_error') && !isOpenAIType(type)) || String(message).startsWith('Invalid request: ')
}

/** Returns whether a body with `type: 'error'` is an event or a WebSocket message of one of OpenAI's APIs. */
function isOpenAIEvent(body: Members): boolean {
  return ['sequence_number', 'event_id', 'status'].some((member) => member in body)
}

/**
 * Returns whether a `type` is one of OpenAI and of servers compatible with it. `a15t` has names of statuses instead,
 * and `compactifai` has its own types.
 */
function isOpenAIType(type: string): boolean {
  return /^(?:(?:invalid_request|rate_limit|server|service_unavailable|api|overloaded|timeout|billing|permission|conflict)_error|insufficient_quota|requests|tokens)$/.test(
    type,
  )
}
