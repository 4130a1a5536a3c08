import { MAX_ISSUES } from '../errors/issue.ts'
import { createCodelessDefinition, formatTitle } from './codeless-envelope.ts'
import { createEnvelope } from './define-envelope.ts'
import { fromMembers, toMembers } from './details.ts'
import type { Envelope, WireIssue } from './envelope.ts'
import { arrayOrEmpty, numberOrUndefined, objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { parseFragment, toFragment } from './pointer.ts'
import { createWireIssue } from './wire-issues.ts'

interface Problem {
  detail: string
  pointer?: string
  code?: string
}

interface Body {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors?: Problem[]
  request_id?: string
}

/**
 * Prefix of `type`. A URN identifies a problem type without a documentation page. A URL should lead to documentation
 * (RFC 9457, section 3.1.1), and only the owner of the API knows its address: see `problemDetailsWithBase`.
 */
const URN_PREFIX = 'urn:faultline:error:'

/**
 * RFC 9457: `{ type, title, status, detail }` with the extension members `code`, `errors` (as in the example of the RFC)
 * and `request_id`. `instance` is omitted, because it would repeat the request id. The RFC defines no types and allows
 * extensions, so strict mode omits only `errors[].code`, which the example does not contain.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemDetails = /* @__PURE__ */ defineProblemDetails(URN_PREFIX)

/**
 * Creates the problem details envelope with a `type` that leads to documentation: `base` with the code as fragment. An
 * error reference page of `@faultline/reference` has an anchor for each code.
 *
 * @param base URL of the page, for example `https://docs.example/errors`.
 * @throws TypeError if `base` is not an absolute http or https URL without a fragment.
 */
export function problemDetailsWithBase(base: string): Envelope {
  if (!/^https?:\/\/[^\s#]+$/i.test(base) || !URL.canParse(base)) {
    throw new TypeError(
      `problemDetailsWithBase: base must be an absolute http or https URL without a fragment, not ${JSON.stringify(base)}`,
    )
  }
  return defineProblemDetails(`${base}#`)
}

/** The members of the RFC, those that this envelope adds, and the member of the option `development`. */
const reservedNames = [
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'errors',
  'request_id',
  'development',
]

/** @param typePrefix Part of `type` before the code. */
function defineProblemDetails(typePrefix: string): Envelope {
  return createEnvelope(() => ({
    ...createCodelessDefinition(),
    id: 'problem-details',
    title: 'Problem details (RFC 9457)',
    contentType: 'application/problem+json',
    detailsPlace: 'extension members',
    isDeterministic: true,
    renderBody: ({ code, status, description, issues, requestId, strict, details }): Body => ({
      type: typePrefix + encodeURIComponent(code.toWellFormed()),
      title: formatTitle(code),
      status,
      detail: description,
      code,
      ...(issues.length === 0 ? {} : { errors: issues.map((issue) => toProblem(issue, strict)) }),
      ...(requestId === '' ? {} : { request_id: requestId }),
      ...toMembers(details, reservedNames),
    }),
    parseBody(body) {
      const {
        type,
        title,
        status,
        detail,
        code,
        errors,
        request_id: requestId,
        instance: _instance,
        development: _development,
        ...others
      } = body
      if (typeof title !== 'string' || (type !== undefined && typeof type !== 'string')) return undefined
      const typeCode = type?.startsWith(typePrefix)
        ? decodeURIComponent(type.slice(typePrefix.length))
        : undefined
      // Members of another type are ignored (RFC 9457, section 3.1).
      return {
        code: stringOrUndefined(code) ?? typeCode,
        status: numberOrUndefined(status),
        message: stringOrUndefined(detail) ?? title,
        issues: arrayOrEmpty(errors).flatMap(parseProblem),
        requestId: stringOrUndefined(requestId),
        details: fromMembers(others),
      }
    },
    schema: (codes) => ({
      type: 'object',
      required: ['type', 'title', 'status', 'detail', 'code'],
      additionalProperties: codes === undefined,
      properties: {
        type: { type: 'string', pattern: typePrefix === URN_PREFIX ? '^urn:' : '^\\w+://' },
        title: { type: 'string' },
        status: { type: 'integer', minimum: 400, maximum: 599 },
        detail: { type: 'string' },
        code: codes ? { enum: codes } : { type: 'string', minLength: 1 },
        errors: {
          type: 'array',
          minItems: 1,
          maxItems: MAX_ISSUES,
          items: {
            type: 'object',
            required: ['detail'],
            additionalProperties: false,
            properties: {
              detail: { type: 'string' },
              pointer: { type: 'string', pattern: '^#/' },
              ...(codes ? {} : { code: { type: 'string' } }),
            },
          },
        },
        request_id: { type: 'string' },
      },
    }),
  }))
}

function toProblem({ field, issue, code }: WireIssue, strict: boolean): Problem {
  return {
    detail: issue,
    ...(field === undefined ? {} : { pointer: toFragment(field) }),
    ...(code === undefined || strict ? {} : { code }),
  }
}

function parseProblem(problem: unknown): WireIssue[] {
  const { detail, pointer, code } = objectOrEmpty(problem)
  return typeof detail === 'string'
    ? [createWireIssue(detail, parseFragment(pointer), stringOrUndefined(code))]
    : []
}
