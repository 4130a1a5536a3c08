import { isObject, readItems, readProperty } from '@faultline/core'
import type { ProviderError } from './provider-error.ts'
import { readText } from './read-text.ts'
import { toSnakeCase } from './to-snake-case.ts'
import { readAnthropic } from './anthropic.ts'
import { readAzure } from './azure.ts'
import type { BodyPart, BodyReader, ErrorBody } from './body-part.ts'
import { readCommonMembers } from './common.ts'
import { readFastApi } from './fastapi.ts'
import { readGoogle } from './google.ts'
import { createOpenRouterReader } from './openrouter.ts'
import { unwrapResponsesEvent } from './responses-event.ts'

/** One reader per body shape. For a member that several readers find, the first takes precedence. */
const readers: readonly BodyReader[] = [
  readAzure,
  readAnthropic,
  /* @__PURE__ */ createOpenRouterReader(readProviderError),
  readGoogle,
  readCommonMembers,
  readFastApi,
]

/**
 * Reads an error body of any provider. Members of an unexpected type are ignored. Never throws.
 *
 * @param outerNames Names of the error outside the body: in a header, or of an error class. They come last.
 */
export function readProviderError(body: object, outerNames: readonly string[] = []): ProviderError {
  const errorBody = findErrorObject(unwrapResponsesEvent(body))
  const names: string[] = []
  const genericNames: string[] = []
  const first: { -readonly [member in keyof BodyPart]: BodyPart[member] } = {}
  for (const read of readers) {
    const part = read(errorBody)
    addNames(names, part.specificNames)
    addNames(genericNames, part.genericNames)
    first.message ??= part.message
    first.code ??= part.code
    first.status ??= part.status
    first.field ??= part.field
    first.issues ??= part.issues
    first.retryAfter ??= part.retryAfter
    first.requestId ??= part.requestId
  }
  addNames(names, genericNames)
  addNames(names, outerNames)
  const { message, code, status, field, issues, retryAfter, requestId } = first
  return { message, names: names.map(toSnakeCase), code, status, field, issues, retryAfter, requestId }
}

function addNames(names: string[], added: readonly (string | undefined)[] | undefined): void {
  if (added === undefined) return
  for (const name of added) if (name !== undefined) names.push(name)
}

/** Finds the object that describes the error: an item of an array, `error`, `detail`, or the body itself. */
function findErrorObject(body: object): ErrorBody {
  const nested = readProperty(body, 'error')
  const [firstItem] = [...readItems(nested, 1), ...readItems(readProperty(body, 'errors'), 1)]
  for (const item of [firstItem, nested, readProperty(body, 'detail')])
    if (isObject(item) && readItems(item, 1).length === 0) return { body, error: item }
  return { body, error: body }
}

/** Returns whether an object has the shape of an error body, or of the data of an error event, of any provider. */
export function isErrorBody(body: object): boolean {
  const error = readProperty(body, 'error')
  if (isObject(error))
    return (
      readText(error, 'message') !== undefined || isObject(readProperty(error, 0)) || hasTypeOrCode(error)
    )
  if (typeof error === 'string') return error !== ''
  const otherPlaces = [
    readProperty(body, 'detail'),
    readProperty(readProperty(body, 'response'), 'error'),
    readProperty(readProperty(body, 'errors'), 0),
  ]
  if (
    otherPlaces
      .filter(isObject)
      .some((place) => hasTypeOrCode(place) || readText(place, 'detail') !== undefined)
  )
    return true
  const isProblem = readText(body, 'title') !== undefined && typeof readProperty(body, 'status') === 'number'
  return isProblem || readText(body, 'type') === 'error' || readText(body, 'object') === 'error'
}

function hasTypeOrCode(error: object): boolean {
  return readText(error, 'type') !== undefined || readText(error, 'code') !== undefined
}
