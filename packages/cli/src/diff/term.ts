import { ANYTHING, intersection, isAnything, NOTHING, union, type ObjectShape, type Shape } from './shape.ts'

/** The levels of required fields that are searched for what can't be. */
const DEEPEST = 16

/**
 * A schema, or what several make together. It is read only when it is looked into, since schemas may go in circles, and
 * the same terms of one pool make the same term.
 */
export class Term {
  readonly #pool: Pool
  readonly #id: number
  readonly #made: Making | undefined
  readonly #read: () => Shape
  #shape: Shape | undefined
  #objects: readonly ObjectShape[] | undefined
  #isNothing: boolean | undefined

  constructor(pool: Pool, id: number, read: () => Shape, made?: Making) {
    this.#pool = pool
    this.#id = id
    this.#made = made
    this.#read = read
  }

  get shape(): Shape {
    return (this.#shape ??= this.#read())
  }

  /**
   * The objects that it may be, less those that can't be: a field that they require has no value left. Where that is so
   * of all, a document errs, and is taken at its word.
   */
  get objects(): readonly ObjectShape[] {
    if (this.#objects === undefined) {
      const { objects } = this.shape
      const possible = objects.filter((each) => !isImpossible(each, 0))
      this.#objects = possible.length === 0 ? objects : possible
    }
    return this.#objects
  }

  get isAnything(): boolean {
    return isAnything(this.shape)
  }

  /** Whether there is no value that it admits. */
  isNothing(depth = 0): boolean {
    if (depth > DEEPEST) return false
    if (this.#isNothing === undefined) {
      // What goes in a circle is not ruled out by itself.
      this.#isNothing = false
      const { isOpen, scalars, items, objects } = this.shape
      this.#isNothing =
        !isOpen &&
        scalars.size === 0 &&
        items === undefined &&
        objects.every((each) => isImpossible(each, depth))
    }
    return this.#isNothing
  }

  /** What is of this and of the others. */
  and(...others: readonly Term[]): Term {
    return this.#with('all', others)
  }

  /** What is of this or of one of the others. */
  or(...others: readonly Term[]): Term {
    return this.#with('any', others)
  }

  #with(how: Making['how'], others: readonly Term[]): Term {
    const byId = new Map<number, Term>()
    for (const term of [this, ...others]) {
      const parts = term.#made?.how === how ? term.#made.of : [term]
      for (const part of parts) byId.set(part.#id, part)
    }
    const of = [...byId.values()].toSorted((a, b) => a.#id - b.#id)
    return of.length === 1
      ? of[0]!
      : this.#pool.made({ how, of }, `${how} ${of.map((each) => each.#id).join()}`)
  }
}

/** How a term is made of others. */
interface Making {
  readonly how: 'all' | 'any'
  readonly of: readonly Term[]
}

/** The terms of one document. */
export class Pool {
  readonly #made = new Map<string, Term>()
  #count = 0
  readonly anything = this.term(() => ANYTHING)
  readonly nothing = this.term(() => NOTHING)

  /** A new term. */
  term(read: () => Shape, made?: Making): Term {
    this.#count += 1
    return new Term(this, this.#count, read, made)
  }

  /** The term that is made so: a new one, or that of the same key. */
  made(making: Making, key: string): Term {
    let term = this.#made.get(key)
    if (term === undefined) {
      const shapes = () => making.of.map(({ shape }) => shape)
      term = this.term(
        () => (making.how === 'any' ? union(shapes()) : shapes().reduce((a, b) => intersection(a, b))),
        making,
      )
      this.#made.set(key, term)
    }
    return term
  }
}

function isImpossible({ fields, required }: ObjectShape, depth: number): boolean {
  for (const name of required) if (fields.get(name)!.isNothing(depth + 1)) return true
  return false
}
