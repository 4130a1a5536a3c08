import { errorCodes, type ApiError } from '../errors/api-error.ts'
import { describeUnmappedStatus, getCanonicalCode } from '../errors/canonical.ts'
import type { ErrorCode } from '../errors/codes.ts'
import { createError } from '../errors/create-error.ts'
import { errorClasses, isErrorCode } from '../errors/error-classes.ts'
import { MAX_FIELD_LENGTH } from '../errors/issue.ts'
import type { SentStream } from '../events/sent-stream.ts'
import { byteLength } from '../http/byte-length.ts'
import { clampText } from '../http/clamp-text.ts'
import { getHeader } from '../http/headers.ts'
import { parseRetryAfter, retryAfterSeconds } from '../http/retry-after.ts'
import { isErrorStatus } from '../http/status.ts'
import { BodyCache } from './body-cache.ts'
import { checkDefinition } from './check-definition.ts'
import { clampCode, CodeTable, type TableEntry } from './code-table.ts'
import type {
  ClientHints,
  Envelope,
  EnvelopeDefinition,
  JsonSchema,
  ParsedBody,
  RenderContext,
  RenderedResponse,
  RetryPolicy,
  JsonResponse,
  WireCode,
  WireEntry,
  WireIssue,
  WireResponse,
} from './envelope.ts'
import { DEFINITION, type ExtendedDefinition, type ExtendedInput } from './extended-definition.ts'
import { formatEvent, formatLastItem, formatLine } from './format-event.ts'
import { readDetails } from './details.ts'
import { isRecord, stringifyRendered, stringOrUndefined } from './json-values.ts'
import { parseJson } from '../http/parse-json.ts'
import { describeWithIssue, parseWireIssues, toErrorIssues, toWireIssues } from './wire-issues.ts'

const DEFAULT_RETRY_AFTER_SECONDS = 5

const NO_ISSUES: readonly WireIssue[] = []

const UNKNOWN_EVENTS: SentStream = { format: 'events' }

type Mutable<T> = { -readonly [member in keyof T]: T[member] }

/**
 * Defines an envelope.
 *
 * @throws TypeError naming the invalid member, for example a mapping without `default`, a mapping to a wire code that
 * is not in `codes`, a status that is not a status of an error, or an invalid header name.
 */
export function defineEnvelope<const Code extends string, Body extends object | string>(
  definition: EnvelopeDefinition<Code, Body>,
): Envelope {
  checkDefinition(definition)
  return createEnvelope(() => definition)
}

/**
 * Creates an envelope without checking its definition, for definitions that the compiler checks.
 *
 * @param define Returns the definition. With a function, the call has no effect but its result, so bundlers omit an
 * envelope that is not used.
 */
