import type { Catalogue } from '../../load-module.ts'
import { Refusal } from '../../cli-io.ts'
import { isObject, type JsonObject } from '../json-document.ts'

/** What each member of an error is. */
const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  code: isText,
  wire: isText,
  status: Number.isInteger,
  retryable: (value) => typeof value === 'boolean',
  message: isText,
  headers: (value) => Array.isArray(value) && value.every(isText),
}

/**
 * A catalogue that was read from a file.
 *
 * @throws Refusal naming the first member that is not what it should be
 */
export function checkedCatalogue(name: string, value: JsonObject): Catalogue {
  const refuse = (place: string, found: unknown): never => {
    throw new Refusal(
      `${name} is no catalogue: ${place} is ${found === undefined ? 'not there' : JSON.stringify(found)}`,
    )
  }
  const { envelope, contentType, schema, errors } = value
  for (const [place, found] of Object.entries({ envelope, contentType }))
    if (!isText(found)) refuse(place, found)
  if (!isObject(schema)) refuse('schema', schema)
  if (!Array.isArray(errors)) return refuse('errors', errors)
  const codes = new Set<string>()
  for (const [at, error] of (errors as unknown[]).entries()) {
    if (!isObject(error)) return refuse(`errors[${at}]`, error)
    for (const [member, isRight] of Object.entries(members))
      if (!isRight(error[member])) refuse(`errors[${at}].${member}`, error[member])
    const code = error['code'] as string
    if (codes.has(code)) throw new Refusal(`${name} is no catalogue: it has ${code} twice`)
    codes.add(code)
  }
  return value as unknown as Catalogue
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
