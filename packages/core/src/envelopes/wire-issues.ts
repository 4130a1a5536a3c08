import type { ApiError } from '../errors/api-error.ts'
import {
  formatPath,
  MAX_FIELD_LENGTH,
  MAX_ISSUE_LENGTH,
  MAX_ISSUES,
  parsePath,
  type Issue,
} from '../errors/issue.ts'
import { clampText } from '../http/clamp-text.ts'
import { toMembers, wrapDetails } from './details.ts'
import type { BodyInput, JsonSchema, WireIssue } from './envelope.ts'
import { arrayOrEmpty, objectOrEmpty, stringOrUndefined } from './json-values.ts'

/**
 * Converts the issues of an error to the form of bodies: at most `MAX_ISSUES`, without items that have no message. The
 * parameter is unknown, because a caller without types can pass anything.
 */
export function toWireIssues(issues: unknown): WireIssue[] {
  const wireIssues: WireIssue[] = []
  for (const item of arrayOrEmpty(issues).slice(0, MAX_ISSUES)) {
    const { message, path, code } = objectOrEmpty(item)
    if (typeof message !== 'string') continue
    const field = Array.isArray(path) ? formatPath(path) : undefined
    wireIssues.push(
      createWireIssue(
        clampText(message, MAX_ISSUE_LENGTH),
        field && clampText(field, MAX_FIELD_LENGTH),
        typeof code === 'string' ? clampText(code, MAX_FIELD_LENGTH) : undefined,
      ),
    )
  }
  return wireIssues
}

/** Creates an issue of a body, without the members that are undefined. */
export function createWireIssue(
  issue: string,
  field: string | undefined,
  code: string | undefined,
): WireIssue {
  if (field === undefined) return code === undefined ? { issue } : { issue, code }
  return code === undefined ? { field, issue } : { field, issue, code }
}

/** Parses an array of issues in a body; undefined if the value is not an array. Invalid items are dropped. */
export function parseWireIssues(value: unknown): WireIssue[] | undefined {
  if (!Array.isArray(value)) return undefined
  // `isArray` narrows to any[]; `arrayOrEmpty` returns unknown items.
  return arrayOrEmpty(value).flatMap((item) => {
    const { field, issue, code } = objectOrEmpty(item)
    return typeof issue === 'string'
      ? createWireIssue(issue, stringOrUndefined(field), stringOrUndefined(code))
      : []
  })
}

/** Converts issues of a body to the issues of an error. */
export function toErrorIssues(issues: readonly WireIssue[]): Issue[] {
  return issues.map(({ field, issue, code }) => ({
    message: issue,
    ...(field === undefined ? {} : { path: parsePath(field) }),
    ...(code === undefined ? {} : { code }),
  }))
}

/** Appends the first issue to the documented message, unless that or the error's own message is the issue. */
export function describeWithIssue(message: string, error: ApiError, issue: WireIssue | undefined): string {
  if (issue === undefined || issue.issue === message || issue.issue === error.message) return message
  const prefix = issue.field === undefined || issue.field === error.field ? '' : `${issue.field}: `
  return clampText(`${message}: ${prefix}${issue.issue}`)
}

/**
 * Returns `details` for bodies with a member for one issue only: all issues if there are several, and the details of the
 * error. Empty in strict mode, or without either.
 */
export function getIssueDetails(
  { issues, strict }: BodyInput,
  details: unknown,
): { details?: { readonly issues?: readonly WireIssue[] } } {
  return wrapDetails({
    ...(issues.length > 1 && !strict ? { issues } : {}),
    ...toMembers(details, ['issues']),
  })
}

/** Returns the JSON Schema of `details` that may contain issues, in normal mode. */
export function createDetailsSchema(
  otherMembers: { readonly [member: string]: JsonSchema } = {},
): JsonSchema {
  return {
    type: 'object',
    minProperties: 1,
    properties: { ...otherMembers, issues: createIssuesSchema(1) },
  }
}

/** Returns the JSON Schema of an array of issues. */
export function createIssuesSchema(minItems: number): JsonSchema {
  return {
    type: 'array',
    minItems,
    maxItems: MAX_ISSUES,
    items: {
      type: 'object',
      required: ['issue'],
      additionalProperties: false,
      properties: { field: { type: 'string' }, issue: { type: 'string' }, code: { type: 'string' } },
    },
  }
}
