import { byteLength } from '../http/byte-length.ts'
import { getReasonPhrase, isErrorStatus } from '../http/status.ts'
import { redact } from '../log/redact.ts'
import { isDefaultErrorPage, isDefaultMessage } from '../recognize/default-error-page.ts'
import { parseJson } from '../http/parse-json.ts'
import type { ResponderOptions } from './options.ts'

/** The value of the option `replaceBodies`. */
export type ReplaceBodies = Exclude<ResponderOptions['replaceBodies'], undefined>

/** The head of an error response that other code, such as middleware, has written. */
export interface ForeignHead {
  readonly status: number
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
}

/** An error response that other code has written. */
export interface ForeignResponse extends ForeignHead {
  /** The complete body. Undefined if it is longer than the adapter holds, or cannot be read. */
  readonly body?: string | Uint8Array | undefined
}

/** Maximum length of a body that is held, in bytes, by the value of the option. */
const MAX_HELD_BYTES = { plain: 1024, all: 65_536 }

const MAX_MESSAGE_LENGTH = 200
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_A_MESSAGE = /[<\x00-\x1f\x7f]/

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Returns how many bytes of a foreign body an adapter holds before it sends the response unchanged. */
export function getMaxHeldBytes(mode: ReplaceBodies): number {
  return mode === false ? 0 : MAX_HELD_BYTES[mode]
}

/**
 * Returns whether a response may have to be replaced, judged by its head. Event streams and 407 responses are never
 * replaced: an event stream reports its own errors, and 407 is an agreement between a client and its proxy.
 *
 * @param accept The Accept header of the request.
 */
export function mayReplace(mode: ReplaceBodies, head: ForeignHead, accept: string | undefined): boolean {
  if (mode === false || !isErrorStatus(head.status) || head.status === 407) return false
  const type = getMediaType(head.contentType)
  if (mode === 'plain') return type === '' || type === 'text/plain' || type === 'text/html'
  return type !== 'text/event-stream' && !(type === 'text/html' && prefersHtml(accept))
}

/** Returns a response without its body if the body is longer than an adapter holds. */
export function omitLongBody(response: ForeignResponse, maxBytes: number): ForeignResponse {
  const { body } = response
  if (body === undefined) return response
  const length = typeof body === 'string' ? byteLength(body) : body.length
  return length > maxBytes ? { ...response, body: undefined } : response
}

/**
 * Returns whether a response must be replaced in mode `'plain'`: its body is empty, plain text, or a framework's default
 * error page. Text that is JSON is not plain: a handler may label it wrongly.
 */
export function isPlain({ contentType, contentEncoding, body }: ForeignResponse): boolean {
  if (body === undefined) return false
  if (body.length === 0) return true
  // A compressed body cannot be read. A page could be in it, but text labelled as such is plain.
  if (isEncoded(contentEncoding)) return getMediaType(contentType) === 'text/plain'
  const text = decode(body)
  if (text === undefined || isJson(text)) return false
  return getMediaType(contentType) === 'text/html' ? !text.includes('<') || isDefaultErrorPage(text) : true
}

/** Returns whether a response to HEAD may belong to a page. Without its body it cannot be distinguished from text. */
export function isUnknownPage({ contentType }: ForeignHead, method: string): boolean {
  return method === 'HEAD' && getMediaType(contentType) === 'text/html'
}

/**
 * Returns the text of a 4xx that becomes the public message: one line of at most 200 characters without markup that
 * is not the reason phrase or the default message of a framework. Undefined for any other body.
 */
export function getForeignMessage({ status, contentEncoding, body }: ForeignResponse): string | undefined {
  if (status >= 500 || body === undefined || isEncoded(contentEncoding)) return undefined
  const text = decode(body)?.trim()
  if (text === undefined || text === '' || text.length > MAX_MESSAGE_LENGTH || NOT_A_MESSAGE.test(text))
    return undefined
  if (isDefaultMessage(text) || isJson(text) || isReasonPhrase(text, status)) return undefined
  return redact(text, 'wire')
}

/** Returns the JSON of a body; undefined if it is not JSON. */
export function parseForeignBody({ body, contentEncoding }: ForeignResponse): unknown {
  const text = body === undefined || isEncoded(contentEncoding) ? undefined : decode(body)
  return text === undefined ? undefined : parseJson(text)
}

function decode(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return body
  try {
    return decoder.decode(body)
  } catch {
    // Not UTF-8: binary data.
    return undefined
  }
}

function isEncoded(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && contentEncoding !== '' && contentEncoding !== 'identity'
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && parseJson(text) !== undefined
}

function isReasonPhrase(text: string, status: number): boolean {
  const normalized = text.toLowerCase().replace(/[.!]$/, '')
  return normalized === getReasonPhrase(status)?.toLowerCase() || normalized === String(status)
}

function getMediaType(contentType: string | undefined): string {
  const [type = ''] = (contentType ?? '').split(';', 1)
  return type.trim().toLowerCase()
}

/**
 * Returns whether a request prefers HTML to JSON: its weight is higher than that of every JSON type, or equal and it
 * stands first. A request without Accept, or with any type, accepts JSON.
 */
function prefersHtml(accept: string | undefined): boolean {
  let html = { weight: 0, position: Infinity }
  let json = { weight: 0, position: Infinity }
  for (const [position, item] of (accept ?? '').split(',', 50).entries()) {
    const [range = '', ...parameters] = item.toLowerCase().split(';')
    const type = range.trim()
    const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
    const weight = quality === undefined ? 1 : Number(quality.trim().slice('q='.length)) || 0
    const candidate = { weight, position }
    if (type === 'text/html' || type === 'application/xhtml+xml') html = pickPreferred(html, candidate)
    else if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) json = pickPreferred(json, candidate)
  }
  return html.weight > json.weight || (html.weight === json.weight && html.position < json.position)
}

interface Preference {
  readonly weight: number
  readonly position: number
}

function pickPreferred(current: Preference, candidate: Preference): Preference {
  return candidate.weight > current.weight ? candidate : current
}
