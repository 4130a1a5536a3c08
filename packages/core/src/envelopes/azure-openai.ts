import { toPascalCase } from '../errors/pascal-case.ts'
import { createEnvelope } from './define-envelope.ts'
import { isPlainObject, readDetails } from './details.ts'
import type { BodyInput } from './envelope.ts'
import { objectOrEmpty } from './json-values.ts'
import {
  createOpenAIErrorSchema,
  getOpenAIType,
  getSpecificCode,
  openaiCodes,
  openaiMapping,
  openaiStrictFallback,
  openaiTypes,
  parseOpenAIError,
  renderOpenAIError,
  sdkClientHints,
  type OpenAIError,
} from './openai-error.ts'

/** Result of the content filter for one category. */
interface FilterResult {
  filtered: boolean
  severity?: string
  detected?: boolean
}

interface Body {
  error: OpenAIError & {
    status?: number
    innererror?: { code: string; content_filter_result?: Readonly<Record<string, FilterResult>> }
  }
}

const codes = /* @__PURE__ */ createCodes()

function createCodes() {
  const { content_policy_violation: _, ...sharedCodes } = openaiCodes
  return {
    ...sharedCodes,
    '401': { status: 401, retryable: false },
    '404': { status: 404, retryable: false },
    '429': { status: 429, retryable: true },
    DeploymentNotFound: { status: 404, retryable: false },
    // As in Azure's sample.
    content_filter: { status: 400, retryable: false, field: 'prompt' },
  } as const
}

/**
 * OpenAI's body with the codes of the Azure gateway: `content_filter` with `innererror`, `DeploymentNotFound`, statuses
 * as strings. Other codes are in PascalCase, as the Azure REST guidelines require. The filter result is read from the
 * error: `details: { content_filter_result: { hate: { filtered: true, severity: 'high' } } }`. Other details are sent as in
 * OpenAI's body.
 *
 * @see https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter
 * @see https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md
 */
export const azureOpenai = /* @__PURE__ */ createEnvelope(() => ({
  id: 'azure-openai',
  title: 'Azure OpenAI errors (error: message / type / param / code / innererror)',
  clientHints: sdkClientHints,
  renderEvents: (body) => [{ data: body }],
  codes,
  mapping: {
    ...openaiMapping,
    unsafe_content: 'content_filter',
    prompt_violation: 'content_filter',
    unauthenticated: '401',
    missing_api_key: '401',
    invalid_api_key: '401',
    expired_api_key: '401',
    revoked_api_key: '401',
    not_found: '404',
    resource_not_found: '404',
    endpoint_not_found: '404',
    model_not_found: 'DeploymentNotFound',
    rate_limit_exceeded: '429',
    concurrent_limit_exceeded: '429',
  },
  strictFallback: { ...openaiStrictFallback, method_not_allowed: '404' },
  toWireCode: toPascalCase,
  fromWireCode: toSnakeCase,
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody(input): Body {
    if (input.code !== 'content_filter') return { error: renderOpenAIError(input, getType, getCode) }
    // Strict mode has no other details.
    const details = input.strict ? readDetails(input.error, input.report) : input.details
    const { content_filter_result: categories, ...others } = objectOrEmpty(details)
    const filterResults = getFilterResults(categories)
    const ownDetails = filterResults === undefined ? input.details : others
    const error = renderOpenAIError(input, getType, getCode, input.strict ? undefined : ownDetails)
    return {
      error: {
        ...error,
        status: input.status,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          ...(filterResults === undefined ? {} : { content_filter_result: filterResults }),
        },
      },
    }
  },
  parseBody(body) {
    const { code, innererror } = objectOrEmpty(body['error'])
    if ('type' in body || 'success' in body || typeof code === 'number') return undefined
    const parsed = parseOpenAIError(body['error'], codes, toSnakeCase)
    const { content_filter_result: filterResults } = objectOrEmpty(innererror)
    if (parsed === undefined || filterResults === undefined) return parsed
    const { details } = parsed
    const others = isPlainObject(details) || details === undefined ? details : { details }
    return { ...parsed, details: { ...others, content_filter_result: filterResults } }
  },
  schema(listed) {
    const filterResult = {
      type: 'object',
      required: ['filtered'],
      additionalProperties: false,
      properties: {
        filtered: { type: 'boolean' },
        severity: { type: 'string' },
        detected: { type: 'boolean' },
      },
    }
    const innererror = {
      type: 'object',
      required: ['code'],
      additionalProperties: false,
      properties: {
        code: { const: 'ResponsibleAIPolicyViolation' },
        content_filter_result: { type: 'object', additionalProperties: filterResult },
      },
    }
    const status = { type: 'integer', minimum: 400, maximum: 599 }
    const error = createOpenAIErrorSchema(listed, [...openaiTypes, null], { status, innererror })
    return { type: 'object', required: ['error'], additionalProperties: false, properties: { error } }
  },
}))

/** Returns the type of an error: null for `content_filter`, as in Azure's sample. */
function getType(code: string, status: number): string | null {
  return code === 'content_filter' ? null : getOpenAIType(code, status)
}

function getCode(input: BodyInput): string | null {
  const code = getSpecificCode(input)
  return code === null ? null : toPascalCase(code)
}

/** Returns the documented members of the filter results in an error's details. */
function getFilterResults(categories: unknown): Record<string, FilterResult> | undefined {
  const results = Object.entries(objectOrEmpty(categories)).flatMap(
    ([category, value]): [string, FilterResult][] => {
      const { filtered, severity, detected } = objectOrEmpty(value)
      if (typeof filtered !== 'boolean') return []
      const result: FilterResult = { filtered }
      if (typeof severity === 'string') result.severity = severity
      if (typeof detected === 'boolean') result.detected = detected
      return [[category, result]]
    },
  )
  return results.length === 0 ? undefined : Object.fromEntries(results)
}

function toSnakeCase(wireCode: string): string {
  return wireCode.replace(/[A-Z]/g, (letter, index) => (index === 0 ? '' : '_') + letter.toLowerCase())
}
