import { errorCodes, type ApiError } from '../errors/api-error.ts'
import type {
  ClientHints,
  Envelope,
  EnvelopeDefinition,
  JsonSchema,
  WireEntry,
  ParsedBody,
  RenderedResponse,
  RenderContext,
  CodeMapping,
  WireCode,
  WireIssue,
  WireResponse,
} from './envelope.ts'
import { createError } from '../errors/create-error.ts'
import { errorClasses, type ErrorCode } from '../errors/index.ts'
import { getHeader, isValidHeader } from '../http/headers.ts'
import {
  formatPath,
  MAX_FIELD_LENGTH,
  MAX_ISSUE_LENGTH,
  MAX_ISSUES,
  parsePath,
  type Issue,
} from '../errors/issue.ts'
import { parseRetryAfter, retryAfterSeconds } from '../http/retry-after.ts'
import { describeUnmappedStatus, getCanonicalCode } from '../errors/canonical.ts'
import { isErrorStatus } from '../http/status.ts'
import { clampText } from '../http/clamp-text.ts'

const DEFAULT_RETRY_AFTER = 5

/**
 * Defines a wire format.
 *
 * @throws TypeError naming what is wrong: a table without `default`, a row that leads to a code that is not listed,
 * a status that no error can have, a header that could not be sent.
 */
export function defineEnvelope<const Code extends string>(definition: EnvelopeDefinition<Code>): Envelope {
  check(definition as unknown as EnvelopeDefinition<string>)
  const table = new Table(definition as unknown as EnvelopeDefinition<string>)
  const strict: Envelope = new TableEnvelope(table, undefined)
  return new TableEnvelope(table, strict)
}

function check(definition: EnvelopeDefinition<string>): void {
  const { id, codes, mapping, strictFallback = {} } = definition
  const fail = (problem: string): never => {
    throw new TypeError(`defineEnvelope(${JSON.stringify(id)}): ${problem}`)
  }
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(id))
    fail('id must be of lower-case letters, digits and hyphens')
  for (const name of ['renderBody', 'parseBody'] as const) {
    if (typeof definition[name] !== 'function') fail(`${name} must be a function`)
  }
  if (definition.eventData !== undefined && typeof definition.eventData !== 'function')
    fail('eventData must be a function')
  const { requestIdHeader = 'x', maxRetryAfter = 1 } = definition.clientHints ?? {}
  if (typeof requestIdHeader !== 'string' || !isValidHeader(requestIdHeader, ''))
    fail('clientHints.requestIdHeader must be the name of a header')
  if (!(maxRetryAfter >= 1)) fail('clientHints.maxRetryAfter must be a number of seconds, 1 or more')
  if (typeof codes !== 'object' || codes === null) fail('codes must be an object')
  for (const [code, listed] of Object.entries(codes)) {
    const { status } = Object(listed) as Partial<WireCode>
    if (!isErrorStatus(status))
      fail(`codes.${code}.status must be an integer from 400 to 599, not ${String(status)}`)
  }
  if (typeof mapping !== 'object' || mapping === null || !Object.hasOwn(mapping, 'default')) {
    fail('mapping must have an entry `default`, the answer for the root of the class tree')
  }
  for (const [name, rows] of Object.entries({ mapping, strictFallback })) {
    for (const [error, row] of Object.entries(rows)) {
      const { code, status } = typeof row === 'string' ? { code: row, status: 400 } : row
      if (!Object.hasOwn(codes, code)) {
        fail(
          `${name}.${error} leads to ${JSON.stringify(code)}, which is not in codes (${Object.keys(codes).join(', ')})`,
        )
      }
      if (!isErrorStatus(status))
        fail(`${name}.${error}.status must be an integer from 400 to 599, not ${String(status)}`)
    }
  }
}

/** A row with all that its code is listed with. */
interface Entry extends WireCode {
  readonly code: string
}

/** A definition, indexed both ways. Shared by an envelope's two modes. */
class Table {
  readonly definition: EnvelopeDefinition<string>
  readonly default: Entry
  readonly #table: ReadonlyMap<string, Entry>
  readonly #nearest: ReadonlyMap<string, Entry>
  /** Codes of errors by wire code, and by wire code and status. */
  readonly #codes = new Map<string, ErrorCode>()

  constructor(definition: EnvelopeDefinition<string>) {
    this.definition = definition
    const {
      codes,
      mapping: { default: root, ...table },
      strictFallback = {},
    } = definition
    const entry = (row: CodeMapping): Entry =>
      typeof row === 'string' ? { ...codes[row]!, code: row } : { ...codes[row.code]!, ...row }
    const entries = (rows: Readonly<Record<string, CodeMapping>>) =>
      new Map(Object.entries(rows).map(([error, row]) => [error, entry(row)]))
    this.default = entry(root)
    this.#table = entries(table)
    this.#nearest = entries(strictFallback)
    this.#index()
  }

