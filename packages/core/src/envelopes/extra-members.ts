import type { ApiRequest } from '../http/request.ts'
import { isPlainObject, toJsonValue } from './details.ts'
import type { BodyInput, EnvelopeDefinition, JsonSchema } from './envelope.ts'
import { arrayOrEmpty, isRecord, objectOrEmpty, type JsonObject } from './json-values.ts'

/** Members that an extended envelope adds to its bodies. */
export interface ExtraMembers {
  getMembers(this: void, input: BodyInput, request: ApiRequest | undefined): unknown
  /** JSON Schemas of the members, by name. */
  readonly schemas: { readonly [name: string]: JsonSchema }
}

/** Returns a definition whose bodies have further members in normal mode. */
export function addMembersTo(
  definition: EnvelopeDefinition<string>,
  extra: ExtraMembers,
): EnvelopeDefinition<string> {
  const { errorMember: place, renderBody, parseBody, schema } = definition
  const names = Object.keys(extra.schemas)
  return {
    ...definition,
    isDeterministic: false,
    renderBody(input) {
      const body = renderBody(input)
      if (input.strict || !isRecord(body)) return body
      const target = getTarget(body, place) ?? {}
      if (!isPlainObject(target)) return body
      // Only details of the error can have one of the names: the members of the base have others.
      const merged = { ...omit(target, names), ...selectMembers(readMembers(extra, input, names), names) }
      if (place === undefined) return merged
      return Object.keys(merged).length === 0 ? omit({ ...body }, [place]) : { ...body, [place]: merged }
    },
    parseBody(body, status) {
      const target = getTarget(body, place)
      if (!isPlainObject(target)) return parseBody(body, status)
      const others = omit(target, names)
      const parsed = parseBody(place === undefined ? others : { ...body, [place]: others }, status)
      const extraMembers = { ...parsed?.extraMembers, ...selectMembers(target, names) }
      return parsed && Object.keys(extraMembers).length > 0 ? { ...parsed, extraMembers } : parsed
    },
    schema: (codes) => {
      const base = schema?.(codes) ?? { type: 'object' }
      return codes === undefined ? addToSchema(base, place, extra.schemas) : base
    },
  }
}

/** Returns the names of the members that a schema lists at a place. */
export function listMembers(schema: JsonSchema, place: string | undefined): string[] {
  const branches = arrayOrEmpty(schema['oneOf']).map(objectOrEmpty)
  const properties = objectOrEmpty(schema['properties'])
  const own = place === undefined ? properties : objectOrEmpty(objectOrEmpty(properties[place])['properties'])
  return [...Object.keys(own), ...branches.flatMap((branch) => listMembers(branch, place))]
}

/** A received error keeps its members. */
function readMembers(extra: ExtraMembers, input: BodyInput, names: readonly string[]): JsonObject {
  const { error, request, report } = input
  if (error.isReceived) return objectOrEmpty(error.extraMembers)
  const members = toJsonValue(
    () => extra.getMembers(input, request) ?? {},
    'The members of an extended envelope',
    report,
  )
  if (members === undefined) return {}
  const unknown = isPlainObject(members)
    ? Object.keys(members).find((name) => !names.includes(name))
    : 'no object'
  if (unknown !== undefined)
    report?.('`members` of an extended envelope returned a value without a schema', unknown)
  return objectOrEmpty(members)
}

/** Returns the object that contains the members of the error. */
function getTarget(body: object, place: string | undefined): unknown {
  return place === undefined ? body : objectOrEmpty(body)[place]
}

function selectMembers(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]),
  )
}

function omit(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function addToSchema(schema: JsonSchema, place: string | undefined, members: JsonObject): JsonSchema {
  const { oneOf } = schema
  if (oneOf !== undefined)
    return {
      ...schema,
      oneOf: arrayOrEmpty(oneOf).map((branch) => addToSchema(objectOrEmpty(branch), place, members)),
    }
  const properties = objectOrEmpty(schema['properties'])
  const added =
    place === undefined
      ? members
      : { [place]: addToSchema(objectOrEmpty(properties[place] ?? { type: 'object' }), undefined, members) }
  return { ...schema, properties: { ...properties, ...added } }
}
