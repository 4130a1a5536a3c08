import { models } from '@faultline/app-upstream'
import { envelopes, errorClasses, type ApiErrorClass } from '@faultline/core'
import { getErrorDoc } from '@faultline/openapi'
import { invalidRequests } from '../shared/invalid-requests.ts'
import type { Catalog, CatalogItem, ErrorNode } from '../shared/catalog.ts'

/** Thrown values of `GET /v1/throw/:kind`. */
const kinds = {
  error: 'An Error with a secret in its message',
  string: 'A string',
  null: 'null',
  undefined: 'undefined',
  number: 'The number 404',
  object: 'A plain object with a status of "teapot"',
  rejection: 'A promise that rejects',
  frozen: 'A frozen Error',
  proxy: 'A Proxy whose traps throw',
  getter: 'An object whose getters throw',
  circular: 'An Error that is its own cause',
  huge: 'An Error with a message of 1 MB',
  aggregate: 'An AggregateError',
  'http-errors': 'A 409 of http-errors with a public message',
  boom: 'A 404 of Boom, with secret data',
  abort: 'A DOMException called AbortError',
  econnrefused: 'A refused database connection',
  bigint: 'A bigint',
  'after-headers': 'An Error after a part of the body was sent',
  nested: 'An Error with a chain of 10,000 causes',
}

/** Behavior of the upstream models. */
const behaviors: { readonly [model in keyof typeof models]: string } = {
  echo: 'Responds normally',
  overloaded: 'The upstream returns 503',
  'server-error': 'The upstream returns 500',
  'bad-json': 'The upstream returns 200 with invalid JSON',
  timeout: 'No response within a second',
  unreachable: 'The connection is refused',
  'rate-limited': 'The upstream returns 429 with Retry-After: 7',
  'context-length': 'The prompt is too long for the model',
  'bad-credentials': 'The upstream rejects the gateway’s key',
  'stream-error': 'The upstream fails while it responds',
  'stream-cut': 'The upstream connection is reset mid-stream',
  'cut-in-event': 'The upstream connection is reset in the middle of an event',
  'error-in-200': 'The upstream returns 200 with an error in the body',
  'slow-stream': 'A long response; as a stream it takes ten seconds',
}

/** Models with an interesting stream. */
const streams = {
  echo: 'A complete stream, ended by [DONE]',
  'slow-stream': 'A word every 200 ms; stop it midway',
  'stream-error': 'Two chunks, then the upstream sends an error',
  'stream-cut': 'Two chunks, then the upstream connection is reset',
  'cut-in-event': 'Two chunks, then the upstream connection is reset in the middle of an event',
  overloaded: 'Fails before the first chunk: status 503',
  'rate-limited': 'Fails before the first chunk: status 429',
}

/** Creates the catalog of everything that the page offers. @param apps Base URLs of the apps by framework. */
export function createCatalog(apps: Readonly<Record<string, string>>): Catalog {
  return {
    frameworks: Object.entries(apps).map(([name, url]) => ({ name, url })),
    envelopes: Object.values(envelopes).map(({ id, title }) => ({ id, title })),
    errors: listSubclasses('ApiError'),
    kinds: toItems(kinds),
    requests: Object.entries(invalidRequests).map(([id, { description }]) => ({ id, description })),
    models: toItems(behaviors),
    streams: toItems(streams),
  }
}

/** Returns whether the route `/v1/throw` supports a kind. */
export function isKind(kind: string): boolean {
  return Object.hasOwn(kinds, kind)
}

function toItems(descriptions: Readonly<Record<string, string>>): CatalogItem[] {
  return Object.entries(descriptions).map(([id, description]) => ({ id, description }))
}

/** Lists the direct subclasses of a class, in the order of the taxonomy. */
function listSubclasses(parent: string): ErrorNode[] {
  return Object.values(errorClasses)
    .filter((ErrorClass) => (Object.getPrototypeOf(ErrorClass) as { name: string }).name === parent)
    .map((ErrorClass) => ({
      code: ErrorClass.code,
      name: ErrorClass.name,
      status: ErrorClass.status,
      retryable: ErrorClass.retryable,
      ...getErrorDoc(ErrorClass as ApiErrorClass),
      children: listSubclasses(ErrorClass.name),
    }))
}
