import { errorClasses, type Envelope } from '@faultline/core'
import { exampleResponse } from './sample.ts'

/** Members from a body down to one value; 0 is every item of a list. */
type Path = readonly (string | 0)[]

/** Where an envelope's bodies have the wire code. */
export interface CodePlace {
  readonly path: Path
  /** Members of the bodies that have no code there, and of no others. Without any, all bodies have one. */
  readonly without: readonly string[]
}

const places = new WeakMap<Envelope, CodePlace | null>()

/**
 * Where an envelope's bodies have what tells errors apart: the wire code where all have it in one place, else what is
 * nearest to one, as OpenAI's `code`, which may be null, and Anthropic's `type`.
 */
export function codePlaceOf(envelope: Envelope): CodePlace | undefined {
  let place = places.get(envelope)
  if (place === undefined) {
    place = findPlace(envelope) ?? null
    places.set(envelope, place)
  }
  return place ?? undefined
}

/** The value at a path: undefined where there is none, and where the items of a list differ. */
export function at(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value
  if (step !== 0) return at((Object(value) as Record<string, unknown>)[step], rest)
  if (!Array.isArray(value)) return undefined
  const found = new Set(value.map((item) => at(item, rest)))
  return found.size === 1 ? [...found][0] : undefined
}

function findPlace(envelope: Envelope): CodePlace | undefined {
  const answers = Object.values(errorClasses).map((type) => {
    const { error, body } = exampleResponse(envelope, type)
    return { code: envelope.lookup(error).code, body: JSON.parse(body) as unknown }
  })
  const paths = new Map(
    answers.flatMap(({ body }) => leavesOf(body)).map((path) => [JSON.stringify(path), path]),
  )
  let best: CodePlace | undefined
  let most = 0
  for (const path of paths.values()) {
    const found = answers.map(({ code, body }) => ({ code, body, value: at(body, path) }))
    const without = withoutOf(found)
    const equal = found.filter(({ code, value }) => code === value).length
    if (without === undefined || equal === 0) continue
    const told = equal === found.length ? Infinity : new Set(found.map(({ value }) => value)).size
    if (told > most) [best, most] = [{ path, without }, told]
  }
  return best
}

interface Found {
  readonly body: unknown
  readonly value: unknown
}

/** By which members the bodies without a code are known; undefined where they, or the codes, are not to be told. */
function withoutOf(found: readonly Found[]): string[] | undefined {
  const bare = found.filter(({ value }) => value === undefined)
  if (found.some(({ value }) => value !== undefined && value !== null && typeof value !== 'string'))
    return undefined
  if (bare.length === 0) return []
  if (found.some(({ value }) => value === null)) return undefined
  const [first, ...others] = bare.map(({ body }) => Object.keys(Object(body) as object))
  const members = first!.filter(
    (member) =>
      others.every((keys) => keys.includes(member)) &&
      found.every(({ body, value }) => value === undefined || !Object.hasOwn(Object(body) as object, member)),
  )
  return members.length === 0 ? undefined : members
}

function leavesOf(value: unknown, above: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, [...above, 0]))
  if (typeof value !== 'object' || value === null) return [above]
  return Object.entries(value).flatMap(([member, each]) => leavesOf(each, [...above, member]))
}
