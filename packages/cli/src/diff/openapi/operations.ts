import { below, isObject, type JsonDocument, type JsonObject } from '../json-document.ts'
import { SchemaTerms } from '../schema-terms.ts'
import type { Term } from '../term.ts'

/** An operation, and how it fails. */
export interface Operation {
  /** `GET /v1/models/{model}`; empty for responses that are of no operation. */
  readonly name: string
  /** Its error responses by status: `404`, `4XX` or `DEFAULT`. */
  readonly responses: ReadonlyMap<string, Response>
}

/** How an operation may answer. */
export interface Response {
  readonly headers: ReadonlyMap<string, Header>
  /** Bodies by media type. */
  readonly content: ReadonlyMap<string, Term>
  /** What is told of each code, by an example. */
  readonly codes: ReadonlyMap<string, CodeExample>
}

/** A header of a response. */
interface Header {
  readonly isRequired: boolean
  readonly value: Term
}

/** An example of a code: what `@faultline/openapi` writes for each. */
export interface CodeExample {
  readonly isRetryable: boolean
  readonly body: unknown
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/**
 * The operations of an OpenAPI document, by method and path; the names of a path's parameters do not count.
 *
 * @throws Refusal for what can't be read of it
 */
export function operationsOf(document: JsonDocument): ReadonlyMap<string, Operation> {
  const responses = new Responses(document)
  const operations = new Map<string, Operation>()
  const { root } = document
  // What `faultline openapi` prints: responses of an operation yet to be written.
  if (root['paths'] === undefined && root['responses'] !== undefined) {
    const here = responses.of(root['responses'], '#/responses')
    return new Map([['', { name: '', responses: here }]])
  }
  for (const [path, given] of document.members(root['paths'], '#/paths')) {
    if (!path.startsWith('/')) continue
    const { value, place } = document.object(given, below('#/paths', path))
    const item = { ...value, ...(given as JsonObject) }
    for (const method of METHODS) {
      const operation = item[method]
      if (operation === undefined) continue
      if (!isObject(operation)) throw document.refusal(below(place, method), 'is no object')
      const name = `${method.toUpperCase()} ${path}`
      operations.set(name.replaceAll(/\{[^}]*\}/g, '{}'), {
        name,
        responses: responses.of(operation['responses'], below(below(place, method), 'responses')),
      })
    }
  }
  return operations
}

/** Reads the responses of a document, each that is referred to once. */
class Responses {
  readonly #document: JsonDocument
  readonly #terms: SchemaTerms
  readonly #known = new Map<object, Response>()

  constructor(document: JsonDocument) {
    this.#document = document
    this.#terms = new SchemaTerms(document)
  }

  of(given: unknown, at: string): ReadonlyMap<string, Response> {
    const responses = new Map<string, Response>()
    for (const [key, response] of this.#document.members(given, at)) {
      const status = key.toUpperCase()
      if (/^(?:[45](?:\d\d|XX)|DEFAULT)$/.test(status))
        responses.set(status, this.#response(response, below(at, key)))
    }
    return responses
  }

  #response(given: unknown, at: string): Response {
    const { value, place } = this.#document.object(given, at)
    let response = this.#known.get(value)
    if (response === undefined) {
      response = {
        headers: this.#headers(value['headers'], below(place, 'headers')),
        content: this.#content(value['content'], below(place, 'content')),
        codes: this.#codes(value['content'], below(place, 'content')),
      }
      this.#known.set(value, response)
    }
    return response
  }

  #headers(given: unknown, at: string): Response['headers'] {
    const headers = new Map<string, Header>()
    for (const [key, each] of this.#document.members(given, at)) {
      const name = key.toLowerCase()
      // Content-Type is told by `content` (OpenAPI 3.1, 4.8.17).
      if (name === 'content-type') continue
      const { value, place } = this.#document.object(each, below(at, key))
      headers.set(name, {
        isRequired: value['required'] === true,
        value: this.#terms.of(value['schema'], below(place, 'schema')),
      })
    }
    return headers
  }

  #content(given: unknown, at: string): Response['content'] {
    return new Map(
      this.#document.members(given, at).map(([key, each]) => {
        const { value, place } = this.#document.object(each, below(at, key))
        const term = this.#terms.of(value['schema'], below(place, 'schema'))
        return [key.split(';', 1)[0]!.trim().toLowerCase(), term]
      }),
    )
  }

  #codes(given: unknown, at: string): Response['codes'] {
    const codes = new Map<string, CodeExample>()
    for (const [media, content] of this.#document.members(given, at)) {
      const { value: body, place } = this.#document.object(content, below(at, media))
      const examples = below(place, 'examples')
      for (const [code, each] of this.#document.members(body['examples'], examples)) {
        const { value } = this.#document.object(each, below(examples, code))
        const isRetryable = value['x-retryable']
        if (typeof isRetryable === 'boolean') codes.set(code, { isRetryable, body: value['value'] })
      }
    }
    return codes
  }
}
