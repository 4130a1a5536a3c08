import type { Catalogue, Choice, ErrorNode } from '../shared/catalogue.ts'
import type { Raise } from '../shared/sending.ts'
import type { Pick } from './picks.ts'
import type { Tab } from './view.ts'

/** The errors that are worth a look when they break a stream off. */
const BREAKING = ['internal_error', 'overloaded', 'rate_limit_exceeded', 'model_timeout']

/** What a list holds. */
export function picksOf(catalogue: Catalogue, tab: Tab): readonly Pick[] {
  if (tab === 'errors') return catalogue.errors.map((node) => ofError(node))
  if (tab === 'throw') return catalogue.kinds.map((kind) => ofChoice(kind, { kind: 'throw', what: kind.id }))
  if (tab === 'requests') {
    return catalogue.requests.map((request) => ofChoice(request, { kind: 'request', name: request.id }))
  }
  if (tab === 'models') return catalogue.models.map((choice) => ofModel(choice, false))
  const nodes = flat(catalogue.errors)
  return [
    ...catalogue.streams.map((choice) => ofModel(choice, true)),
    ...BREAKING.map((code) => ofStream(nodes.find((node) => node.code === code)!)),
  ]
}

/** The kind of error of a code. */
export function errorOf({ errors }: Catalogue, code: string): ErrorNode | undefined {
  return flat(errors).find((node) => node.code === code)
}

function flat(nodes: readonly ErrorNode[]): readonly ErrorNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)])
}

function ofError({ code, status, retryable, description, children }: ErrorNode): Pick {
  return {
    id: code,
    label: code,
    about: description,
    status,
    retryable,
    raise: { kind: 'error', code, query: {}, stream: false },
    children: children.map((child) => ofError(child)),
  }
}

/** An error that breaks a stream off. */
function ofStream({ code }: ErrorNode): Pick {
  return {
    id: `error ${code}`,
    label: code,
    about: 'Thrown after two events of a stream',
    raise: { kind: 'error', code, query: {}, stream: true },
    children: [],
  }
}

function ofModel(choice: Choice, stream: boolean): Pick {
  return ofChoice(choice, { kind: 'chat', model: choice.id, stream })
}

function ofChoice({ id, about }: Choice, raise: Raise): Pick {
  return { id, label: id, about, raise, children: [] }
}
