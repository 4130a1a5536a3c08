import { defineEnvelope } from './define-envelope.ts'
import type { Envelope } from './envelope.ts'
import { plainDefinition, titleOf } from './codeless-envelope.ts'
import { fieldAtFragment, fragmentOf } from './pointer.ts'
import { MAX_ISSUES } from '../errors/issue.ts'

interface Body {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors?: { detail: string; pointer?: string; code?: string }[]
  request_id?: string
}

/**
 * A URN: it names a kind of problem and promises no page. RFC 9457, 3.1.1 has a locator lead to
 * documentation, and only the API's owner knows where that is: `problemDetailsWithBase` takes it.
 */
const URN = 'urn:faultline:error:'

/**
 * RFC 9457: `{ type, title, status, detail }` and the members `code`, `errors` (what is wrong, where, as the
 * RFC's own example has it) and `request_id`. `instance` is left out: it would say the request's id a second
 * time. Neither has the RFC a list of types, so strict mode leaves out only what it does not name: `code` and
 * `request_id` stay, as extensions may, and `errors` is as in the example.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemDetails = problemsOf(URN)

/**
 * Problem details whose `type` leads to documentation: `base`, and the code as its fragment. An error reference page
 * (`@faultline/openapi/reference`) has an anchor for each code.
 *
 * @param base Where the page is: `https://docs.example/errors`.
 * @throws TypeError for what is no absolute http or https URL without a fragment.
 */
export function problemDetailsWithBase(base: string): Envelope {
  if (!/^https?:\/\/[^\s#]+$/i.test(base) || !URL.canParse(base)) {
    throw new TypeError(
      `problemDetailsWithBase: base must be an absolute http or https URL without a fragment, not ${JSON.stringify(base)}`,
    )
  }
  return problemsOf(`${base}#`)
}

/** @param types What the code is put behind. */
function problemsOf(types: string): Envelope {
  return defineEnvelope({
    ...plainDefinition,
    id: 'problem-details',
    title: 'Problem details (RFC 9457)',
    contentType: 'application/problem+json',
    renderBody: ({ code, status, description, issues, requestId, strict }): Body => ({
      type: types + encodeURIComponent(code.toWellFormed()),
      title: titleOf(code),
      status,
      detail: description,
      code,
      ...(issues.length === 0
        ? {}
        : {
            errors: issues.map(({ field, issue, code: kind }) => ({
              detail: issue,
              ...(field === undefined ? {} : { pointer: fragmentOf(field) }),
              ...(kind === undefined || strict ? {} : { code: kind }),
            })),
          }),
      ...(requestId === '' ? {} : { request_id: requestId }),
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
      } = body as unknown as Partial<Body>
      if (typeof title !== 'string' || (type !== undefined && typeof type !== 'string')) return undefined
      const named = type?.startsWith(types) ? decodeURIComponent(type.slice(types.length)) : undefined
      // What is of another type is passed over (RFC 9457, 3.1).
      const problems = Array.isArray(errors)
        ? errors.filter((error) => typeof error?.detail === 'string')
        : []
      return {
        code: typeof code === 'string' ? code : named,
        status,
        message: typeof detail === 'string' ? detail : title,
        issues: problems.map(({ detail: issue, pointer, code: kind }) => {
          const field = fieldAtFragment(pointer)
          return {
            ...(field === undefined ? {} : { field }),
            issue,
            ...(typeof kind === 'string' ? { code: kind } : {}),
          }
        }),
        requestId: typeof requestId === 'string' ? requestId : undefined,
      }
    },
    schema: (codes) => ({
      type: 'object',
      required: ['type', 'title', 'status', 'detail', 'code'],
      additionalProperties: false,
      properties: {
        type: { type: 'string', pattern: types === URN ? '^urn:' : '^\\w+://' },
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
  })
}
