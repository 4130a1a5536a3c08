import { isJsonObject, type Members } from '@faultline/core'
import type { Catalog, CatalogEntry } from '../../catalog.ts'
import { UserError } from '../../cli-io.ts'

/**
 * Validates a catalog that was read from a file.
 *
 * @param name The name of the file for messages.
 * @throws UserError that names the first invalid member
 */
export function toCatalog(name: string, value: Members): Catalog {
  const reader = new MemberReader(name)
  const envelope = reader.readString('envelope', value['envelope'])
  const contentType = reader.readString('contentType', value['contentType'])
  const { schema, errors } = value
  if (!isJsonObject(schema)) return reader.fail('schema', schema)
  if (!Array.isArray(errors)) return reader.fail('errors', errors)
  const codes = new Set<string>()
  const entries = (errors as unknown[]).map((error, index) => {
    const entry = toEntry(reader, error, `errors[${index}]`)
    if (codes.has(entry.code)) throw new UserError(`${name} is not a catalog: it has ${entry.code} twice`)
    codes.add(entry.code)
    return entry
  })
  return { envelope, contentType, schema, errors: entries }
}

function toEntry(reader: MemberReader, error: unknown, path: string): CatalogEntry {
  if (!isJsonObject(error)) return reader.fail(path, error)
  const { status, retryable, headers } = error
  const strings = {
    code: reader.readString(`${path}.code`, error['code']),
    wire: reader.readString(`${path}.wire`, error['wire']),
  }
  if (typeof status !== 'number' || !Number.isInteger(status)) return reader.fail(`${path}.status`, status)
  if (typeof retryable !== 'boolean') return reader.fail(`${path}.retryable`, retryable)
  const message = reader.readString(`${path}.message`, error['message'])
  if (!Array.isArray(headers)) return reader.fail(`${path}.headers`, headers)
  return {
    ...strings,
    status,
    retryable,
    message,
    headers: headers.map((header: unknown) => reader.readString(`${path}.headers`, header)),
  }
}

/** Reads members of a catalog, with errors that name the file and the member. */
class MemberReader {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  readString(path: string, value: unknown): string {
    return typeof value === 'string' ? value : this.fail(path, value)
  }

  fail(path: string, value: unknown): never {
    const problem = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
    throw new UserError(`${this.#name} is not a catalog: ${path} ${problem}`)
  }
}