  listed(code: string): Entry | undefined {
    return this.#table.get(code)
  }

  /** What strict mode sends: the first answer up the class tree, then the status's, then the root's. */
  nearest(codes: readonly string[], status: number): Entry {
    for (const code of [...codes, getCanonicalCode(status), getCanonicalCode(status < 500 ? 400 : 500)]) {
      const entry = this.#table.get(code) ?? this.#nearest.get(code)
      if (entry !== undefined) return entry
    }
    return this.default
  }

  /** The error that a wire code stands for: where several do, the one of the same name, then of the same status. */
  codeOf(name: string, status: number | undefined): ErrorCode | undefined {
    return this.#codes.get(`${name} ${status}`) ?? this.#codes.get(name)
  }

  #index(): void {
    const { fromWireCode = same } = this.definition
    const rows = [...this.#table].map(([code, entry]) => ({ code, entry, listed: true }))
    for (const [code, entry] of this.#nearest) rows.push({ code, entry, listed: false })
    const rank = ({ code, entry, listed }: (typeof rows)[number]): number => {
      if (!listed) return 3
      if (fromWireCode(entry.code) === code) return 0
      return errorClasses[code as ErrorCode].status === entry.status ? 1 : 2
    }
    const known = rows.filter(({ code }) => Object.hasOwn(errorClasses, code))
    for (const { code, entry } of known.toSorted((a, b) => rank(a) - rank(b))) {
      for (const key of [`${entry.code} ${entry.status}`, entry.code]) {
        if (!this.#codes.has(key)) this.#codes.set(key, code as ErrorCode)
      }
    }
  }
}

class TableEnvelope implements Envelope {
  readonly id: string
  readonly title: string
  readonly mode: 'normal' | 'strict'
  readonly strict: Envelope
  readonly contentType: string
  readonly challenge: string
  readonly codes: Readonly<Record<string, WireCode>>
  readonly clientHints: ClientHints
  readonly #table: Table
  readonly #definition: EnvelopeDefinition<string>

  constructor(table: Table, strict: Envelope | undefined) {
    const { definition } = table
    this.id = definition.id
    this.title = definition.title ?? definition.id
    this.mode = strict === undefined ? 'strict' : 'normal'
    this.strict = strict ?? this
    this.contentType = definition.contentType ?? 'application/json; charset=utf-8'
    this.challenge = definition.challenge ?? 'Bearer'
    this.codes = definition.codes
    this.clientHints = definition.clientHints ?? {}
    this.#table = table
    this.#definition = definition
  }

  get schema(): JsonSchema {
    const { schema, codes, title } = this.#definition
    return {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(title === undefined ? {} : { title }),
      ...(schema?.(this.mode === 'strict' ? Object.keys(codes) : undefined) ?? { type: 'object' }),
    }
  }

  lookup(error: ApiError): WireEntry {
    const { code, retryable } = error
    const status = isErrorStatus(error.status) ? error.status : 500
    const listed = this.#table.listed(code)
    const entry =
      listed ??
      (this.mode === 'strict' ? this.#table.nearest(errorCodes(error) ?? [code], status) : undefined)
    if (entry === undefined) {
      const name = this.#definition.toWireCode?.(code, status) ?? code
      return { code: name, status, message: undefined, retryable, field: undefined }
    }
    return {
      code: entry.code,
      status: entry.status,
      message: entry.message,
      retryable: entry.retryable ?? retryable,
      field: entry.field,
    }
  }

  render(error: ApiError, context: RenderContext = {}): RenderedResponse {
    const listed = this.lookup(error)
    const { code, status } = listed
    const own = error.hasOwnMessage
    const message = clampText(own ? error.message : (listed.message ?? error.publicMessage))
    const issues = error.expose ? wireIssues(error.issues) : []
    const first = issues.find(({ field }) => field !== undefined)
    const field = listed.field ?? first?.field
    const issue = first?.issue ?? issues[0]?.issue
    const after = retryAfterSeconds(error.retryAfter) ?? this.#promised(status, context)
    const body = this.#definition.renderBody({
      code,
      status,
      message,
      description: own ? message : describe(message, error, issues[0]),
      ...(field === undefined ? {} : { field, issue: issue ?? message }),
      issues,
      requestId: context.requestId ?? error.requestId ?? '',
      timestamp: context.timestamp ?? error.timestamp ?? new Date(),
      ...(after === undefined ? {} : { retryAfter: after }),
      origin: error.origin ?? context.serviceName ?? 'api',
      strict: this.mode === 'strict',
      error,
    })
    return { status, headers: after === undefined ? {} : { 'Retry-After': String(after) }, body }
  }

  errorEvent(error: ApiError, context?: RenderContext): string {
    const { eventName = 'error', eventData = (content: object) => content } = this.#definition
    const body = JSON.stringify(eventData(this.render(error, context).body)) as string | undefined
    if (body === undefined) throw new TypeError(`Envelope ${this.id} made no body`)
    const data = `data: ${body}\n\n`
    return eventName === null ? data : `event: ${eventName}\n${data}`
  }

  parse(response: WireResponse): ApiError | undefined {
    try {
      const body: unknown = typeof response.body === 'string' ? JSON.parse(response.body) : response.body
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
      const given = isErrorStatus(response.status) ? response.status : undefined
      const reading = this.#definition.parseBody(body as Record<string, unknown>, given)
      return reading && this.#create(reading, given, response.headers)
    } catch {
      return undefined
    }
  }

  #promised(status: number, { retryAfter = DEFAULT_RETRY_AFTER }: RenderContext): number | undefined {
    return this.#definition.retryAfterStatuses?.includes(status) ? retryAfterSeconds(retryAfter) : undefined
  }

