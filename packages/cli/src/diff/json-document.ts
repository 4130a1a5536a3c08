import { Refusal } from '../cli-io.ts'

/** A JSON object, as it was read. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A value, and the JSON pointer of its place. */
export interface Placed<Value = unknown> {
  readonly value: Value
  readonly place: string
}

/** A JSON document, whose references lead to places in it. */
export class JsonDocument {
  readonly name: string
  readonly root: JsonObject
  /** The dialect of OpenAPI 3.0: `nullable` is a keyword, and nothing counts beside `$ref`. */
  readonly isOld: boolean

  /**
   * @param name What it is called in messages.
   */
  constructor(name: string, root: JsonObject, isOld = false) {
    this.name = name
    this.root = root
    this.isOld = isOld
  }

  /** A refusal that names the place. */
  refusal(place: string, problem: string): Refusal {
    return new Refusal(`${this.name}: ${place} ${problem}`)
  }

  /**
   * The object that a value is, or refers to.
   *
   * @throws Refusal for what is no object, and for references that lead nowhere, out of the document or in a circle
   */
  object(value: unknown, place: string): Placed<JsonObject> {
    const seen = new Set<unknown>()
    let at: Placed = { value, place }
    while (isObject(at.value) && typeof at.value['$ref'] === 'string') {
      if (seen.has(at.value)) throw this.refusal(place, 'refers to itself in a circle')
      seen.add(at.value)
      at = this.target(at.value['$ref'], at.place)
    }
    if (!isObject(at.value)) throw this.refusal(at.place, 'is no object')
    return { value: at.value, place: at.place }
  }

  /**
   * The members of an object, none where there is no object.
   *
   * @throws Refusal for what is something else
   */
  members(value: unknown, place: string): [string, unknown][] {
    // What is left empty in YAML is null.
    if (value === undefined || value === null) return []
    if (!isObject(value)) throw this.refusal(place, 'is no object')
    return Object.entries(value)
  }

  /** What a reference leads to. */
  target(reference: string, place: string): Placed {
    if (!reference.startsWith('#'))
      throw this.refusal(place, `refers to ${reference}, which is outside the file: bundle the files first`)
    let value: unknown = this.root
    for (const key of keysOf(reference) ?? [undefined]) {
      const isThere = key !== undefined && typeof value === 'object' && value !== null
      if (!isThere || !Object.hasOwn(value as object, key))
        throw this.refusal(place, `refers to ${reference}, which is not there`)
      value = (value as JsonObject)[key]
    }
    return { value, place: reference }
  }
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A place one key below another (RFC 6901). */
export function below(place: string, key: string | number): string {
  return `${place}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The keys of a JSON pointer as a URI's fragment; undefined for what is none. */
function keysOf(reference: string): string[] | undefined {
  if (reference === '#') return []
  if (!reference.startsWith('#/')) return undefined
  try {
    return reference
      .slice(2)
      .split('/')
      .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined
  }
}
