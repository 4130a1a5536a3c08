import { isJsonObject, type Members } from '@faultline/core'
import { appendPointer, type JsonDocument } from '../json-document.ts'
import { SchemaReader } from '../schema/schema-reader.ts'
import type { SchemaNode } from '../schema/value-set.ts'

/** An operation with its error responses. */
export interface Operation {
  /** `GET /v1/models/{model}`; empty for responses outside an operation. */
  readonly name: string
  /** Error responses by status: `404`, `4XX` or `DEFAULT`. */
  readonly responses: ReadonlyMap<string, Response>
}

export interface Response {
  readonly headers: ReadonlyMap<string, Header>
  /** Body schemas by media type. */
  readonly content: ReadonlyMap<string, SchemaNode>
  /** Examples with `x-retryable`, by error code. */
  readonly codes: ReadonlyMap<string, CodeExample>
}

interface Header {
  readonly isRequired: boolean
  readonly schema: SchemaNode
}

/** The example of an error code, as `@faultline/openapi` writes it. */
export interface CodeExample {
  readonly isRetryable: boolean
  readonly body: unknown
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/**
 * Reads the operations of an OpenAPI document. The keys contain method and path, without the names of path parameters.
 *
 * @throws UserError for an invalid document
 */
export function readOperations(document: JsonDocument): ReadonlyMap<string, Operation> {
  const reader = new ResponseReader(document)
  const operations = new Map<string, Operation>()
  const { root } = document
  // The output of `faultline openapi` has responses without an operation.
  if (root['paths'] === undefined && root['responses'] !== undefined) {
    return new Map([['', { name: '', responses: reader.readAll(root['responses'], '#/responses') }]])
  }
  for (const [path, pathItem] of document.listMembers(root['paths'], '#/paths')) {
    if (!path.startsWith('/')) continue
    const { value, pointer } = document.resolveObject(pathItem, appendPointer('#/paths', path))
    // A path item may have members in addition to its `$ref`.
    const members: Members = isJsonObject(pathItem) ? { ...value, ...pathItem } : value
    for (const method of METHODS) {
      const operation = members[method]
      if (operation === undefined) continue
      const operationPointer = appendPointer(pointer, method)
      if (!isJsonObject(operation)) throw document.createError(operationPointer, 'is not an object')
      const name = `${method.toUpperCase()} ${path}`
      operations.set(name.replaceAll(/\{[^{}]*\}/g, '{}'), {
        name,
        responses: reader.readAll(operation['responses'], appendPointer(operationPointer, 'responses')),
      })
    }
  }
  return operations
}

/** Reads the responses of a document. A referenced response is read once. */
class ResponseReader {
  readonly #document: JsonDocument
  readonly #schemas: SchemaReader
  readonly #responses = new Map<object, Response>()

  constructor(document: JsonDocument) {
    this.#document = document
    this.#schemas = new SchemaReader(document)
  }

  /** Reads the error responses of an operation. */
  readAll(members: unknown, pointer: string): ReadonlyMap<string, Response> {
    const responses = new Map<string, Response>()
    for (const [key, response] of this.#document.listMembers(members, pointer)) {
      const status = key.toUpperCase()
      if (/^(?:[45](?:\d\d|XX)|DEFAULT)$/.test(status))
        responses.set(status, this.#readResponse(response, appendPointer(pointer, key)))
    }
    return responses
  }

  #readResponse(source: unknown, sourcePointer: string): Response {
    const { value, pointer } = this.#document.resolveObject(source, sourcePointer)
    let response = this.#responses.get(value)
    if (response === undefined) {
      const contentPointer = appendPointer(pointer, 'content')
      response = {
        headers: this.#readHeaders(value['headers'], appendPointer(pointer, 'headers')),
        content: this.#readContent(value['content'], contentPointer),
        codes: this.#readCodes(value['content'], contentPointer),
      }
      this.#responses.set(value, response)
    }
    return response
  }

  #readHeaders(members: unknown, headersPointer: string): Response['headers'] {
    const headers = new Map<string, Header>()
    for (const [key, header] of this.#document.listMembers(members, headersPointer)) {
      const name = key.toLowerCase()
      // `content` describes Content-Type (OpenAPI 3.1, section 4.8.17).
      if (name === 'content-type') continue
      const { value, pointer } = this.#document.resolveObject(header, appendPointer(headersPointer, key))
      headers.set(name, {
        isRequired: value['required'] === true,
        schema: this.#schemas.read(value['schema'], appendPointer(pointer, 'schema')),
      })
    }
    return headers
  }

  #readContent(members: unknown, contentPointer: string): Response['content'] {
    return new Map(
      this.#document.listMembers(members, contentPointer).map(([key, mediaType]) => {
        const { value, pointer } = this.#document.resolveObject(mediaType, appendPointer(contentPointer, key))
        const [name = key] = key.split(';', 1)
        const schema = this.#schemas.read(value['schema'], appendPointer(pointer, 'schema'))
        return [name.trim().toLowerCase(), schema]
      }),
    )
  }

  #readCodes(members: unknown, contentPointer: string): Response['codes'] {
    const codes = new Map<string, CodeExample>()
    for (const [key, mediaType] of this.#document.listMembers(members, contentPointer)) {
      const { value, pointer } = this.#document.resolveObject(mediaType, appendPointer(contentPointer, key))
      const examplesPointer = appendPointer(pointer, 'examples')
      for (const [code, source] of this.#document.listMembers(value['examples'], examplesPointer)) {
        const { value: example } = this.#document.resolveObject(source, appendPointer(examplesPointer, code))
        const isRetryable = example['x-retryable']
        if (typeof isRetryable === 'boolean') codes.set(code, { isRetryable, body: example['value'] })
      }
    }
    return codes
  }
}
