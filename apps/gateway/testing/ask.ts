import { envelopes, errorClasses, type ErrorCode } from '@faultline/core'
import { expect } from 'vitest'

/** An app under test: what it listens on, and its upstream. */
export interface Target {
  readonly url: string
  /** How often the upstream was called for a model, where the suite can know. */
  calls(model: string): number
  /** How many answers the upstream is giving. */
  openStreams(): number
}

export type Body = string | object | FormData | Uint8Array

export interface Ask {
  readonly method?: string
  /** @default sk-demo; null for none */
  readonly key?: string | null
  readonly headers?: Record<string, string>
  readonly body?: Body
  readonly signal?: AbortSignal
}

/** An answer that the suite got, to be held against the document. */
export interface Heard {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly type: string
  readonly json: unknown
}

/** Every answer so far. */
export const heard: Heard[] = []

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

/** A chat that is completed, but for what is changed. */
export const chatOf = (change: object = {}): object => ({
  model: 'echo',
  messages: [{ role: 'user', content: 'Hello there' }],
  ...change,
})

let current: (() => Target) | undefined

/** Names the app that is asked from now on; it may still have to start. */
export function setTarget(app: () => Target): void {
  current = app
}

/** The app that is asked. */
export function target(): Target {
  return current!()
}

/** Asks the app. */
export async function ask(
  path: string,
  { method, key = 'sk-demo', headers = {}, body, signal }: Ask = {},
): Promise<Answer> {
  const isJson =
    body !== undefined &&
    typeof body === 'object' &&
    !(body instanceof FormData) &&
    !(body instanceof Uint8Array)
  const response = await fetch(target().url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string) }),
    ...(signal ? { signal } : {}),
  })
  const text = await response.text()
  let json: Record<string, unknown> = {}
  try {
    json = JSON.parse(text) as Record<string, unknown>
  } catch {
    // A HEAD has none.
  }
  const { status, headers: sent } = response
  const asked = method ?? (body === undefined ? 'GET' : 'POST')
  heard.push({ method: asked, path, status, type: sent.get('content-type') ?? '', json })
  return { status, headers: sent, text, json }
}

/** Asks for a completion. */
export const chat = (change: object = {}, rest: Ask = {}): Promise<Answer> =>
  ask('/v1/chat/completions', { body: chatOf(change), ...rest })

/** Expects the answer of a code in ai-api: status, body and headers, and nothing that is secret. */
export function expectError({ status, headers, text, json }: Answer, code: string, details?: object): void {
  const row = new (errorClasses[code as ErrorCode] as new (options: object) => Error)({
    field: 'x',
    model: 'x',
  })
  const { code: wire, status: expected } = envelopes['ai-api'].lookup(row as never)
  expect({ status, code: (json['error'] as { code?: string } | undefined)?.code }, text).toEqual({
    status: expected,
    code: wire,
  })
  if (details !== undefined) expect(json['error']).toMatchObject({ details })
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-request-id')).toBe((json['meta'] as { request_id: string }).request_id)
  expect(text).not.toMatch(/sk-|secret|10\.0\.0\.5|node_modules/)
}
