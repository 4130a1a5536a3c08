import type { ApiError } from '../errors/api-error.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { EndpointNotFound, InternalError, MalformedBody, ValidationFailed } from '../errors/index.ts'
import type { Issue } from '../errors/issue.ts'
import type { ApiRequest } from '../http/request.ts'
import { clampText } from '../http/clamp-text.ts'
import { fromBodyParser } from './body-parser.ts'
import { fromFastify } from './fastify.ts'
import { readProperty, readString } from './safe-read.ts'
import { fromBadUrl, isBelievable } from './http-errors.ts'
import { fromBusboy, fromMulter, fromUploadText } from './multipart.ts'

const MOST_ISSUES = 50

/** What Nest wraps of a request's parsers, as the cause. */
const parsers: readonly ((thrown: object, request?: ApiRequest) => ApiError | undefined)[] = [
  fromBodyParser,
  fromFastify,
  fromMulter,
  fromBusboy,
  fromBadUrl,
]

/** What Nest says of a path that it has no route for; it quotes the path. */
const NO_ROUTE = /^Cannot [A-Z]+ \//

/** What V8 says of broken JSON; it quotes the body. Nest 11 throws it on without its cause. */
const BROKEN_JSON = / in JSON at position \d|\bis not valid JSON$|^Unexpected end of JSON input$/

/** What class-validator says by itself begins with the field; Nest puts those above it, and dots, in front. */
const OF_FIELD =
  /^((?:[\w$-]{1,64}\.){0,31})(?:each value in )?(?:nested )?(?:property )?([\w$-]{1,64}) (?:must|should) /

/** What a guard refuses with where there is no HTTP: a WsException or an RpcException, without a status. */
const REFUSAL = 'Forbidden resource'

interface HttpException {
  getStatus(): unknown
  getResponse(): unknown
}

/**
 * Recognizes Nest's HttpException. What it is to answer a 4xx with is public: a text, or the `message` of an object,
 * a list of which is what a pipe found. An Error in that place is not.
 */
export function fromNest(thrown: object, request?: ApiRequest): ApiError | undefined {
  if (typeof readProperty(thrown, 'getError') === 'function' && readProperty(thrown, 'error') === REFUSAL)
    return createErrorForStatus(403, { cause: thrown, stack: false, message: REFUSAL })
  if (
    typeof readProperty(thrown, 'getStatus') !== 'function' ||
    typeof readProperty(thrown, 'getResponse') !== 'function'
  )
    return undefined
  const status = (thrown as HttpException).getStatus()
  if (!isBelievable(status)) return new InternalError({ cause: thrown, captureStack: false })
  const options = { cause: thrown, stack: false }
  if (status >= 500) return createErrorForStatus(status, options)
  const cause = readProperty(thrown, 'cause')
  if (typeof cause === 'object' && cause !== null) {
    for (const parser of parsers) {
      const error = parser(cause, request)
      if (error !== undefined) return error
    }
  }
  const response = (thrown as HttpException).getResponse()
  if (response instanceof Error) return createErrorForStatus(status, options)
  const said = typeof response === 'string' ? response : readProperty(response, 'message')
  if (typeof said !== 'string') {
    const issues = issuesOf(said)
    if (issues === undefined) return createErrorForStatus(status, options)
    return status === 400 || status === 422
      ? new ValidationFailed({ cause: thrown, issues })
      : createErrorForStatus(status, { ...options, message: issues[0].message, issues })
  }
  if (status === 404 && NO_ROUTE.test(said)) return new EndpointNotFound({ cause: thrown })
  if (status === 400 && BROKEN_JSON.test(said))
    return new MalformedBody({ cause: thrown, message: 'The request body is not valid JSON' })
  if (status === 400 || status === 413) {
    const upload = fromUploadText(said, thrown)
    if (upload !== undefined) return upload
  }
  const isOwn = said !== '' && `${said.replaceAll(' ', '')}Exception` !== readString(thrown, 'name')
  return createErrorForStatus(status, isOwn ? { ...options, message: said } : options)
}

/** A pipe's findings: texts, or lists of texts by the field that they are of. */
function issuesOf(said: unknown): [Issue, ...Issue[]] | undefined {
  if (typeof said !== 'object' || said === null || said instanceof Error) return undefined
  const issues: Issue[] = []
  const fields = Array.isArray(said) ? [[undefined, said] as const] : Object.entries(said)
  for (const [field, texts] of fields) {
    for (const text of Array.isArray(texts) ? (texts as unknown[]) : []) {
      if (issues.length === MOST_ISSUES) break
      if (typeof text !== 'string') continue
      const [, above, own] = OF_FIELD.exec(text) ?? []
      const path = (field ?? (own && `${above}${own}`))?.split('.').map(keyOf)
      issues.push({ message: clampText(text, 1024), path })
    }
  }
  return issues.length === 0 ? undefined : (issues as [Issue, ...Issue[]])
}

function keyOf(key: string): string | number {
  return /^\d{1,9}$/.test(key) ? Number(key) : clampText(key, 256)
}
