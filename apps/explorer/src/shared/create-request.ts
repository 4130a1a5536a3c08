import { invalidRequests } from './invalid-requests.ts'
import { QUERY, type Raise } from './send-request.ts'

/** An HTTP request without its host. */
export interface AppRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/**
 * Creates the request that triggers something in an app.
 *
 * @param surface Envelope whose clients read the stream. @default the clients of `envelope`
 */
export function createRequest(raise: Raise, envelope: string, surface = '1'): AppRequest {
  const prefix = `/compat/${envelope}/v1`
  const authorization = ['authorization', 'Bearer sk-demo'] as const
  if (raise.kind === 'request') return createInvalidRequest(raise.name, prefix)
  if (raise.kind === 'chat') {
    const { model, stream } = raise
    const messages = [{ role: 'user', content: 'Tell me a short story about an error.' }]
    return {
      method: 'POST',
      path: `${prefix}/chat/completions`,
      headers: [authorization, createAccept(stream), ['content-type', 'application/json']],
      body: JSON.stringify({ model, ...(stream ? { stream } : {}), messages }),
    }
  }
  const path =
    raise.kind === 'throw' ? `/throw/${raise.what}` : `/errors/${raise.code}${formatQuery(raise, surface)}`
  const isStream = raise.kind === 'error' && raise.stream
  return { method: 'GET', path: prefix + path, headers: [authorization, createAccept(isStream)], body: '' }
}

function createInvalidRequest(name: string, prefix: string): AppRequest {
  const template = invalidRequests[name]
  if (template === undefined) throw new TypeError(`name: unknown request ${JSON.stringify(name)}`)
  const { method, path, key = 'sk-demo', body = '', type = 'application/json' } = template
  return {
    method,
    path: prefix + path,
    headers: [
      ...(key === null ? [] : [['authorization', `Bearer ${key}`] as const]),
      createAccept(false),
      ...(body === '' ? [] : [['content-type', type] as const]),
    ],
    body,
  }
}

function createAccept(isStream: boolean): readonly [string, string] {
  return ['accept', isStream ? 'text/event-stream' : 'application/json']
}

function formatQuery({ query, stream }: Raise & { kind: 'error' }, surface: string): string {
  const params = new URLSearchParams()
  for (const name of QUERY) if (query[name]) params.set(name, query[name])
  if (stream) params.set('stream', surface)
  return params.size === 0 ? '' : `?${params.toString()}`
}
