import {
  deserializeBody,
  errorClasses,
  formatPath,
  readProperty,
  type ApiErrorClass,
  type Envelope,
} from '@faultline/core'
import { exampleAnswers, exampleResponse, listErrorHeaders } from '@faultline/openapi'
import { detectCodePaths } from '@faultline/reference'

/** One error as an envelope sends it. */
export interface CatalogEntry {
  /** The code of the error class. */
  readonly code: string
  /** The code that the body contains, or the type if it contains no code. */
  readonly wire: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  /** Names of the headers that clients act on, in lower case. */
  readonly headers: readonly string[]
}

/** A value in a body that identifies the error. */
export interface WireValue {
  /** The path in a body, for example `error.code`. */
  readonly path: string
  /** Undefined if the body has no value at the path. */
  readonly value: unknown
}

/** The errors of a server as its clients see them: the output of `list --json` and the input of `diff`. */
export interface Catalog {
  /** The envelope id, with the suffix `:strict` in strict mode. */
  readonly envelope: string
  readonly contentType: string
  /** The JSON Schema of a body. */
  readonly schema: object
  readonly errors: readonly CatalogEntry[]
}

/** Creates the catalog of some errors in an envelope. */
export function createCatalog(envelope: Envelope, types: readonly ApiErrorClass[]): Catalog {
  const listWireValues = createWireReader(envelope, types)
  return {
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    contentType: envelope.contentType,
    schema: envelope.schema,
    errors: types.map((type) => {
      const { error, headers, body } = exampleResponse(envelope, type)
      const { code, status, message, retryable } = envelope.lookup(error)
      return {
        code: type.code,
        wire: listWireValues(body).find(isText)?.value ?? code,
        status,
        retryable,
        message: message ?? error.publicMessage,
        headers: listErrorHeaders(headers).toSorted(),
      }
    }),
  }
}

/**
 * Creates a function that reads the values that identify an error from a serialized body. It returns one value for each
 * place that contains the code of some error, such as OpenAI's `error.code` and `error.type`, in the same order for each
 * body.
 */
export function createWireReader(
  envelope: Envelope,
  types: readonly ApiErrorClass[],
): (body: string) => readonly WireValue[] {
  // A place can be missing in the bodies of a few errors.
  const answers = exampleAnswers(envelope, [...Object.values(errorClasses), ...types])
  const paths = detectCodePaths(envelope, answers)
  return (json) => {
    const body = deserializeBody(envelope, json)
    return paths.map((path) => ({
      path: formatPath(path) ?? '',
      value: path.reduce<unknown>((value, key) => readProperty(value, key), body),
    }))
  }
}

function isText(wireValue: WireValue): wireValue is WireValue & { readonly value: string } {
  return typeof wireValue.value === 'string'
}
