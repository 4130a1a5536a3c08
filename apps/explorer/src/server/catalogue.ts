import { models } from '@faultline/app-upstream'
import { envelopes, errorClasses, type ApiErrorClass } from '@faultline/core'
import { getErrorDoc } from '@faultline/openapi'
import { oddRequests } from '../shared/odd-requests.ts'
import type { Catalogue, Choice, ErrorNode } from '../shared/catalogue.ts'

/** What `GET /v1/throw/:kind` throws, as spec/demo-api.md has it. */
const kinds = {
  error: 'An Error with a secret in its message',
  string: 'A string',
  null: 'Nothing: null',
  undefined: 'Nothing: undefined',
  number: 'The number 404',
  object: 'A plain object with a status of "teapot"',
  rejection: 'A promise that rejects',
  frozen: 'An Error that is frozen',
  proxy: 'A Proxy that throws whatever is read of it',
  getter: 'An object whose getters throw',
  circular: 'An Error that is its own cause',
  huge: 'An Error with a message of 1 MB',
  aggregate: 'An AggregateError',
  'http-errors': 'A 409 of http-errors, which may be shown',
  boom: 'A 404 of Boom, with secret data',
  abort: 'A DOMException called AbortError',
  econnrefused: 'A refused connection to a database',
  bigint: 'A bigint',
  'after-headers': 'An Error after half a JSON body was sent',
  nested: 'An Error with 10,000 causes below it',
}

/** What the models of the upstream do. */
const behaviours: { readonly [model in keyof typeof models]: string } = {
  echo: 'Answers, as a model should',
  overloaded: 'The upstream answers 503',
  'server-error': 'The upstream answers 500',
  'bad-json': 'The upstream answers 200 with broken JSON',
  timeout: 'No answer within a second',
  unreachable: 'The connection is refused',
  'rate-limited': 'The upstream answers 429, Retry-After 7',
  'context-length': 'The prompt is too long for the model',
  'bad-credentials': 'The gateway’s own key is refused',
  'stream-error': 'The upstream fails while it answers',
  'stream-cut': 'The upstream’s connection dies half-way',
  'slow-stream': 'A long answer; streamed, it takes ten seconds',
}

/** What is worth a look as a stream. */
const streams = {
  echo: 'A whole stream, from the first word to [DONE]',
  'slow-stream': 'A word every 200 ms: stop it half-way',
  'stream-error': 'Two chunks, then the upstream sends an error',
  'stream-cut': 'Two chunks, then the upstream’s connection dies',
  overloaded: 'Fails before the first chunk: a true 503, no stream',
  'rate-limited': 'Fails before the first chunk: a true 429',
}

/** All that can be picked on the page. @param apps The addresses of the apps, by framework. */
export function catalogueOf(apps: Readonly<Record<string, string>>): Catalogue {
  return {
    frameworks: Object.entries(apps).map(([name, url]) => ({ name, url })),
    envelopes: Object.values(envelopes).map(({ id, title }) => ({ id, title })),
    errors: childrenOf('ApiError'),
    kinds: choices(kinds),
    requests: Object.entries(oddRequests).map(([id, { about }]) => ({ id, about })),
    models: choices(behaviours),
    streams: choices(streams),
  }
}

/** Whether an app's `/v1/throw` route knows a kind. */
export function isKind(kind: string): boolean {
  return Object.hasOwn(kinds, kind)
}

function choices(all: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(all).map(([id, about]) => ({ id, about }))
}

/** The kinds right below a class, in the order of the taxonomy. */
function childrenOf(parent: string): ErrorNode[] {
  return Object.values(errorClasses)
    .filter((Kind) => (Object.getPrototypeOf(Kind) as { name: string }).name === parent)
    .map((Kind) => ({
      code: Kind.code,
      name: Kind.name,
      status: Kind.status,
      retryable: Kind.retryable,
      ...getErrorDoc(Kind as ApiErrorClass),
      children: childrenOf(Kind.name),
    }))
}
