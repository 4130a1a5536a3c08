import { QUERY, type ErrorQuery, type Raise, type Target } from '../shared/sending.ts'

/** The lists that can be picked from. */
export const TABS = ['errors', 'throw', 'requests', 'models', 'streams'] as const

export type Tab = (typeof TABS)[number]

/** What the page shows: all of it is in its address, so that a view can be linked and reloaded. */
export interface View {
  readonly tab: Tab
  /** Undefined: nothing is picked yet. */
  readonly raise: Raise | undefined
  readonly one: Target
  /** What the first is held against. */
  readonly two: Target | undefined
}

/** A view as the fragment of an address. */
export function toHash({ tab, raise, one, two }: View): string {
  const said = new URLSearchParams()
  if (raise?.kind === 'error') {
    said.set('error', raise.code)
    for (const name of QUERY) if (raise.query[name]) said.set(name, raise.query[name])
  } else if (raise?.kind === 'throw') said.set('throw', raise.what)
  else if (raise?.kind === 'request') said.set('request', raise.name)
  else if (raise?.kind === 'chat') said.set('model', raise.model)
  if (raise !== undefined && 'stream' in raise && raise.stream) said.set('stream', '1')
  said.set('tab', tab)
  said.set('on', one.framework)
  said.set('in', one.envelope)
  if (two !== undefined) {
    said.set('on2', two.framework)
    said.set('in2', two.envelope)
  }
  return `#${said.toString()}`
}

/** The view of a fragment. What it does not say, or what there is not, is as it is at first. */
export function fromHash(hash: string, frameworks: readonly string[], envelopes: readonly string[]): View {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const framework = (name: string): string => {
    const given = said.get(name)
    return given !== null && frameworks.includes(given) ? given : frameworks[0]!
  }
  const envelope = (name: string, otherwise: string): string => {
    const given = said.get(name)
    return given !== null && envelopes.includes(given.replace(/:strict$/, '')) ? given : otherwise
  }
  const one = { framework: framework('on'), envelope: envelope('in', 'ai-api') }
  return {
    tab: TABS.find((tab) => tab === said.get('tab')) ?? 'errors',
    raise: raiseOf(said),
    one,
    two: said.has('in2') ? { framework: framework('on2'), envelope: envelope('in2', 'openai') } : undefined,
  }
}

function raiseOf(said: URLSearchParams): Raise | undefined {
  const stream = said.has('stream')
  const code = said.get('error')
  if (code !== null) return { kind: 'error', code, query: queryOf(said), stream }
  const what = said.get('throw')
  if (what !== null) return { kind: 'throw', what }
  const name = said.get('request')
  if (name !== null) return { kind: 'request', name }
  const model = said.get('model')
  // An error's query has a model, too.
  return model === null ? undefined : { kind: 'chat', model, stream }
}

function queryOf(said: URLSearchParams): ErrorQuery {
  const given = QUERY.map((name) => [name, said.get(name)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== null && value !== ''))
}

/** What is to be raised, in a word. */
export function nameOf(raise: Raise): string {
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
