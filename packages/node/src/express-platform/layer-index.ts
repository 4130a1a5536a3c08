/** A layer of an Express router. A route has the path that it was added with. */
interface IndexedLayer {
  readonly route?: { readonly path?: unknown } | undefined
}

/** The positions of a router's layers, by the beginning of their paths. */
class LayerIndex {
  readonly #layers: readonly IndexedLayer[]
  /** Positions by the text in lower case that a path must start with, by the length of the text. */
  readonly #byLength = new Map<number, Map<string, number[]>>()

  constructor(layers: readonly IndexedLayer[]) {
    this.#layers = [...layers]
    for (const [position, { route }] of layers.entries()) {
      const prefix = toStaticPrefix(route?.path)
      let byPrefix = this.#byLength.get(prefix.length)
      if (byPrefix === undefined) this.#byLength.set(prefix.length, (byPrefix = new Map()))
      const positions = byPrefix.get(prefix)
      if (positions === undefined) byPrefix.set(prefix, [position])
      else positions.push(position)
    }
  }

  /** Returns whether a router still has the same layers. They can be added and removed at any time. */
  isUpToDate(layers: readonly IndexedLayer[]): boolean {
    if (layers.length !== this.#layers.length) return false
    for (let i = 0; i < layers.length; i += 1) if (layers[i] !== this.#layers[i]) return false
    return true
  }

  /** Returns the positions of the layers that may match a path, in ascending order. */
  find(path: string): number[] {
    const lowerCasePath = path.toLowerCase()
    const found: number[] = []
    for (const [length, byPrefix] of this.#byLength) {
      const positions = byPrefix.get(lowerCasePath.slice(0, length))
      if (positions !== undefined) for (const position of positions) found.push(position)
    }
    return found.toSorted((a, b) => a - b)
  }
}

/**
 * Returns the segments at the beginning of a route's path that Express matches literally. Express 4 reads the rest as
 * part of a regular expression, in which `|` separates alternatives of the complete path.
 */
function toStaticPrefix(path: unknown): string {
  if (typeof path !== 'string' || path.includes('|')) return ''
  const [prefix = ''] = /^(?:\/[\w-]+)*(?=\/|$)/.exec(path) ?? []
  return prefix.toLowerCase()
}

const indexes = new WeakMap<object, LayerIndex>()

/**
 * Returns the layers of an Express router that may match a path, in the order of the router. Matching a path to all of
 * them takes as long as the search of Express itself.
 */
export function findCandidates<Layer extends IndexedLayer>(stack: readonly Layer[], path: string): Layer[] {
  let index = indexes.get(stack)
  if (index?.isUpToDate(stack) !== true) {
    index = new LayerIndex(stack)
    indexes.set(stack, index)
  }
  return index.find(path).flatMap((position) => stack[position] ?? [])
}
