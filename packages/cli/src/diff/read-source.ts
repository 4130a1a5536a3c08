import { isJsonObject } from '@faultline/core'
import { createCatalog } from '../catalog.ts'
import { UserError, type CliIO } from '../cli-io.ts'
import { loadEnvelope, loadErrors } from '../load-module.ts'
import { getSourceName, isUrl, readDocument } from '../read-document.ts'
import { toCatalog } from './catalog/to-catalog.ts'
import type { NamedCatalog } from './catalog/compare-catalogs.ts'
import { JsonDocument } from './json-document.ts'

/** An input of `diff`. Two of the same kind can be compared. */
export type Source =
  | ({ readonly kind: 'catalog' } & NamedCatalog)
  | { readonly kind: 'openapi'; readonly document: JsonDocument }

/** Whether a source is a module that exports errors. */
export function isModule(source: string): boolean {
  return !isUrl(source) && /\.[cm]?[jt]s$/.test(source)
}

/**
 * Creates the catalog of the errors that a module exports.
 *
 * @param envelope The id of the envelope that renders them.
 */
export async function readModule(source: string, envelope: string): Promise<Source> {
  const catalog = createCatalog(await loadEnvelope(envelope), await loadErrors([], source))
  return { kind: 'catalog', name: source, catalog }
}

/**
 * Reads a catalog, as printed by `faultline list --json`, or an OpenAPI document.
 *
 * @param source A URL, a file, or `-` for standard input.
 * @param timeoutMs Maximum duration of the request of a URL.
 * @throws UserError for any other document
 */
export async function readSource(source: string, io: CliIO, timeoutMs: number): Promise<Source> {
  const name = getSourceName(source)
  const value = await readDocument(source, io, timeoutMs)
  if (isJsonObject(value)) {
    const { swagger, openapi } = value
    if (swagger !== undefined) {
      throw new UserError(`${name} is Swagger ${JSON.stringify(swagger)}; convert it to OpenAPI 3 first`)
    }
    if (openapi !== undefined || (isJsonObject(value['responses']) && isJsonObject(value['components'])))
      return { kind: 'openapi', document: new JsonDocument(name, value, isOpenApi30(name, openapi)) }
    if (value['envelope'] !== undefined && value['errors'] !== undefined)
      return { kind: 'catalog', name, catalog: toCatalog(name, value) }
  }
  throw new UserError(
    `${name} is neither a catalog, as printed by \`faultline list --json\`, nor an OpenAPI document`,
  )
}

/** Whether a document uses the schema dialect of OpenAPI 3.0. Without a version, 3.1 is assumed. */
function isOpenApi30(name: string, version: unknown): boolean {
  // YAML parses an unquoted version as a number, and 3.0 as 3.
  const text = typeof version === 'number' ? version.toFixed(1) : (version ?? '3.1')
  if (typeof text === 'string' && /^3\.[01](?:\.\d|$)/.test(text)) return text.startsWith('3.0')
  throw new UserError(`${name} is OpenAPI ${JSON.stringify(version)}; only 3.0 and 3.1 are supported`)
}
