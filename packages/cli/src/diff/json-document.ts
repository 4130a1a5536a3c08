import { isJsonObject, readProperty, type Members } from '@faultline/core'
import { UserError } from '../cli-io.ts'

/** A value, and its JSON pointer in the document (RFC 6901, as a URI fragment). */
export interface Located<Value = unknown> {
  readonly value: Value
  readonly pointer: string
}

/** A JSON document with references between its parts. */
export class JsonDocument {
  readonly name: string
  readonly root: Members
  /** Whether schemas use the dialect of OpenAPI 3.0: `nullable` is a keyword, and siblings of `$ref` are ignored. */
  readonly isOpenApi30: boolean

  /** @param name Name of the document for messages. */
  constructor(name: string, root: Members, isOpenApi30 = false) {
    this.name = name
    this.root = root
    this.isOpenApi30 = isOpenApi30
  }

  /** Creates an error that names the document and the location of a problem. */
  createError(pointer: string, problem: string): UserError {
    return new UserError(`${this.name}: ${pointer} ${problem}`)
  }

  /**
   * Returns an object, or the object that a reference resolves to.
   *
   * @throws UserError for any other value, and for dangling, external or circular references
   */
  resolveObject(value: unknown, pointer: string): Located<Members> {
    const seen = new Set<unknown>()
    let current: Located = { value, pointer }
    while (isJsonObject(current.value) && typeof current.value['$ref'] === 'string') {
      if (seen.has(current.value)) throw this.createError(pointer, 'is a circular reference')
      seen.add(current.value)
      current = this.resolveReference(current.value['$ref'], current.pointer)
    }
    if (!isJsonObject(current.value)) throw this.createError(current.pointer, 'is not an object')
    return { value: current.value, pointer: current.pointer }
  }

  /**
   * Lists the members of an object. Null and undefined have none.
   *
   * @throws UserError for any other value
   */
  listMembers(value: unknown, pointer: string): [string, unknown][] {
    // An empty value in YAML is null.
    if (value === undefined || value === null) return []
    if (!isJsonObject(value)) throw this.createError(pointer, 'is not an object')
    return Object.entries(value)
  }

  /** Resolves a reference. @throws UserError for an external or dangling reference */
  resolveReference(reference: string, pointer: string): Located {
    if (!reference.startsWith('#')) {
      throw this.createError(
        pointer,
        `refers to ${reference}, which is outside the document; bundle the files first`,
      )
    }
    let value: unknown = this.root
    for (const key of parsePointer(reference) ?? [undefined]) {
      if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
        throw this.createError(pointer, `refers to ${reference}, which does not exist`)
      }
      value = readProperty(value, key)
    }
    return { value, pointer: reference }
  }
}

/** Appends a key to a JSON pointer (RFC 6901). */
export function appendPointer(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Appends a field to a path for messages: `error.code`. */
export function appendField(path: string, name: string): string {
  const key = /^(?:[\w$@-]+|\*)$/.test(name) ? name : JSON.stringify(name)
  return path === '' ? key : `${path}.${key}`
}

/** Parses a JSON pointer in a URI fragment. Undefined for an invalid one. */
function parsePointer(reference: string): string[] | undefined {
  if (reference === '#') return []
  if (!reference.startsWith('#/')) return undefined
  try {
    return reference
      .slice(2)
      .split('/')
      .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    // The fragment has an invalid percent-encoding.
    return undefined
  }
}
