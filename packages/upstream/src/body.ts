import { firstOf, isObject, LONGEST, read, readNumber, readText } from './read.ts'

/** The most characters of a body that are parsed. */
const LARGEST = 262_144

/** What a body says of an error, in whichever provider's shape. */
export interface Said {
  /** The sentence that is meant for people. */
  readonly message?: string | undefined
  /** What the provider calls it, from the finest name to the coarsest, in snake case. */
  readonly names: readonly string[]
  /** The code, as the provider writes it. */
  readonly code?: string | undefined
  /** A status in the place of a code, as LiteLLM, vLLM, OpenRouter and Google have it. */
  readonly status?: number | undefined
  /** The parameter that it is about. */
  readonly field?: string | undefined
  readonly issues?:
    | readonly { readonly message: string; readonly path?: readonly (string | number)[] }[]
    | undefined
  /** Seconds, from google.rpc.RetryInfo and its like. */
  readonly retryAfter?: number | undefined
  readonly requestId?: string | undefined
}

/** A body as an object: parsed where it is a text, bytes or an event stream; undefined where that fails. */
export function bodyOf(body: unknown): object | undefined {
  const text = textOf(body)
  if (text === undefined) {
    if (!isObject(body)) return undefined
    const [first] = firstOf(body, 1)
    // Gemini's streams without SSE are lists, an error's too.
    return isObject(first) ? first : body
  }
  const trimmed = text.trim()
  if (/^[[{]/.test(trimmed)) return bodyOf(parse(trimmed) ?? undefined)
  return eventOf(trimmed)
}

/** The data of the event in an event stream that tells of an error: the last one, which ended the stream. */
function eventOf(text: string): object | undefined {
  const lines = text.split(/\r\n|\r|\n/).slice(-256)
  for (let at = lines.length - 1; at >= 0; at--) {
    const [, data] = /^data: ?([[{].*)$/s.exec(lines[at]!) ?? []
    const event = data === undefined ? undefined : parse(data)
    if (isObject(event) && (isError(event) || /^event: ?error$/.test(lines[at - 1] ?? ''))) return event
  }
  return undefined
}

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body.length > LARGEST ? body.slice(0, LARGEST) : body
  try {
    if (ArrayBuffer.isView(body)) {
      const { buffer, byteOffset, byteLength } = body
      return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, Math.min(byteLength, LARGEST)))
    }
    if (body instanceof ArrayBuffer) {
      return new TextDecoder().decode(new Uint8Array(body, 0, Math.min(body.byteLength, LARGEST)))
    }
  } catch {
    // A buffer that was given away has nothing to say.
  }
  return undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether an object has the shape of an error body or an error event, of whichever provider. */
export function isError(body: object): boolean {
  const error = read(body, 'error')
  if (isObject(error))
    return readText(error, 'message') !== undefined || isObject(read(error, 0)) || isNamed(error)
  if (typeof error === 'string') return error !== ''
  const isNamedElsewhere = [
    read(body, 'detail'),
    read(read(body, 'response'), 'error'),
    read(read(body, 'errors'), 0),
  ]
  if (
    isNamedElsewhere.some(
      (item) => isObject(item) && (isNamed(item) || readText(item, 'detail') !== undefined),
    )
  )
    return true
  // Problem details (RFC 9457).
  if (readText(body, 'title') !== undefined && typeof read(body, 'status') === 'number') return true
  return readText(body, 'type') === 'error' || readText(body, 'object') === 'error'
}

const isNamed = (error: object): boolean =>
  readText(error, 'type') !== undefined || readText(error, 'code') !== undefined

/** Reads what an error body says. Total: what is of another type is passed over. */
export function readBody(body: object): Said {
  const response = read(body, 'response')
  if (
    isObject(response) &&
    (isObject(read(response, 'error')) || isObject(read(response, 'incomplete_details')))
  ) {
    const reason = readText(read(response, 'incomplete_details'), 'reason')
    const error = read(response, 'error')
    return readBody({ error: isObject(error) ? error : { code: reason } })
  }
  const nested = read(body, 'error')
  const [listed] = [...firstOf(nested, 1), ...firstOf(read(body, 'errors'), 1)]
  const detail = read(body, 'detail')
  const inner = [listed, nested, detail].find((item) => isObject(item) && firstOf(item, 1).length === 0)
  const error = isObject(inner) ? inner : body
  const text = typeof nested === 'string' ? nested.slice(0, LONGEST) : undefined
  const metadata = read(error, 'metadata')
  const details = [read(error, 'details'), read(body, 'detail')].flatMap((list) => firstOf(list, 16))
  const google = googleOf(details)
  const code = read(error, 'code') ?? read(error, '__type')
  const fault = read(error, 'innererror') ?? read(error, 'inner_error')
  const raw = rawOf(metadata)
  const finer = [
    readText(fault, 'code'),
    readText(read(error, 'details'), 'error_code'),
    readText(metadata, 'limit_source'),
    readText(metadata, 'error_type'),
    read(metadata, 'flagged_input') === undefined && !Array.isArray(read(metadata, 'reasons'))
      ? undefined
      : 'content_filter',
    ...google.names,
    typeof code === 'string' ? code : undefined,
    readText(body, 'error_type'),
    ...(raw?.names ?? []),
    readText(error, 'status'),
    readText(error, 'type'),
  ]
  const message =
    readText(error, 'message') ??
    readText(error, 'Message') ??
    readText(body, 'message') ??
    readText(body, 'detail') ??
    text
  const numbers = [
    code,
    read(error, 'status_code'),
    read(error, 'http_status_code'),
    read(error, 'status'),
    read(body, 'statusCode'),
  ]
  return {
    message: raw?.message ?? message,
    names: finer.flatMap((name) => (name === undefined ? [] : [snakeCase(name)])),
    code: typeof code === 'string' ? code : undefined,
    status: numbers.map(statusOf).find((number) => number !== undefined),
    field: readText(error, 'param'),
    issues: google.issues.length > 0 ? google.issues : issuesOf(read(body, 'detail')),
    retryAfter: google.retryAfter ?? readNumber(metadata, 'retry_after_seconds'),
    requestId: readText(body, 'request_id') ?? google.requestId,
  }
}

/** A status as a number or as a text; undefined for anything else. */
function statusOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.length === 3 ? Number(value) : value
  return Number.isInteger(number) && (number as number) >= 400 && (number as number) <= 599
    ? (number as number)
    : undefined
}

/** What the provider behind OpenRouter said, which OpenRouter quotes. */
function rawOf(metadata: unknown): Said | undefined {
  const raw = readText(metadata, 'raw')
  const body = raw === undefined || !raw.startsWith('{') ? undefined : bodyOf(raw)
  // Once: a quotation that quotes another one is nobody's.
  return body === undefined || isObject(read(read(body, 'error'), 'metadata')) ? undefined : readBody(body)
}

/** google.rpc's details: the reason, what was violated, when to come back. */
function googleOf(details: readonly unknown[]): Required<Pick<Said, 'names'>> & {
  issues: { message: string; path?: readonly string[] }[]
  retryAfter?: number | undefined
  requestId?: string | undefined
} {
  const names: string[] = []
  const issues: { message: string; path?: readonly string[] }[] = []
  let retryAfter: number | undefined
  let requestId: string | undefined
  for (const detail of details) {
    const type = readText(detail, '@type')
    if (type === undefined) continue
    const reason = readText(detail, 'reason')
    if (reason !== undefined) names.push(reason)
    const delay = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(readText(detail, 'retryDelay') ?? '')?.[1]
    if (delay !== undefined) retryAfter = Number(delay)
    requestId ??= type.endsWith('RequestInfo') ? readText(detail, 'requestId') : undefined
    // A day's quota is not a minute's rate: waiting does not help (Gemini's quotaId).
    for (const violation of firstOf(read(detail, 'violations'), 8))
      if (/PerDay/.test(readText(violation, 'quotaId') ?? '')) names.unshift('quota_exceeded')
    for (const violation of firstOf(read(detail, 'fieldViolations'), 16)) {
      const message = readText(violation, 'description')
      const field = readText(violation, 'field')
      if (message !== undefined)
        issues.push({ message, ...(field === undefined ? {} : { path: field.split('.').slice(0, 16) }) })
    }
  }
  return { names, issues, retryAfter, requestId }
}

/** FastAPI's list of what is wrong, without the input that it quotes. */
function issuesOf(detail: unknown): Said['issues'] {
  const issues = firstOf(detail, 16).flatMap((item) => {
    const message = readText(item, 'msg')
    if (message === undefined) return []
    const path = firstOf(read(item, 'loc'), 16).filter(
      (key) => typeof key === 'string' || typeof key === 'number',
    )
    return [{ message, path: path[0] === 'body' ? path.slice(1) : path }]
  })
  return issues.length === 0 ? undefined : issues
}

/** `ThrottlingException` and `RESOURCE_EXHAUSTED` as snake case: names are compared in it. */
export function snakeCase(name: string): string {
  const short = name.slice(0, 128)
  // AWS puts a namespace before a `#` and a URL behind a colon.
  const own = short.replace(/^.*#/, '').replace(/:.*$/s, '')
  return own
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s.-]+/g, '_')
    .toLowerCase()
}