export function createEnvelope<const Code extends string, Body extends object | string>(
  define: () => EnvelopeDefinition<Code, Body>,
): Envelope {
  const definition: ExtendedDefinition = define()
  const table = new CodeTable(definition)
  return new TableEnvelope(definition, table, new TableEnvelope(definition, table))
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
  readonly retryPolicy: RetryPolicy
  readonly detailsPlace: string | null
  readonly renderSocketMessage?: NonNullable<Envelope['renderSocketMessage']>
  readonly #definition: ExtendedDefinition
  readonly #table: CodeTable
  readonly #retriedStatuses: ReadonlySet<number> | undefined
  readonly #bodies: BodyCache | undefined

  /** @param strict The envelope in strict mode. Without it, this envelope is in strict mode. */
  constructor(definition: ExtendedDefinition, table: CodeTable, strict?: Envelope) {
    this.id = definition.id
    this.title = definition.title ?? definition.id
    this.mode = strict === undefined ? 'strict' : 'normal'
    this.strict = strict ?? this
    const mediaType = definition.parseText === undefined ? 'application/json' : 'text/plain'
    this.contentType = definition.contentType ?? `${mediaType}; charset=utf-8`
    this.challenge = definition.challenge ?? 'Bearer'
    this.codes = definition.codes
    this.clientHints = definition.clientHints ?? {}
    this.retryPolicy = definition.retryPolicy ?? {}
    this.detailsPlace = definition.detailsPlace ?? null
    if (definition.renderSocketMessage !== undefined)
      this.renderSocketMessage = definition.renderSocketMessage
    this.#definition = definition
    this.#table = table
    this.#retriedStatuses = this.retryPolicy.statuses && new Set(this.retryPolicy.statuses)
    if (definition.isDeterministic === true && definition.getMessage === undefined)
      this.#bodies = new BodyCache({
        createInput: (error, context) => this.#createInput(error, context),
        renderBody: definition.renderBody,
        isDeterminedByCode: ({ code }) => this.mode === 'normal' || table.getMapped(code) !== undefined,
        hasOwnMessageFor: (error) => this.lookup(error).message !== undefined,
      })
  }

  get [DEFINITION](): ExtendedDefinition {
    return this.#definition
  }

  get schema(): JsonSchema {
    const { title, codes, schema } = this.#definition
    return {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(title === undefined ? {} : { title }),
      ...(schema?.(this.mode === 'strict' ? Object.keys(codes) : undefined) ?? { type: 'object' }),
    }
  }

  lookup(error: ApiError): WireEntry {
    const entry = this.#findEntry(error)
    const message = this.#definition.getMessage?.(error, {})?.text
    return message === undefined ? entry : { ...entry, message }
  }

  #findEntry(error: ApiError): WireEntry {
    const { code, retryable } = error
    const status = isErrorStatus(error.status) ? error.status : 500
    const entry = this.#table.getMapped(code) ?? this.#getStrictEntry(error, status)
    if (entry === undefined) {
      const wireCode = clampCode(this.#definition.toWireCode?.(code, status) ?? code)
      return {
        code: wireCode,
        status,
        message: undefined,
        retryable: this.#retriedStatuses?.has(status) ?? retryable,
        field: undefined,
      }
    }
    return {
      code: entry.code,
      status: entry.status,
      message: entry.message,
      retryable: this.#retriedStatuses?.has(entry.status) ?? entry.retryable ?? retryable,
      field: entry.field,
    }
  }

  render(error: ApiError, context: RenderContext = {}): RenderedResponse {
    const input = this.#createInput(error, context)
    const { status, retryAfter } = input
    const body = this.#definition.renderBody(input)
    return { status, headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }, body }
  }

  renderJson(error: ApiError, context: RenderContext): JsonResponse {
    const kept = this.#bodies?.get(error, context)
    if (kept !== undefined) {
      const { status, body, byteLength: length } = kept
      const retryAfter = this.#getRetryAfter(error, status, context)
      return { status, body, byteLength: length, retryAfter, headers: undefined }
    }
    const input = this.#createInput(error, context)
    const content = this.#definition.renderBody(input)
    const body = stringifyRendered(content)
    const { createHeaders } = this.#definition
    return {
      status: input.status,
      body,
      byteLength: byteLength(body),
      retryAfter: input.retryAfter,
      headers: createHeaders?.(input),
    }
  }

  /** Without spreads, which cost more than the rest of the object. */
  #createInput(error: ApiError, context: RenderContext): ExtendedInput {
    const entry = this.#findEntry(error)
    const { code, status } = entry
    const { detailsPlace = null, getMessage } = this.#definition
    const localized = error.isReceived ? undefined : getMessage?.(error, context)
    const hasOwnMessage = localized === undefined && error.hasOwnMessage
    const message = clampText(
      localized?.text ?? (hasOwnMessage ? error.message : (entry.message ?? error.publicMessage)),
    )
    const issues = error.issues !== undefined && error.expose ? toWireIssues(error.issues) : NO_ISSUES
    const firstWithField = issues.find(({ field }) => field !== undefined)
    const field = entry.field ?? firstWithField?.field
    const issue = (firstWithField ?? issues[0])?.issue ?? message
    const retryAfter = this.#getRetryAfter(error, status, context)
    const isStrict = this.mode === 'strict'
    const details = isStrict || detailsPlace === null ? undefined : readDetails(error, context.report)
    const input: Mutable<ExtendedInput> = {
      code,
      status,
      message,
      description: hasOwnMessage ? message : describeWithIssue(message, error, issues[0]),
      issues,
      requestId: context.requestId ?? error.requestId ?? '',
      timestamp: context.timestamp ?? error.timestamp ?? new Date(),
      origin: clampText(error.origin ?? context.serviceName ?? 'api', MAX_FIELD_LENGTH),
      strict: isStrict,
      error,
    }
    if (field !== undefined) {
      input.field = field
      input.issue = issue
    }
    if (retryAfter !== undefined) input.retryAfter = retryAfter
    if (details !== undefined) input.details = details
    if (localized?.language !== undefined) input.language = localized.language
    if (context.request !== undefined) input.request = context.request
    if (context.report !== undefined) input.report = context.report
    return input
  }

  errorEvents(error: ApiError, context: RenderContext = {}): string {
    const { stream = UNKNOWN_EVENTS } = context
    const { renderEvents, endsArrays = false } = this.#definition
    const { body } = this.render(error, context)
    const events = renderEvents?.(body, stream) ?? [{ event: 'error', data: body }]
    if (stream.format === 'array') return endsArrays ? formatLastItem(body, stream) : ''
    return stream.format === 'lines' ? formatLine(events[0]?.data) : events.map(formatEvent).join('')
  }

  parse(response: WireResponse): ApiError | undefined {
    try {
      const parsed = this.#parseBody(response)
      return parsed && this.#createError(parsed, getErrorStatus(response), response.headers)
    } catch {
      // `parseBody` does not support the shape of the body.
      return undefined
    }
  }

  #parseBody(response: WireResponse): ParsedBody | undefined {
    const { body } = response
    const json: unknown = typeof body === 'string' ? parseJson(body) : body
    if (isRecord(json))
      return Array.isArray(json) ? undefined : this.#definition.parseBody(json, getErrorStatus(response))
    return typeof body === 'string' ? this.#definition.parseText?.(body) : undefined
  }

  #getStrictEntry(error: ApiError, status: number): TableEntry | undefined {
    return this.mode === 'strict'
      ? this.#table.getStrict(errorCodes(error) ?? [error.code], status)
      : undefined
  }

  /** Returns the seconds of the Retry-After header: those of the error, else the default if the status requires one. */
  #getRetryAfter(error: ApiError, status: number, context: RenderContext): number | undefined {
    const retryAfter = retryAfterSeconds(error.retryAfter)
    if (retryAfter !== undefined || this.#definition.retryAfterStatuses?.includes(status) !== true)
      return retryAfter
    return retryAfterSeconds(context.retryAfter ?? DEFAULT_RETRY_AFTER_SECONDS)
  }

  #createError(
    parsed: ParsedBody,
    responseStatus: number | undefined,
    headers: WireResponse['headers'],
  ): ApiError {
    const { message, field, issue, timestamp, details, parentCode, extraMembers } = parsed
    const issues = parseWireIssues(parsed.issues)
    const wireCode = stringOrUndefined(parsed.code)
    const status = responseStatus ?? this.#getParsedStatus(parsed)
    const listed = wireCode === undefined ? undefined : this.#getListed(wireCode)
    return createError(
      this.#getErrorCode(wireCode, status),
      {
        message,
        expose: true,
        retryAfter: parseRetryAfter(getHeader(headers, 'retry-after')) ?? parsed.retryAfter,
        origin: stringOrUndefined(parsed.origin),
        ...(details === undefined ? {} : { details }),
        field,
        issue,
        issues: issues && toErrorIssues(issues),
      },
      {
        status,
        // The header describes this response; the rules of the document describe all responses.
        retryable:
          parseShouldRetry(headers) ??
          this.#retriedStatuses?.has(status) ??
          listed?.retryable ??
          parsed.retryable,
        requestId: stringOrUndefined(parsed.requestId),
        timestamp,
        isReceived: true,
        extraMembers,
      },
      parentCode === undefined ? undefined : this.#getClassCode(parentCode, status),
    )
  }

  #getParsedStatus({ status, code }: ParsedBody): number {
    if (isErrorStatus(status)) return status
    const wireCode = stringOrUndefined(code)
    if (wireCode === undefined) return 500
    const errorCode = this.#fromWireCode(wireCode)
    const mapped = this.#getListed(wireCode) ?? this.#table.getMapped(errorCode)
    return mapped?.status ?? (isErrorCode(errorCode) ? errorClasses[errorCode].status : 500)
  }

  #getErrorCode(wireCode: string | undefined, status: number): string {
    if (wireCode === undefined) return describeUnmappedStatus(status)?.code ?? getCanonicalCode(status)
    const listedCode =
      this.#getListed(wireCode) === undefined ? undefined : this.#table.getErrorCode(wireCode, status)
    if (listedCode !== undefined) return listedCode
    // A wire code that follows from the status alone belongs to an error without a mapping. The error code that it resembles
    // may be mapped to another wire code and status.
    const isDerived = this.#definition.toWireCode?.('', status) === wireCode
    const errorCode = this.#fromWireCode(wireCode)
    return isDerived && this.#table.getMapped(errorCode) !== undefined ? wireCode : errorCode
  }

  /** Returns the code of the class that a listed wire code stands for. */
  #getClassCode(wireCode: string, status: number): ErrorCode | undefined {
    const code = this.#table.getErrorCode(wireCode, status)
    return code !== undefined && isErrorCode(code) ? code : undefined
  }

  #getListed(wireCode: string): WireCode | undefined {
    return Object.hasOwn(this.codes, wireCode) ? this.codes[wireCode] : undefined
  }

  #fromWireCode(wireCode: string): string {
    return this.#definition.fromWireCode?.(wireCode) ?? wireCode
  }
}

function getErrorStatus({ status }: WireResponse): number | undefined {
  return isErrorStatus(status) ? status : undefined
}

function parseShouldRetry(headers: WireResponse['headers']): boolean | undefined {
  const value = getHeader(headers, 'x-should-retry')
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}
