import { defineEnvelope } from './define-envelope.ts'
import type { BodyInput } from './envelope.ts'
import {
  finerCode,
  openaiCodes,
  openaiError,
  openaiErrorSchema,
  openaiNearest,
  openaiTable,
  openaiType,
  openaiTypes,
  readOpenAIError,
  sdkClients,
  type OpenAIError,
} from './openai-error.ts'

/** What a content filter says of one category. */
interface Filtered {
  filtered: boolean
  severity?: string
  detected?: boolean
}

interface Body {
  error: OpenAIError & {
    status?: number
    innererror?: { code: string; content_filter_result?: Readonly<Record<string, Filtered>> }
  }
}

const { content_policy_violation: _, ...passedOn } = openaiCodes

const codes = {
  ...passedOn,
  '401': { status: 401, retryable: false },
  '404': { status: 404, retryable: false },
  '429': { status: 429, retryable: true },
  DeploymentNotFound: { status: 404, retryable: false },
  // Azure's sample names the prompt.
  content_filter: { status: 400, retryable: false, field: 'prompt' },
} as const

/**
 * OpenAI's body with the codes of Azure's front: `content_filter` with its `innererror`,
 * `DeploymentNotFound`, statuses as texts. A code that neither has is in PascalCase, as the Azure REST
 * guidelines write codes. What the filter found is sent where the thrower gives it: `details: {
 * content_filter_result: { hate: { filtered: true, severity: 'high' } } }`.
 *
 * @see https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter
 * @see https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md
 */
export const azureOpenai = defineEnvelope({
  id: 'azure-openai',
  title: 'Azure OpenAI errors (error: message / type / param / code / innererror)',
  clientHints: sdkClients,
  eventName: null,
  codes,
  mapping: {
    ...openaiTable,
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
  strictFallback: { ...openaiNearest, method_not_allowed: '404' },
  toWireCode: pascalCase,
  fromWireCode: snakeCase,
  renderBody(facts): Body {
    const error = openaiError(facts, typeOf, (about) => {
      const code = finerCode(about)
      return code === null ? null : pascalCase(code)
    })
    if (facts.code !== 'content_filter') return { error }
    const result = filterResult(facts)
    return {
      error: {
        ...error,
        status: facts.status,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          ...(result === undefined ? {} : { content_filter_result: result }),
        },
      },
    }
  },
  parseBody(body) {
    const { error } = body as unknown as Body
    if ('type' in body || 'success' in body || typeof error.code === 'number') return undefined
    const reading = readOpenAIError(error, codes, snakeCase)
    const result = error.innererror?.content_filter_result
    return reading && (result ? { ...reading, details: { content_filter_result: result } } : reading)
  },
  schema(listed) {
    const error = openaiErrorSchema(listed, [...openaiTypes, null]) as { properties: object }
    const filtered = {
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
        content_filter_result: { type: 'object', additionalProperties: filtered },
      },
    }
    const status = { type: 'integer', minimum: 400, maximum: 599 }
    return {
      type: 'object',
      required: ['error'],
      additionalProperties: false,
      properties: { error: { ...error, properties: { ...error.properties, status, innererror } } },
    }
  },
})

/** Azure's sample of a filtered prompt has no type. */
function typeOf(code: string, status: number): string | null {
  return code === 'content_filter' ? null : openaiType(code, status)
}

/** What the filter said, category by category, and nothing else of what the thrower's details hold. */
function filterResult({ error }: BodyInput): Record<string, Filtered> | undefined {
  const { content_filter_result: result } = Object(error.details) as { content_filter_result?: unknown }
  if (typeof result !== 'object' || result === null) return undefined
  const told = Object.entries(result as Record<string, Partial<Filtered> | null>).flatMap(
    ([category, item]): [string, Filtered][] => {
      const { filtered, severity, detected } = item ?? {}
      if (typeof filtered !== 'boolean') return []
      const said: Filtered = { filtered }
      if (typeof severity === 'string') said.severity = severity
      if (typeof detected === 'boolean') said.detected = detected
      return [[category, said]]
    },
  )
  return told.length === 0 ? undefined : Object.fromEntries(told)
}

function pascalCase(code: string): string {
  return code.replace(/(?:^|_)([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase())
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at) => (at === 0 ? '' : '_') + letter.toLowerCase())
}
