import { defineEnvelope } from './define-envelope.ts'
import type { WireIssue } from './envelope.ts'
import { plainDefinition, titleOf } from './codeless-envelope.ts'
import { fieldAt, pointerOf } from './pointer.ts'
import { MAX_ISSUES } from '../errors/issue.ts'

interface Entry {
  id?: string
  status: string
  code: string
  title: string
  detail: string
  source?: { pointer: string }
  meta?: { code: string }
}

interface Body {
  errors: Entry[]
  meta?: { message: string }
}

/**
 * JSON:API 1.1: `{ errors: [{ id, status, code, title, detail, source: { pointer } }] }`, an entry for each
 * issue. The id is the request's, with several entries `.1`, `.2` behind it, as each is to be unique; what
 * the thrower said of all of them together is in `meta.message`. The standard leaves codes to the server:
 * strict mode sends the taxonomy's alone.
 *
 * @see https://jsonapi.org/format/1.1/#error-objects
 */
export const jsonApi = defineEnvelope({
  ...plainDefinition,
  id: 'json-api',
  title: 'JSON:API 1.1 errors',
  // The media type takes no charset (JSON:API 1.1, content negotiation).
  contentType: 'application/vnd.api+json',
  renderBody({ code, status, message, description, issues, requestId }): Body {
    const several = issues.length > 1
    const entry = (detail: string, about: WireIssue | undefined, at: number): Entry => ({
      ...(requestId === '' ? {} : { id: several ? `${requestId}.${at + 1}` : requestId }),
      status: String(status),
      code,
      title: titleOf(code),
      detail,
      ...(about?.field === undefined ? {} : { source: { pointer: pointerOf(about.field) } }),
      ...(about?.code === undefined ? {} : { meta: { code: about.code } }),
    })
    return several
      ? { errors: issues.map((about, at) => entry(about.issue, about, at)), meta: { message } }
      : { errors: [entry(description, issues[0], 0)] }
  },
  parseBody(body) {
    const { errors, meta } = body as { errors: Partial<Entry>[]; meta?: Partial<Body['meta']> }
    const { id, status, code, title, detail = title } = errors[0]!
    // With a title of its own it is problem details.
    if (typeof detail !== 'string' || 'title' in body) return undefined
    const several = errors.length > 1
    return {
      code: typeof code === 'string' ? code : undefined,
      status: Number(status),
      message: meta?.message ?? detail,
      issues: errors.flatMap((entry): WireIssue[] => {
        const field = fieldAt(entry.source?.pointer)
        const kind = entry.meta?.code
        if (!several && field === undefined && kind === undefined) return []
        return [
          {
            ...(field === undefined ? {} : { field }),
            issue: entry.detail ?? entry.title ?? '',
            ...(typeof kind === 'string' ? { code: kind } : {}),
          },
        ]
      }),
      requestId: several ? id?.replace(/\.1$/, '') : id,
    }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['errors'],
    additionalProperties: false,
    properties: {
      errors: {
        type: 'array',
        minItems: 1,
        maxItems: MAX_ISSUES,
        items: {
          type: 'object',
          required: ['status', 'code', 'title', 'detail'],
          additionalProperties: false,
          properties: {
            id: { type: 'string' },
            status: { type: 'string', pattern: '^[45]\\d\\d$' },
            code: codes ? { enum: codes } : { type: 'string', minLength: 1 },
            title: { type: 'string' },
            detail: { type: 'string' },
            source: {
              type: 'object',
              required: ['pointer'],
              additionalProperties: false,
              properties: { pointer: { type: 'string', pattern: '^/' } },
            },
            meta: {
              type: 'object',
              required: ['code'],
              additionalProperties: false,
              properties: { code: { type: 'string' } },
            },
          },
        },
      },
      meta: {
        type: 'object',
        required: ['message'],
        additionalProperties: false,
        properties: { message: { type: 'string' } },
      },
    },
  }),
})
