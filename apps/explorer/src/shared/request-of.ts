import { oddRequests } from './odd-requests.ts'
import { QUERY, type Raise } from './sending.ts'

/** A request, but for the host that it goes to. */
export interface AppRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The request that raises something. @param surface Whose clients a stream is for. @default the envelope's own */
export function requestOf(raise: Raise, envelope: string, surface = '1'): AppRequest {
  const routes = `/compat/${envelope}/v1`
  const authorization = ['authorization', 'Bearer sk-demo'] as const
  if (raise.kind === 'request') return oddRequestOf(raise.name, routes)
  if (raise.kind === 'chat') {
    const { model, stream } = raise
    const messages = [{ role: 'user', content: 'Tell me a short story about an error.' }]
    return {
      method: 'POST',
      path: `${routes}/chat/completions`,
      headers: [authorization, accept(stream), ['content-type', 'application/json']],
      body: JSON.stringify({ model, ...(stream ? { stream } : {}), messages }),
    }
  }
  const path =
    raise.kind === 'throw' ? `/throw/${raise.what}` : `/errors/${raise.code}${queryOf(raise, surface)}`
  const isStream = raise.kind === 'error' && raise.stream
  return { method: 'GET', path: routes + path, headers: [authorization, accept(isStream)], body: '' }
}

function oddRequestOf(name: string, routes: string): AppRequest {
  const { method, path, key = 'sk-demo', body = '', type = 'application/json' } = oddRequests[name]!
  return {
    method,
    path: routes + path,
    headers: [
      ...(key === null ? [] : [['authorization', `Bearer ${key}`] as const]),
      accept(false),
      ...(body === '' ? [] : [['content-type', type] as const]),
    ],
    body,
  }
}

function accept(isStream: boolean): readonly [string, string] {
  return ['accept', isStream ? 'text/event-stream' : 'application/json']
}

function queryOf({ query, stream }: Raise & { kind: 'error' }, surface: string): string {
  const given = new URLSearchParams()
  for (const name of QUERY) if (query[name]) given.set(name, query[name])
  if (stream) given.set('stream', surface)
  return given.size === 0 ? '' : `?${given.toString()}`
}
