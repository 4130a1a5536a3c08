import { deserializeBody, errorClasses, isJsonObject, readProperty, type Envelope } from '@faultline/core'
import { exampleResponse } from './examples.ts'
import { listLeaves } from './json-leaves.ts'

/** Object keys from a body down to one value; 0 stands for every item of an array. */
type CodePath = readonly (string | 0)[]

/** The place of the wire code in an envelope's bodies. */
export interface CodePlace {
  readonly path: CodePath
  /** Top-level members that occur in exactly the bodies without a code. Empty if every body has one. */
  readonly absentWhen: readonly string[]
}

interface ExampleBody {
  readonly code: string
  readonly body: unknown
}

interface BodyValue extends ExampleBody {
  readonly value: unknown
}

const places = new WeakMap<Envelope, CodePlace | null>()

/**
 * Finds the place in an envelope's bodies that distinguishes errors: the wire code, if all bodies have it in one place,
 * otherwise the value that distinguishes most of them, such as OpenAI's `code`, which may be null, or Anthropic's
 * `type`.
 */
export function getCodePlace(envelope: Envelope): CodePlace | undefined {
  let place = places.get(envelope)
  if (place === undefined) {
    place = findPlace(envelope) ?? null
    places.set(envelope, place)
  }
  return place ?? undefined
}

/** Returns the value at a path, or undefined if there is no such value or if the items of an array differ. */
export function getCommonValue(value: unknown, [step, ...rest]: CodePath): unknown {
  if (step === undefined) return value
  if (step !== 0) return getCommonValue(readProperty(value, step), rest)
  if (!Array.isArray(value)) return undefined
  const values = new Set(value.map((item) => getCommonValue(item, rest)))
  return values.size === 1 ? [...values][0] : undefined
}

function findPlace(envelope: Envelope): CodePlace | undefined {
  const examples = Object.values(errorClasses).map((type): ExampleBody => {
    const { error, body } = exampleResponse(envelope, type)
    return { code: envelope.lookup(error).code, body: deserializeBody(envelope, body) }
  })
  let best: CodePlace | undefined
  let bestScore = 0
  for (const path of listCodePaths(examples)) {
    const values = examples.map((example) => ({ ...example, value: getCommonValue(example.body, path) }))
    const absentWhen = findAbsenceMarkers(values)
    const matches = values.filter(({ code, value }) => code === value).length
    if (absentWhen === undefined || matches === 0) continue
    const score = matches === values.length ? Infinity : new Set(values.map(({ value }) => value)).size
    if (score > bestScore) [best, bestScore] = [{ path, absentWhen }, score]
  }
  return best
}

function listCodePaths(examples: readonly ExampleBody[]): Iterable<CodePath> {
  const paths = new Map<string, CodePath>()
  for (const { body } of examples) {
    for (const leaf of listLeaves(body)) {
      const path = leaf.path.map((step) => (typeof step === 'number' ? 0 : step))
      paths.set(JSON.stringify(path), path)
    }
  }
  return paths.values()
}

/**
 * Returns the members that identify the bodies without a code. Undefined if no member does, or if the values at the
 * path cannot be codes.
 */
function findAbsenceMarkers(values: readonly BodyValue[]): string[] | undefined {
  if (values.some(({ value }) => value !== undefined && value !== null && typeof value !== 'string'))
    return undefined
  const [first, ...others] = values.filter(({ value }) => value === undefined).map(({ body }) => body)
  if (first === undefined) return []
  if (values.some(({ value }) => value === null)) return undefined
  const markers = Object.keys(Object(first)).filter(
    (member) =>
      others.every((body) => hasMember(body, member)) &&
      values.every(({ body, value }) => value === undefined || !hasMember(body, member)),
  )
  return markers.length === 0 ? undefined : markers
}

function hasMember(body: unknown, member: string): boolean {
  return isJsonObject(body) && Object.hasOwn(body, member)
}
