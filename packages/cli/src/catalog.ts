import type { ApiErrorClass, Envelope } from '@faultline/core'
import { exampleResponse, listErrorHeaders } from '@faultline/openapi'

/** One error as an envelope sends it. */
export interface CatalogEntry {
  /** The code of the error class. */
  readonly code: string
  /** The code in the envelope's bodies. */
  readonly wire: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  /** Names of the headers that clients act on, in lower case. */
  readonly headers: readonly string[]
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
  return {
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    contentType: envelope.contentType,
    schema: envelope.schema,
    errors: types.map((type) => {
      const { error, headers } = exampleResponse(envelope, type)
      const { code, status, message, retryable } = envelope.lookup(error)
      return {
        code: type.code,
        wire: code,
        status,
        retryable,
        message: message ?? error.publicMessage,
        headers: listErrorHeaders(headers).toSorted(),
      }
    }),
  }
}
