import type { Catalog, CatalogItem, ErrorNode } from '../shared/catalog.ts'
import type { Raise } from '../shared/send-request.ts'
import type { Choice } from './choices.ts'
import type { Tab } from './view.ts'

/** Errors in the list of streams. */
const STREAM_ERRORS = ['internal_error', 'overloaded', 'rate_limit_exceeded', 'model_timeout']

/** Lists the choices of a tab. */
export function listChoices(catalog: Catalog, tab: Tab): readonly Choice[] {
  if (tab === 'errors') return catalog.errors.map((node) => createErrorChoice(node))
  if (tab === 'throw') {
    return catalog.kinds.map((item) => createChoice(item, { kind: 'throw', what: item.id }))
  }
  if (tab === 'requests') {
    return catalog.requests.map((item) => createChoice(item, { kind: 'request', name: item.id }))
  }
  if (tab === 'models') return catalog.models.map((item) => createModelChoice(item, false))
  return [
    ...catalog.streams.map((item) => createModelChoice(item, true)),
    ...STREAM_ERRORS.map((code) => createStreamErrorChoice(code)),
  ]
}

/** Finds an error by its code. */
export function findError({ errors }: Catalog, code: string): ErrorNode | undefined {
  return flatten(errors).find((node) => node.code === code)
}

function flatten(nodes: readonly ErrorNode[]): readonly ErrorNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)])
}

function createErrorChoice({ code, status, retryable, description, children }: ErrorNode): Choice {
  return {
    id: code,
    label: code,
    description,
    status,
    retryable,
    raise: { kind: 'error', code, query: {}, stream: false },
    children: children.map((child) => createErrorChoice(child)),
  }
}

function createStreamErrorChoice(code: string): Choice {
  return {
    id: `error ${code}`,
    label: code,
    description: 'Thrown after two stream events',
    raise: { kind: 'error', code, query: {}, stream: true },
    children: [],
  }
}

function createModelChoice(item: CatalogItem, stream: boolean): Choice {
  return createChoice(item, { kind: 'chat', model: item.id, stream })
}

function createChoice({ id, description }: CatalogItem, raise: Raise): Choice {
  return { id, label: id, description, raise, children: [] }
}