  #create(reading: ParsedBody, given: number | undefined, headers: WireResponse['headers']): ApiError {
    const { fromWireCode = same, codes } = this.#definition
    const { message, field, issue, issues, timestamp, details } = reading
    const name = textOf(reading.code)
    const listed = name === undefined || !Object.hasOwn(codes, name) ? undefined : codes[name]
    const implied = (): number | undefined =>
      name === undefined
        ? undefined
        : (listed ?? this.#table.listed(fromWireCode(name)) ?? knownClass(fromWireCode(name)))?.status
    const status = given ?? (isErrorStatus(reading.status) ? reading.status : (implied() ?? 500))
    const own =
      name === undefined
        ? (describeUnmappedStatus(status)?.code ?? getCanonicalCode(status))
        : fromWireCode(name)
    const code = listed ? (this.#table.codeOf(name!, status) ?? own) : own
    return createError(
      code,
      {
        message,
        expose: true,
        retryAfter: parseRetryAfter(getHeader(headers, 'retry-after')) ?? reading.retryAfter,
        origin: textOf(reading.origin),
        ...(details === undefined ? {} : { details }),
        field,
        issue,
        issues: issues?.flatMap(issueOf),
      },
      {
        status,
        retryable: shouldRetry(headers) ?? listed?.retryable ?? reading.retryable,
        requestId: textOf(reading.requestId),
        timestamp,
      },
    )
  }
}

/** What `read` found where a text should be: a body may hold anything there. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function issueOf({ field, issue, code }: { readonly [member in keyof WireIssue]: unknown }): Issue[] {
  if (typeof issue !== 'string') return []
  return [
    {
      message: issue,
      ...(typeof field === 'string' ? { path: parsePath(field) } : {}),
      ...(typeof code === 'string' ? { code } : {}),
    },
  ]
}

function describe(message: string, error: ApiError, first: WireIssue | undefined): string {
  if (first === undefined || first.issue === message || first.issue === error.message) return message
  const where = first.field === undefined || first.field === error.field ? '' : `${first.field}: `
  return clampText(`${message}: ${where}${first.issue}`)
}

function wireIssues(issues: readonly Issue[] | undefined): WireIssue[] {
  const told: WireIssue[] = []
  if (!Array.isArray(issues)) return told
  for (const item of issues.slice(0, MAX_ISSUES) as Partial<Issue | null>[]) {
    if (typeof item?.message !== 'string') continue
    const field = formatPath(item.path)
    told.push({
      ...(field === undefined ? {} : { field: clampText(field, MAX_FIELD_LENGTH) }),
      issue: clampText(item.message, MAX_ISSUE_LENGTH),
      ...(typeof item.code === 'string' ? { code: clampText(item.code, MAX_FIELD_LENGTH) } : {}),
    })
  }
  return told
}

/** What a server says of this very failure is truer than what its kind is listed with. */
function shouldRetry(headers: WireResponse['headers']): boolean | undefined {
  const value = getHeader(headers, 'x-should-retry')
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}

function knownClass(code: string): { readonly status: number } | undefined {
  return Object.hasOwn(errorClasses, code) ? errorClasses[code as ErrorCode] : undefined
}

function same(code: string): string {
  return code
}
