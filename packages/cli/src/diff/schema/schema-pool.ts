import {
  ANYTHING,
  intersect,
  isAnything,
  NOTHING,
  unite,
  type Combination,
  type ObjectAlternative,
  type SchemaNode,
  type ValueSet,
} from './value-set.ts'

/** Maximum depth of required fields that are searched for impossible values. */
const MAX_DEPTH = 16

/** The nodes of one document. Equal combinations of nodes are the same node. */
export class SchemaPool {
  readonly #combinations = new Map<string, SchemaNode>()
  #count = 0
  readonly anything = this.createNode(() => ANYTHING)
  readonly nothing = this.createNode(() => NOTHING)

  /** Creates a node. @param compute Computes the value set on first use. */
  createNode(compute: () => ValueSet, combination?: Combination): SchemaNode {
    this.#count += 1
    return new PoolNode(this, this.#count, compute, combination)
  }

  /** Returns the node of a combination. Nested combinations with the same operator are flattened. */
  combine(operator: Combination['operator'], nodes: readonly SchemaNode[]): SchemaNode {
    const byId = new Map<number, SchemaNode>()
    for (const node of nodes) {
      const operands = node.combination?.operator === operator ? node.combination.operands : [node]
      for (const operand of operands) byId.set(operand.id, operand)
    }
    const operands = [...byId.values()].toSorted((a, b) => a.id - b.id)
    const [only, ...others] = operands
    if (only !== undefined && others.length === 0) return only
    const key = `${operator} ${operands.map(({ id }) => id).join()}`
    let node = this.#combinations.get(key)
    if (node === undefined) {
      const listSets = (): ValueSet[] => operands.map(({ valueSet }) => valueSet)
      node = this.createNode(
        () => (operator === 'or' ? unite(listSets()) : listSets().reduce((a, b) => intersect(a, b))),
        { operator, operands },
      )
      this.#combinations.set(key, node)
    }
    return node
  }
}

class PoolNode implements SchemaNode {
  readonly id: number
  readonly combination: Combination | undefined
  readonly #pool: SchemaPool
  readonly #compute: () => ValueSet
  #valueSet: ValueSet | undefined
  #objects: readonly ObjectAlternative[] | undefined
  #isNothing: boolean | undefined

  constructor(pool: SchemaPool, id: number, compute: () => ValueSet, combination: Combination | undefined) {
    this.#pool = pool
    this.id = id
    this.#compute = compute
    this.combination = combination
  }

  get valueSet(): ValueSet {
    return (this.#valueSet ??= this.#compute())
  }

  get objects(): readonly ObjectAlternative[] {
    if (this.#objects === undefined) {
      const { objects } = this.valueSet
      const possible = objects.filter((object) => !isImpossible(object, 0))
      this.#objects = possible.length === 0 ? objects : possible
    }
    return this.#objects
  }

  get isAnything(): boolean {
    return isAnything(this.valueSet)
  }

  isNothing(depth = 0): boolean {
    if (depth > MAX_DEPTH) return false
    if (this.#isNothing === undefined) {
      // A preliminary result ends the recursion of a schema that requires itself.
      this.#isNothing = false
      const { isOpen, scalars, items, objects } = this.valueSet
      this.#isNothing =
        !isOpen &&
        scalars.size === 0 &&
        items === undefined &&
        objects.every((object) => isImpossible(object, depth))
    }
    return this.#isNothing
  }

  and(...others: readonly SchemaNode[]): SchemaNode {
    return this.#pool.combine('and', [this, ...others])
  }

  or(...others: readonly SchemaNode[]): SchemaNode {
    return this.#pool.combine('or', [this, ...others])
  }
}

/** Whether a required field of an object allows no value. */
function isImpossible({ fields, required }: ObjectAlternative, depth: number): boolean {
  for (const name of required) if (fields.get(name)?.isNothing(depth + 1)) return true
  return false
}
