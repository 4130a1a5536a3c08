import { devNull } from 'node:os'
import Boom from '@hapi/boom'
import createHttpError, { isHttpError } from 'http-errors'
import { RateLimitError } from 'openai/error'
import pino from 'pino'
import { ZodError } from 'zod'
import {
  createErrorResponse,
  createInternalErrorResponse,
  type ErrorResponse,
  type ToErrorResponse,
} from './error-response.ts'
import type { RunningServer, Variants } from './servers/running-server.ts'
import { RETRY_AFTER, type Kind } from './workload.ts'

/** Creates a server whose error handler calls `toResponse`. */
type CreateWithErrorHandler = (
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
) => Promise<RunningServer>

/** Returns the variants that differ only in the typed error and in the function that the error handler calls. */
export function createHandlerVariants(create: CreateWithErrorHandler): Variants {
  return {
    'hand-written': (kind) =>
      create(
        kind,
        () => new RateLimited(RETRY_AFTER),
        kind === 'unknown-error-logged' ? toLoggedResponse : toResponse,
      ),
    'http-errors': (kind) => create(kind, createHttpErrorsError, toHttpErrorsResponse),
    boom: (kind) => create(kind, createBoomError, toBoomResponse),
  }
}

/** Error class as an application defines it without a library. */
class RateLimited extends Error {
  readonly status = 429
  readonly code = 'RATE_LIMIT_EXCEEDED'
  readonly retryAfter: number

  constructor(retryAfter: number) {
    super('Rate limit exceeded')
    this.retryAfter = retryAfter
  }
}

function toResponse(thrown: unknown): ErrorResponse {
  if (thrown instanceof RateLimited)
    return createErrorResponse(thrown.status, thrown.code, thrown.message, {
      'retry-after': String(thrown.retryAfter),
    })
  if (thrown instanceof ZodError) return toValidationResponse(thrown)
  if (thrown instanceof RateLimitError) return toUpstreamResponse(thrown)
  return createInternalErrorResponse()
}

function toValidationResponse({ issues }: ZodError): ErrorResponse {
  const items = issues.map(({ path, message, code }) => ({ field: formatField(path), issue: message, code }))
  return createErrorResponse(400, 'INVALID_REQUEST', 'The request was invalid', undefined, {
    field: items[0]?.field,
    issue: items[0]?.issue,
    issues: items,
  })
}

function formatField(path: readonly PropertyKey[]): string {
  let field = ''
  for (const key of path) {
    if (typeof key === 'number') field += `[${key}]`
    else field += field === '' ? String(key) : `.${String(key)}`
  }
  return field
}

function toUpstreamResponse({ headers, requestID }: RateLimitError): ErrorResponse {
  return createErrorResponse(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded', {
    'retry-after': headers?.get('retry-after') ?? '1',
    ...(requestID && { 'x-upstream-request-id': requestID }),
  })
}

/** Logger of both sides of the kind that is logged. Its lines are written and discarded. */
export const logger = pino(pino.destination(devNull))

function toLoggedResponse(thrown: unknown): ErrorResponse {
  const response = toResponse(thrown)
  if (response.status >= 500)
    logger.error({ err: thrown, requestId: response.headers['x-request-id'] }, 'server error')
  return response
}

function createHttpErrorsError(): unknown {
  return createHttpError(429, 'Rate limit exceeded', {
    code: 'RATE_LIMIT_EXCEEDED',
    headers: { 'retry-after': String(RETRY_AFTER) },
  })
}

function toHttpErrorsResponse(thrown: unknown): ErrorResponse {
  if (!isHttpError(thrown) || !thrown.expose) return createInternalErrorResponse()
  return createErrorResponse(thrown.status, String(thrown['code']), thrown.message, thrown.headers)
}

function createBoomError(): unknown {
  const error = Boom.tooManyRequests('Rate limit exceeded', { code: 'RATE_LIMIT_EXCEEDED' })
  error.output.headers['retry-after'] = String(RETRY_AFTER)
  return error
}

function toBoomResponse(thrown: unknown): ErrorResponse {
  if (!Boom.isBoom(thrown) || thrown.isServer) return createInternalErrorResponse()
  const { statusCode, headers, payload } = thrown.output
  const { code } = (thrown as Boom.Boom<{ code: string }>).data ?? { code: 'INVALID_REQUEST' }
  return createErrorResponse(statusCode, code, payload.message, toStrings(headers))
}

function toStrings(headers: Boom.Output['headers']): Record<string, string> {
  const strings: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) strings[name] = String(value)
  return strings
}
