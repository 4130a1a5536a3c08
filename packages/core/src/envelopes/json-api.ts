import { MAX_ISSUES } from '../errors/issue.ts'
import { createCodelessDefinition, formatTitle } from './codeless-envelope.ts'
import { createEnvelope } from './define-envelope.ts'
import { fromMembers, toMembers } from './details.ts'
import type { WireIssue } from './envelope.ts'
import { arrayOrEmpty, objectOrEmpty, stringOrUndefined, type JsonObject } from './json-values.ts'
import { parsePointer, toPointer } from './pointer.ts'
import { createWireIssue } from './wire-issues.ts'

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
  meta?: { message?: string }
}

/**
 * JSON:API 1.1: `{ errors: [{ id, status, code, title, detail, source: { pointer } }] }`, one entry per issue. The id
 * is the request id. If there are several entries, a suffix `.1`, `.2` makes it unique and `meta.message` contains the
 * message of the error. The standard defines no codes: strict mode sends the codes of the taxonomy only.
 *
 * @see https://jsonapi.org/format/1.1/#error-objects
 */
export const jsonApi = /* @__PURE__ */ createEnvelope(() => ({
  ...createCodelessDefinition(),
  id: 'json-api',
  title: 'JSON:API 1.1 errors',
  // The media type must not have a charset parameter (JSON:API 1.1, content negotiation).
  contentType: 'application/vnd.api+json',
  detailsPlace: 'meta',
  errorMember: 'meta',
  isDeterministic: true,
  renderBody({ code, status, message, description, issues, requestId, details }): Body {
    const members = toMembers(details, ['message'])
    const createEntry = (id: string, detail: string, issue: WireIssue | undefined): Entry => ({
      ...(requestId === '' ? {} : { id }),
      status: String(status),
      code,
      title: formatTitle(code),
      detail,
      ...(issue?.field === undefined ? {} : { source: { pointer: toPointer(issue.field) } }),
      ...(issue?.code === undefined ? {} : { meta: { code: issue.code } }),
    })
    if (issues.length <= 1) {
      const errors = [createEntry(requestId, description, issues[0])]
      return { errors, ...(Object.keys(members).length === 0 ? {} : { meta: members }) }
    }
    const errors = issues.map((issue, index) => createEntry(`${requestId}.${index + 1}`, issue.issue, issue))
    return { errors, meta: { message, ...members } }
  },
  parseBody(body) {
    const entries = arrayOrEmpty(body['errors']).map(objectOrEmpty)
    const [first] = entries
    if (first === undefined) return undefined
    const { id, status, code, title, detail = title } = first
    // Problem details have a title outside the entries.
    if (typeof detail !== 'string' || 'title' in body) return undefined
    const { message, ...others } = objectOrEmpty(body['meta'])
    const requestId = stringOrUndefined(id)
    const hasSeveral = entries.length > 1
    return {
      code: stringOrUndefined(code),
      status: Number(status),
      message: stringOrUndefined(message) ?? detail,
      issues: entries.flatMap((entry) => parseIssue(entry, hasSeveral)),
      requestId: hasSeveral ? requestId?.replace(/\.1$/, '') : requestId,
      details: fromMembers(others),
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
        ...(codes ? { required: ['message'], additionalProperties: false } : { minProperties: 1 }),
        properties: { message: { type: 'string' } },
      },
    },
  }),
}))

/** A single entry without a field and a code describes the error as a whole, not an issue. */
function parseIssue(
  { source, meta, title = '', detail = title }: JsonObject,
  isOneOfSeveral: boolean,
): WireIssue[] {
  const field = parsePointer(objectOrEmpty(source)['pointer'])
  const code = stringOrUndefined(objectOrEmpty(meta)['code'])
  if (!isOneOfSeveral && field === undefined && code === undefined) return []
  return typeof detail === 'string' ? [createWireIssue(detail, field, code)] : []
}
