import {
  envelopes,
  isErrorStatus,
  isJsonObject as isObject,
  type ApiError,
  type Envelope,
  type WireResponse,
} from '@faultline/core'
import { mediaType } from './header-of.ts'
import { otherBodies } from './parse-unknown-body.ts'

type Members = { readonly [member: string]: unknown }

/** An envelope, and what sets its bodies apart from those that its `parse` would take, too. */
interface Candidate {
  readonly envelope: Envelope
  readonly has: (body: Members, error: Members, status: number | undefined) => boolean
}

const {
  a15t,
  'ai-api': aiApi,
  anthropic,
  'azure-openai': azureOpenai,
  compactifai,
  compresr,
  google,
  humanloop,
  'json-api': jsonApi,
  openai,
  'problem-details': problemDetails,
  universal,
} = envelopes

/**
 * In this order. Where two envelopes write the very same body (`openai` and `openai-responses` do, `azure-openai` and
 * `compactifai` may), either reading is the same error.
 */
const candidates: readonly Candidate[] = [
  { envelope: jsonApi, has: ({ errors }) => Array.isArray(errors) },
  { envelope: aiApi, has: ({ success, meta }) => success === false && isObject(meta) },
  { envelope: compresr, has: ({ success }) => success === false },
  { envelope: humanloop, has: ({ detail }) => isObject(detail) },
  { envelope: google, has: (_, { code, status }) => typeof code === 'number' && typeof status === 'string' },
  // An event of OpenAI's Responses API has a type, too, and a number.
  {
    envelope: universal,
    has: (body, error) =>
      body['type'] === 'error' && 'param' in error && ('request_id' in body || !('sequence_number' in body)),
  },
  {
    envelope: anthropic,
    has: ({ type, error }) => type === 'error' && isObject(error) && !('param' in error),
  },
  { envelope: azureOpenai, has: (_, error) => isAzure(error) },
  { envelope: compactifai, has: isCompactifai },
  { envelope: a15t, has: (_, { type }) => typeof type === 'string' && !isOpenAIType(type) },
  { envelope: openai, has: () => true },
  { envelope: problemDetails, has: () => true },
]

/**
 * The error that a body tells of.
 *
 * @param body As it was parsed; anything but an object tells nothing, and the status decides.
 * @param told The envelope that it is of. One that cannot read it was not it.
 */
export function readBody(
  body: unknown,
  { status, headers }: Omit<WireResponse, 'body'>,
  told?: Envelope,
): ApiError {
  // Google answers a stream that is no event stream with a list of one.
  const item: unknown = Array.isArray(body) ? body[0] : body
  const members = isObject(item) ? item : {}
  const error = isObject(members['error']) ? members['error'] : {}
  const given = isErrorStatus(status) ? status : undefined
  const read = (envelope: Envelope, content: Members = members): ApiError | undefined =>
    envelope.parse({ status: given, headers, body: content })
  const type = mediaType(headers)
  const byType = (): ApiError | undefined =>
    type === 'application/problem+json'
      ? read(problemDetails, problem(members))
      : type === 'application/vnd.api+json'
        ? read(jsonApi)
        : undefined
  const byMembers = (): ApiError | undefined => {
    for (const { envelope, has } of candidates) {
      const found = has(members, error, given) ? read(envelope) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return (told && read(told)) ?? byType() ?? byMembers() ?? read(otherBodies) ?? read(otherBodies, {})!
}

/** RFC 9457, 3.1: any member may be missing, and one of another type is as if it were. */
function problem({ type, title, detail, ...rest }: Members): Members {
  return {
    ...rest,
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    title: typeof title === 'string' ? title : detail,
  }
}

/** Codes in PascalCase and statuses as texts are those of Azure's front. */
function isAzure({ code, innererror }: Members): boolean {
  return (
    isObject(innererror) ||
    (typeof code === 'string' && /^(?:[A-Z][A-Za-z\d]*[a-z\d]|[45]\d\d|content_filter)$/.test(code))
  )
}

function isCompactifai(
  { detail }: Members,
  { type, param, code, message }: Members,
  status?: number,
): boolean {
  // What FastAPI's own handlers send is of this shape, on any status.
  if (typeof detail === 'string')
    return status === undefined || status === 401 || (status === 500 && detail === 'Unexpected server error')
  if (param !== null || code !== null || typeof type !== 'string') return false
  return (type.endsWith('_error') && !isOpenAIType(type)) || String(message).startsWith('Invalid request: ')
}

/** Types of OpenAI and of those who speak its format; `a15t` has names of statuses, `compactifai` types of its own. */
function isOpenAIType(type: string): boolean {
  return /^(?:(?:invalid_request|rate_limit|server|service_unavailable|api|overloaded|timeout|billing|permission|conflict)_error|insufficient_quota|requests|tokens)$/.test(
    type,
  )
}
