import { envelopes, errorClasses, type ApiError } from '@faultline/core'
import { expect } from 'vitest'
import { errors } from '../src/errors.ts'

/** The app under test and its upstream. */
export interface Target {
  readonly url: string
  /** Returns how often the upstream was called for a model. */
  calls(model: string): number
  /** Returns the number of responses that the upstream is writing. */
  openStreams(): number
}

export type Body = string | object | FormData | Uint8Array

export interface SendOptions {
  readonly method?: string
  /** null to send no key. @default sk-demo */
  readonly key?: string | null
  readonly headers?: Record<string, string>
  readonly body?: Body
  readonly signal?: AbortSignal
}

/** A response to compare with the OpenAPI document. */
export interface RecordedResponse {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly type: string
  readonly json: unknown
}

/** All responses so far. */
export const recordedResponses: RecordedResponse[] = []

export interface ReceivedResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

/** Creates the body of a valid chat request, with some members replaced. */
export const createChatBody = (change: object = {}): object => ({
  model: 'echo',
  messages: [{ role: 'user', content: 'Hello there' }],
  ...change,
})

let getTarget: (() => Target) | undefined

/** Sets the app that the following requests go to. It need not be running yet. */
export function setTarget(get: () => Target): void {
  getTarget = get
}

/** Returns the app under test. */
export function target(): Target {
  if (getTarget === undefined) throw new Error('target: no app; call setTarget first')
  return getTarget()
}

/** Sends a request to the app under test. The default method is POST with a body and GET without. */
export async function send(
  path: string,
  { method, key = 'sk-demo', headers = {}, body, signal }: SendOptions = {},
): Promise<ReceivedResponse> {
  const usedMethod = method ?? (body === undefined ? 'GET' : 'POST')
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array
  const response = await fetch(target().url + path, {
    method: usedMethod,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: isRaw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  const text = await response.text()
  let json: Record<string, unknown> = {}
  try {
    json = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Streams and responses to HEAD are not JSON.
  }
  const type = response.headers.get('content-type') ?? ''
  const value = type.startsWith('text/plain') ? text : json
  recordedResponses.push({ method: usedMethod, path, status: response.status, type, json: value })
  return { status: response.status, headers: response.headers, text, json }
}

/** Sends a chat request. */
export const sendChat = (change: object = {}, options: SendOptions = {}): Promise<ReceivedResponse> =>
  send('/v1/chat/completions', { body: createChatBody(change), ...options })

/** Classes of all errors of the API, by code. */
const apiErrors: Readonly<Record<string, unknown>> = { ...errorClasses, out_of_credits: errors.OutOfCredits }

/** Expects the ai-api response for an error code: status, body and headers, without any secret. */
export function expectError(
  { status, headers, text, json }: ReceivedResponse,
  code: string,
  details?: object,
): void {
  const ErrorClass = apiErrors[code] as new (options: object) => ApiError
  const expected = envelopes['ai-api'].lookup(new ErrorClass({ field: 'x', model: 'x' }))
  expect({ status, code: (json['error'] as { code?: string } | undefined)?.code }, text).toEqual({
    status: expected.status,
    code: expected.code,
  })
  if (details !== undefined) expect(json['error']).toMatchObject({ details })
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-request-id')).toBe((json['meta'] as { request_id: string }).request_id)
  expect(text).not.toMatch(/sk-|secret|10\.0\.0\.5|node_modules/)
}
