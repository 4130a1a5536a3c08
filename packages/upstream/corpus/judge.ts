import { parseError, readEvents } from '@faultline/client'
import {
  createError,
  envelopes,
  errorClasses,
  isApiError,
  isErrorCode,
  isObject,
  type ApiError,
} from '@faultline/core'
import { fromUpstreamResponse } from '../src/index.ts'
import type { CorpusCase } from './cases.ts'

/** A part of a result that can be wrong. `leak`: the caller receives text that must not pass. */
type Aspect = 'code' | 'retryable' | 'wait' | 'leak'

/** The wrong parts of the results of a case. A missing member: the result is right. */
export interface Misses {
  /** The result of `fromUpstreamResponse` with the service's credentials. */
  readonly upstream?: readonly Aspect[]
  /** The result of the client's `parseError`, or of `readEvents` for an event stream. */
  readonly client?: readonly Aspect[]
}

/** Compares the results of a case with the wanted ones. */
export async function judge(corpusCase: CorpusCase): Promise<Misses> {
  const { want } = corpusCase
  const upstream = want.upstream === undefined ? [] : await judgeUpstream(corpusCase, want.upstream.best)
  const client = want.readEvents === undefined ? await judgeClient(corpusCase) : await judgeStream(corpusCase)
  return { ...(upstream.length > 0 && { upstream }), ...(client.length > 0 && { client }) }
}

async function judgeUpstream(corpusCase: CorpusCase, codes: readonly string[]): Promise<Aspect[]> {
  const { want, body = '' } = corpusCase
  const error = await fromUpstreamResponse(createResponse(corpusCase), { origin: 'prov' })
  const isAllowed = want.mayPass === undefined || isMessageAllowed(error, body, want.mayPass)
  return select({
    code: !codes.includes(error.code),
    retryable: isWrong(want.retryable, error.retryable),
    wait: isWaitWrong(want.retryAfter, error),
    leak: !isAllowed || sends(error, want.mayNotPass),
  })
}

async function judgeClient(corpusCase: CorpusCase): Promise<Aspect[]> {
  const { client, clientRetryable, retryAfter } = corpusCase.want
  if (client === undefined) return []
  const error = await parseError(createResponse(corpusCase))
  return select({
    code: isErrorCode(error.code) && ![...client.best, ...client.ok].includes(error.code),
    retryable: isWrong(clientRetryable, error.retryable),
    wait: isWaitWrong(retryAfter, error),
    leak: false,
  })
}

async function judgeStream(corpusCase: CorpusCase): Promise<Aspect[]> {
  const { readEvents: codes = [], retryable, retryAfter } = corpusCase.want
  const error = await readStreamError(corpusCase)
  return select({
    code: !codes.includes(error?.code ?? '(none)'),
    retryable: error !== undefined && isWrong(retryable, error.retryable),
    wait: error !== undefined && isWaitWrong(retryAfter, error),
    leak: false,
  })
}

/** Reads the events of a case to their end. Returns the error that `readEvents` throws. */
async function readStreamError(corpusCase: CorpusCase): Promise<ApiError | undefined> {
  const { id, events = '' } = corpusCase
  const isOpenAI = events.includes('data: [DONE]') || id.includes('eof')
  try {
    for await (const _ of readEvents(createResponse(corpusCase), isOpenAI ? { terminator: '[DONE]' } : {}));
    return undefined
  } catch (error) {
    if (isApiError(error)) return error
    throw error
  }
}

function createResponse({ status, headers, body, events }: CorpusCase): Response {
  return new Response(body ?? events ?? null, { status, headers })
}

function select(wrong: Readonly<Record<Aspect, boolean>>): Aspect[] {
  const aspects: readonly Aspect[] = ['code', 'retryable', 'wait', 'leak']
  return aspects.filter((aspect) => wrong[aspect])
}

function isWrong(wanted: boolean | null | undefined, actual: boolean): boolean {
  return typeof wanted === 'boolean' && wanted !== actual
}

/** Compares the wait with the wanted one, with a tolerance of one second. Only a retryable error has a wait. */
function isWaitWrong(wanted: number | undefined, { retryable, retryAfter }: ApiError): boolean {
  if (wanted === undefined || !retryable) return false
  const seconds = retryAfter instanceof Date ? (retryAfter.getTime() - Date.now()) / 1000 : retryAfter
  return seconds === undefined || Math.abs(seconds - wanted) > 1
}

/** Returns whether the response to the caller, or the event of a stream, contains one of the strings. */
function sends(error: ApiError, strings: readonly string[] = []): boolean {
  const { openai } = envelopes
  const sent = [envelopes['ai-api'].render(error), openai.render(error), openai.errorEvents(error)]
  const wire = JSON.stringify(sent)
  return strings.some((text) => wire.includes(JSON.stringify(text).slice(1, -1)))
}

/** Minimum length of a string that is recognized as a part of the body. */
const MIN_SHARED_LENGTH = 12

/** Returns whether the message is a generic one, or consists of allowed strings of the body. */
function isMessageAllowed(error: ApiError, body: string, allowed: readonly string[]): boolean {
  if (error.message === getGenericMessage(error.code)) return true
  const strings = [...collectStrings(parseJson(body) ?? body)].map(normalize)
  const parts = normalize(error.message)
    .split(/\[redacted\]|…/)
    .map((part) => part.trim())
    .filter((part) => part.length >= MIN_SHARED_LENGTH && strings.some((text) => text.includes(part)))
  return parts.every((part) => allowed.some((text) => normalize(text).includes(part)))
}

function getGenericMessage(code: string): string | undefined {
  return isErrorCode(code) ? createError(code, {}, errorClasses[code]).message : undefined
}

/** Yields the strings of a parsed body, and those of JSON inside its strings. */
function* collectStrings(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value
    const inner = parseJson(value)
    if (isObject(inner)) yield* collectStrings(inner)
  } else if (isObject(value)) for (const member of Object.values(value)) yield* collectStrings(member)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function normalize(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
