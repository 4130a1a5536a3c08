import { isDeepStrictEqual } from 'node:util'
import { parseError, readProviderError } from '@faultline/client'
import {
  ApiError,
  envelopes,
  errorClasses,
  isApiErrorClass,
  isErrorStatus,
  isObject,
  readProperty,
  retryAfterSeconds,
  type ApiErrorClass,
  type Envelope,
  type RetryPolicy,
} from '@faultline/core'
import { getErrorDoc } from '@faultline/openapi'
import { bold, toPrintable, type CliIO } from './cli-io.ts'
import { DEFAULT_TIMEOUT_MS, EXIT, parseMilliseconds, printJson, type Context } from './command.ts'
import { fetchResponse } from './fetch-response.ts'
import { readTextFile, readTextStream } from './files.ts'
import { loadEnvelope } from './load-module.ts'
import { isUrl } from './read-document.ts'

/** Maximum size of an error response in bytes, as in @faultline/client. */
const MAX_RESPONSE_BYTES = 1024 * 1024

interface Options {
  readonly envelope?: string
  readonly timeout: number
  readonly json?: true
}

/** Adds `faultline explain`. */
export function explainCommand({ command, io, exit }: Context): void {
  command('explain')
    .description('Explain an error response: envelope, code, retryability, remedy')
    .argument(
      '<source>',
      "a URL, a file with a response (as printed by `curl -i`) or its body, or '-' for standard input",
    )
    .option('--envelope <id>', "the server's envelope (default: detected)")
    .option('--timeout <ms>', 'time limit of a URL in milliseconds', parseMilliseconds, DEFAULT_TIMEOUT_MS)
    .option('--json', 'print JSON')
    .action(async (source: string, { envelope: id, json, timeout }: Options) => {
      const envelope = id === undefined ? undefined : await loadEnvelope(id)
      const response = await readResponse(source, io, timeout)
      const problem = findProblem(response, envelope)
      if (problem !== undefined) {
        io.err(`faultline: ${problem}\n`)
        exit(EXIT.findings)
        return
      }
      const explanation = await explainResponse(response, envelope)
      if (json) printJson(explanation, io)
      else io.out(formatExplanation(explanation, io))
    })
}

interface HttpResponse {
  /** Undefined for a body without a head. */
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Explanation {
  readonly status: number
  readonly code: string
  readonly retryable: boolean
  /** Maximum number of attempts, including the first, if the envelope's document limits them. */
  readonly maxAttempts: number | undefined
  /** Minimum delays between the attempts in seconds, if the envelope's document specifies them. */
  readonly delays: readonly number[] | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  readonly message: string
  readonly description: string
  readonly remedy: string
  readonly requestId: string | undefined
  readonly origin: string | undefined
  readonly issues: readonly unknown[]
  /** Ids of the envelopes that can parse the body, the most likely first. */
  readonly envelopes: readonly string[]
}

/**
 * Reads a response.
 *
 * @param source A URL, a file, or `-` for standard input. A file contains a complete response, as printed by `curl -i`,
 * or only a body.
 */
async function readResponse(source: string, { input }: CliIO, timeoutMs: number): Promise<HttpResponse> {
  if (isUrl(source)) {
    const { status, headers, body } = await fetchResponse(source, MAX_RESPONSE_BYTES, timeoutMs)
    return { status, headers: Object.fromEntries(headers), body }
  }
  return parseResponse(
    source === '-' ? await readTextStream(input, MAX_RESPONSE_BYTES) : await readTextFile(source),
  )
}

/** Parses the output of `curl -i`, or a body. Of several responses, such as a 100 before a 429, the last one counts. */
function parseResponse(content: string): HttpResponse {
  let rest = content.trimStart()
  let head: string | undefined
  while (/^HTTP\/[\d.]+ \d{3}/.test(rest)) {
    const [headWithEnd = rest, currentHead = ''] = /^([^]*?)(?:\r?\n\r?\n|$)/.exec(rest) ?? []
    head = currentHead
    rest = rest.slice(headWithEnd.length)
  }
  if (head === undefined) return { status: undefined, headers: {}, body: rest }
  const [statusLine = '', ...headerLines] = head.split(/\r?\n/)
  const headers = headerLines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), body: rest }
}

