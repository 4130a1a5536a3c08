import type { BodyInput, JsonSchema, WireIssue } from './envelope.ts'
import { MAX_ISSUES } from '../errors/issue.ts'

/** `details.issues`, in normal mode, of an error object that has room for one issue and was given several. */
export function moreIssues({ issues, strict }: BodyInput): { details?: { issues: readonly WireIssue[] } } {
  return issues.length > 1 && !strict ? { details: { issues } } : {}
}

/** The JSON Schema of `details` with issues in it. */
export function issuesSchema(other: { readonly [member: string]: JsonSchema } = {}): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      ...other,
      issues: {
        type: 'array',
        minItems: 1,
        maxItems: MAX_ISSUES,
        items: {
          type: 'object',
          required: ['issue'],
          additionalProperties: false,
          properties: { field: { type: 'string' }, issue: { type: 'string' }, code: { type: 'string' } },
        },
      },
    },
  }
}
