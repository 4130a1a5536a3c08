import { QUERY, type ErrorQuery, type Raise, type Target } from '../shared/send-request.ts'

/** The tabs of the sidebar. */
export const TABS = ['errors', 'throw', 'requests', 'models', 'streams'] as const

export type Tab = (typeof TABS)[number]

/** The state of the page that its URL contains, so that a view can be linked and reloaded. */
export interface View {
  readonly tab: Tab
  /** Undefined if nothing is selected. */
  readonly raise: Raise | undefined
  readonly one: Target
  /** The target to compare with. */
  readonly two: Target | undefined
}

/** Formats a view as a URL fragment. */
export function toHash({ tab, raise, one, two }: View): string {
  const params = new URLSearchParams()
  if (raise?.kind === 'error') {
    params.set('error', raise.code)
    for (const name of QUERY) if (raise.query[name]) params.set(name, raise.query[name])
  } else if (raise?.kind === 'throw') params.set('throw', raise.what)
  else if (raise?.kind === 'request') params.set('request', raise.name)
  else if (raise?.kind === 'chat') params.set('model', raise.model)
  if (raise !== undefined && 'stream' in raise && raise.stream) params.set('stream', '1')
  params.set('tab', tab)
  params.set('on', one.framework)
  params.set('in', one.envelope)
  if (two !== undefined) {
    params.set('on2', two.framework)
    params.set('in2', two.envelope)
  }
  return `#${params.toString()}`
}

/** Parses a URL fragment. Missing and unknown values get their defaults. */
export function fromHash(hash: string, frameworks: readonly string[], envelopes: readonly string[]): View {
  const params = new URLSearchParams(hash.replace(/^#/, ''))
  const readFramework = (name: string): string => {
    const value = params.get(name)
    return value !== null && frameworks.includes(value) ? value : (frameworks[0] ?? '')
  }
  const readEnvelope = (name: string, fallback: string): string => {
    const value = params.get(name)
    return value !== null && envelopes.includes(value.replace(/:strict$/, '')) ? value : fallback
  }
  const one = { framework: readFramework('on'), envelope: readEnvelope('in', 'ai-api') }
  const two = { framework: readFramework('on2'), envelope: readEnvelope('in2', 'openai') }
  return {
    tab: TABS.find((tab) => tab === params.get('tab')) ?? 'errors',
    raise: parseRaise(params),
    one,
    two: params.has('in2') ? two : undefined,
  }
}

function parseRaise(params: URLSearchParams): Raise | undefined {
  const stream = params.has('stream')
  const code = params.get('error')
  if (code !== null) return { kind: 'error', code, query: parseQuery(params), stream }
  const what = params.get('throw')
  if (what !== null) return { kind: 'throw', what }
  const name = params.get('request')
  if (name !== null) return { kind: 'request', name }
  // Must be last: `model` is also an option of errors.
  const model = params.get('model')
  return model === null ? undefined : { kind: 'chat', model, stream }
}

function parseQuery(params: URLSearchParams): ErrorQuery {
  const entries = QUERY.map((name) => [name, params.get(name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== ''))
}

/** Returns the code, kind, request name or model. */
export function getName(raise: Raise): string {
  switch (raise.kind) {
    case 'error':
      return raise.code
    case 'throw':
      return raise.what
    case 'request':
      return raise.name
    default:
      return raise.model
  }
}