/** Returns the reason why there is nothing to explain. */
function findProblem(response: HttpResponse, envelope: Envelope | undefined): string | undefined {
  const { status } = response
  if (status !== undefined) return status < 400 ? 'not an error response' : undefined
  return envelope?.parse(response) !== undefined || identifiesError(parseJson(response.body))
    ? undefined
    : 'the body matches no envelope and no status is given; pipe the output of `curl -si`'
}

/** Returns whether a body without a status identifies an error: by a status, by a code of the taxonomy or by an envelope. */
function identifiesError(body: unknown): boolean {
  if (!isObject(body)) return false
  const { names, status } = readProviderError(body)
  if (status !== undefined || names.some((name) => Object.hasOwn(errorClasses, name))) return true
  // Without a name or a status, such as FastAPI's `{ detail }`, a body can belong to any error.
  const isSpecific = names.length > 0 || isErrorStatus(readProperty(body, 'status'))
  return isSpecific && Object.values(envelopes).some((envelope) => envelope.parse({ body }) !== undefined)
}

async function explainResponse(response: HttpResponse, envelope: Envelope | undefined): Promise<Explanation> {
  const error = await parseError(response, { envelope })
  const { description, remedy } = getErrorDoc(findClass(error))
  const { status, code, retryable, retryAfter, requestId, origin, issues } = error
  const ids = detectEnvelopes(response, error)
  const { maxAttempts, maxAttemptsByStatus, delays } = getRetryPolicy(envelope, ids)
  return {
    status,
    code,
    retryable,
    maxAttempts: retryable ? (maxAttemptsByStatus?.[status] ?? maxAttempts) : undefined,
    delays: retryable ? delays : undefined,
    retryAfter: retryAfterSeconds(retryAfter),
    message: error.message,
    description,
    remedy,
    requestId,
    origin,
    issues: issues ?? [],
    envelopes: ids,
  }
}

/** Returns the retry policy of the named envelope, otherwise of the most likely one. */
function getRetryPolicy(named: Envelope | undefined, [id]: readonly string[]): RetryPolicy {
  const detected = Object.entries(envelopes).find(([each]) => each === id)?.[1]
  return (named ?? detected)?.retryPolicy ?? {}
}

function findClass({ code, constructor }: ApiError): ApiErrorClass {
  const types: ReadonlyMap<string, ApiErrorClass> = new Map(Object.entries(errorClasses))
  return types.get(code) ?? (isApiErrorClass(constructor) ? constructor : ApiError)
}

/** Lists the envelopes that can parse a response. Envelopes that would render the same body come first. */
function detectEnvelopes(response: HttpResponse, error: ApiError): string[] {
  const body = parseJson(response.body)
  if (body === undefined) return []
  const timestamp = 'timestamp' in error && error.timestamp instanceof Date ? error.timestamp : undefined
  const equal: string[] = []
  const similar: string[] = []
  for (const [id, envelope] of Object.entries(envelopes)) {
    const parsed = envelope.parse(response)
    if (parsed === undefined) continue
    const rendered = envelope.render(parsed, timestamp === undefined ? {} : { timestamp })
    const isEqual = isDeepStrictEqual(JSON.parse(JSON.stringify(rendered.body)), body)
    ;(isEqual ? equal : similar).push(id)
  }
  return [...equal, ...similar]
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function formatExplanation(explanation: Explanation, io: CliIO): string {
  const { status, code, message, description, remedy, requestId, origin, issues } = explanation
  const lines: [string, string | undefined][] = [
    ['envelope', explanation.envelopes.join(' or ') || 'unknown'],
    ['message', message],
    ['description', description],
    ['retry', describeRetry(explanation)],
    ['remedy', remedy],
    ['request id', requestId],
    ['origin', origin],
    ['issues', issues.length === 0 ? undefined : JSON.stringify(issues)],
  ]
  const body = lines.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`  ${name.padEnd(12)}${toPrintable(value)}\n`],
  )
  return `${bold(toPrintable(`${status} ${code}`), io)}\n${body.join('')}`
}

function describeRetry({ retryable, retryAfter, maxAttempts, delays }: Explanation): string {
  if (!retryable) return 'no'
  return [
    'yes',
    ...(retryAfter === undefined ? [] : [`after ${retryAfter} s`]),
    ...(maxAttempts === undefined ? [] : [`at most ${maxAttempts} attempts in all`]),
    ...(delays === undefined
      ? []
      : [`at least ${delays.map((delay) => `${delay} s`).join(', then ')} between attempts`]),
  ].join(', ')
}
